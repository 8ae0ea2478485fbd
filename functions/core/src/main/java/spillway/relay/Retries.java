package spillway.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import spillway.chat.ProviderFailure;
import spillway.routing.Candidate;
import spillway.routing.Tries;
import spillway.time.Deadline;
import spillway.time.Ticker;

/**
 * Which targets that have failed are worth asking once more, and when. For the one thread that
 * searches.
 *
 * <p>Worth it are a rate limit that says for how long, and one 500: the same words may have another
 * fate a moment later. Not 502, 503, 504, 529, silence or a broken connection, which last longer
 * than a request; nor a probe, which has just been answered.
 */
final class Retries {
    /** The pause after a 500: with the jitter, a reader does not notice it. */
    static final Duration PAUSE = Duration.ofMillis(20);

    /** Callers who were refused together do not come back together. */
    static final Duration LEAST_JITTER = Duration.ofMillis(20);

    private static final int INTERNAL_ERROR = 500;

    /**
     * A target to ask again.
     *
     * @param at not before
     * @param urgent whether to wait for it even while others could be asked
     */
    record Again(Candidate candidate, Deadline at, boolean urgent) {}

    private final Duration longest;
    private final Budget budget;
    private final RandomGenerator random;
    private final Ticker ticker;
    private final List<Again> worthIt = new ArrayList<>();
    private int left;

    /**
     * @param tries how many there may be in this request, and the longest pause while others wait
     */
    Retries(Tries tries, Budget budget, RandomGenerator random, Ticker ticker) {
        this.left = tries.retries();
        this.longest = tries.retryAfter();
        this.budget = budget;
        this.random = random;
        this.ticker = ticker;
    }

    /** Remembers who has failed, if it is worth to ask him once more. */
    void failed(Candidate candidate, ProviderFailure failure) {
        if (left > 0 && candidate.standing() != Candidate.Standing.PROBE) {
            pause(failure).map(pause -> again(candidate, pause, failure)).ifPresent(worthIt::add);
        }
    }

    /**
     * Who is to be asked next, perhaps after a wait; null if nobody can be asked again in time.
     *
     * @param othersWait whether somebody could be asked who was not asked yet
     */
    @Nullable Again next(boolean othersWait) {
        if (left == 0) {
            return null;
        }
        return worthIt.stream()
                .filter(again -> again.urgent() || !othersWait)
                .filter(again -> budget.canStart(again.at()))
                .min(Comparator.comparing(again -> again.at().remaining(ticker)))
                .orElse(null);
    }

    /** He is asked again now. */
    void take(Again again) {
        left--;
        worthIt.remove(again);
    }

    private Again again(Candidate candidate, Duration pause, ProviderFailure failure) {
        boolean urgent =
                !(failure instanceof ProviderFailure.RateLimited) || pause.compareTo(longest) <= 0;
        return new Again(candidate, Deadline.after(pause.plus(jitter(pause)), ticker), urgent);
    }

    private static Optional<Duration> pause(ProviderFailure failure) {
        if (failure instanceof ProviderFailure.RateLimited(var asked, _)) {
            return Optional.ofNullable(asked)
                    .map(pause -> pause.isNegative() ? Duration.ZERO : pause);
        }
        boolean isHiccup =
                failure instanceof ProviderFailure.Unavailable(var status, _)
                        && status == INTERNAL_ERROR;
        return isHiccup ? Optional.of(PAUSE) : Optional.empty();
    }

    /** Never less than the pause that was asked for. */
    private Duration jitter(Duration pause) {
        Duration tenth = pause.dividedBy(10);
        Duration most = tenth.compareTo(LEAST_JITTER) > 0 ? tenth : LEAST_JITTER;
        return Duration.ofNanos(random.nextLong(most.toNanos()));
    }
}
