package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.attempt.Timers;
import spillway.chat.ProviderFailure;
import spillway.routing.Candidate;
import spillway.routing.Candidate.Standing;
import spillway.routing.Route;
import spillway.routing.Tries;
import spillway.routing.Tries.TooLong;
import spillway.time.Deadline;

/** Whom it is worth to ask once more, and when, on a clock set by hand. */
class RetriesTest {
    private static final Duration BUDGET = Duration.ofSeconds(4);
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final ProviderFailure BROKE = new ProviderFailure.Unavailable(500, "");

    private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
    private Duration untilDeadline = Duration.ofMinutes(1);
    private int seed;

    @Test
    void waitsAsLongAsARateLimitAsksAndALittleMore() {
        for (seed = 0; seed < 100; seed++) {
            Retries retries = retries(1);

            retries.failed(candidate("a", Standing.READY), limited(TWO_SECONDS));

            assertThat(waitOf(retries.next(false)))
                    .isBetween(TWO_SECONDS, TWO_SECONDS.plusMillis(200));
        }
    }

    @Test
    void goesToOthersInsteadOfWaiting() {
        Retries retries = retries(1);

        retries.failed(candidate("a", Standing.READY), limited(TWO_SECONDS));

        assertThat(retries.next(true)).isNull();
    }

    @Test
    void waitsAsLongAsTheRouteWantsThoughOthersCouldBeAsked() {
        Retries retries = retries(new Tries(1, TWO_SECONDS, TooLong.REJECT, null));

        retries.failed(candidate("a", Standing.READY), limited(TWO_SECONDS.plusMillis(1)));
        assertThat(retries.next(true)).isNull();
        retries.failed(candidate("b", Standing.READY), limited(TWO_SECONDS));

        assertThat(waitOf(retries.next(true))).isBetween(TWO_SECONDS, TWO_SECONDS.plusMillis(200));
    }

    @ParameterizedTest
    @ValueSource(longs = {-5, 0, 250})
    void waitsAMomentEvenIfOthersCouldBeAsked(long millis) {
        Retries retries = retries(1);

        retries.failed(candidate("a", Standing.READY), limited(Duration.ofMillis(millis)));

        assertThat(waitOf(retries.next(true)))
                .isBetween(Duration.ofMillis(Math.max(0, millis)), Duration.ofMillis(300));
    }

    @Test
    void asksAgainSoonAfterA500ThoughOthersCouldBeAsked() {
        Retries retries = retries(1);

        retries.failed(candidate("a", Standing.LAST_RESORT), BROKE);

        assertThat(waitOf(retries.next(true)))
                .isBetween(Retries.PAUSE, Retries.PAUSE.plus(Retries.LEAST_JITTER));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 502, 503, 504, 529})
    void asksNobodyAgainWhoIsSick(int status) {
        Retries retries = retries(1);

        retries.failed(candidate("a", Standing.READY), new ProviderFailure.Unavailable(status, ""));

        assertThat(retries.next(false)).isNull();
    }

    @Test
    void asksNobodyAgainForAnotherFailure() {
        Retries retries = retries(1);

        for (ProviderFailure failure :
                new ProviderFailure[] {
                    new ProviderFailure.Rejected(400, ""),
                    new ProviderFailure.AccountRefused(401, ""),
                    new ProviderFailure.Unreachable("refused"),
                    new ProviderFailure.TimedOut(ProviderFailure.Phase.HEADERS, BUDGET),
                    new ProviderFailure.ErrorEvent("server_error"),
                    limited(null)
                }) {
            retries.failed(candidate("a", Standing.READY), failure);
        }

        assertThat(retries.next(false)).isNull();
    }

    @Test
    void doesNotProbeTwice() {
        Retries retries = retries(1);

        retries.failed(candidate("a", Standing.PROBE), BROKE);

        assertThat(retries.next(false)).isNull();
    }

    @Test
    void asksOnceInARequest() {
        Retries retries = retries(1);
        retries.failed(candidate("a", Standing.READY), BROKE);
        retries.failed(candidate("b", Standing.READY), BROKE);

        Retries.Again again = Objects.requireNonNull(retries.next(false));
        retries.take(again);
        retries.failed(again.candidate(), BROKE);

        assertThat(again.candidate()).isEqualTo(candidate("a", Standing.READY));
        assertThat(retries.next(false)).isNull();
    }

    @Test
    void takesWhoIsDueFirst() {
        Retries retries = retries(1);
        retries.failed(candidate("a", Standing.READY), limited(TWO_SECONDS));
        retries.failed(candidate("b", Standing.READY), BROKE);

        Retries.Again again = Objects.requireNonNull(retries.next(false));

        assertThat(again.candidate()).isEqualTo(candidate("b", Standing.READY));
    }

    @Test
    void asksNobodyAgainIfTheRouteDoesNotWantIt() {
        Retries retries = retries(0);

        retries.failed(candidate("a", Standing.READY), BROKE);

        assertThat(retries.next(false)).isNull();
    }

    @Test
    void doesNotWaitBeyondTheBudget() {
        Retries retries = retries(1);

        retries.failed(candidate("a", Standing.READY), limited(BUDGET.plusMillis(1)));

        assertThat(retries.next(false)).isNull();
    }

    @Test
    void doesNotBeginWhenTheBudgetIsSpent() {
        Retries retries = retries(1);
        retries.failed(candidate("a", Standing.READY), BROKE);

        time.addAndGet(BUDGET.toNanos());

        assertThat(retries.next(false)).isNull();
    }

    @Test
    void doesNotWaitBeyondTheEndOfTheAnswer() {
        untilDeadline = Budget.MARGIN.plus(TWO_SECONDS);
        Retries retries = retries(1);

        retries.failed(candidate("a", Standing.READY), limited(TWO_SECONDS));

        assertThat(retries.next(false)).isNull();
    }

    private Retries retries(int most) {
        return retries(new Tries(most, null));
    }

    private Retries retries(Tries tries) {
        Deadline deadline = Deadline.after(untilDeadline, time::get);
        var budget = new Budget(time.get(), BUDGET, deadline, time::get);
        return new Retries(tries, budget, new SplittableRandom(seed), time::get);
    }

    private Duration waitOf(Retries.@Nullable Again again) {
        return Objects.requireNonNull(again).at().remaining(time::get);
    }

    private static ProviderFailure limited(@Nullable Duration retryAfter) {
        return new ProviderFailure.RateLimited(retryAfter, "");
    }

    private static Candidate candidate(String id, Standing standing) {
        var member = new Route.Member(Stage.target(id), 1, Timers.DEFAULT);
        return new Candidate(member, 0, standing, 0, "as told");
    }
}
