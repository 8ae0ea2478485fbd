package spillway.health;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import spillway.time.Ticker;

/**
 * The way to the table, with a breaker of its own: after two failures in a row it is left alone for
 * 1, 2, 4, then 8 and at most 10 s, each with one trial at its end, so that no more than a few
 * requests pay for its absence. The times are jittered, so that a fleet does not return at once.
 *
 * <p>A failure counts only if nothing was heard of the table since its call began. So calls that
 * ran side by side when the process was frozen, and fail together when it goes on, do not shut the
 * gate.
 */
final class TableGate {
    private static final int FAILURES = 2;
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final double JITTER = 0.5;

    private final HealthStore store;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final HealthListener listener;
    private int failures;
    private long trialAt;
    private long heard;

    TableGate(HealthStore store, Ticker ticker, RandomGenerator random, HealthListener listener) {
        this.store = store;
        this.ticker = ticker;
        this.random = random;
        this.listener = listener;
    }

    /** What the table says; empty when it is left alone or cannot be reached. */
    <T> Optional<T> ask(Function<HealthStore, T> question) {
        if (!mayTry()) {
            return Optional.empty();
        }
        long heardBefore = heard();
        T answer;
        try {
            answer = question.apply(store);
        } catch (RuntimeException e) {
            failed(heardBefore);
            return Optional.empty();
        }
        succeeded();
        return Optional.of(answer);
    }

    /** Whether the last that is known of the table is that it answers. */
    synchronized boolean isReachable() {
        return failures == 0;
    }

    /** Whether a question would be put now. */
    synchronized boolean isOpen() {
        return failures < FAILURES || ticker.nanos() - trialAt >= 0;
    }

    private synchronized boolean mayTry() {
        if (!isOpen()) {
            return false;
        }
        if (failures >= FAILURES) {
            // Whoever comes while the trial runs finds the gate shut.
            trialAt = ticker.nanos() + pauseNanos();
        }
        return true;
    }

    /** How often the table was heard of. */
    private synchronized long heard() {
        return heard;
    }

    private void failed(long heardBefore) {
        boolean isNews;
        synchronized (this) {
            if (heard != heardBefore) {
                return;
            }
            heard++;
            failures++;
            isNews = failures == FAILURES;
            if (failures >= FAILURES) {
                trialAt = ticker.nanos() + pauseNanos();
            }
        }
        if (isNews) {
            listener.tableReachable(false);
        }
    }

    private void succeeded() {
        boolean isNews;
        synchronized (this) {
            isNews = failures >= FAILURES;
            failures = 0;
            heard++;
        }
        if (isNews) {
            listener.tableReachable(true);
        }
    }

    private long pauseNanos() {
        int doublings = Math.min(Math.max(0, failures - FAILURES), 10);
        long nanos = Math.min(FIRST.toNanos() << doublings, LONGEST.toNanos());
        double spread = 1 + JITTER * (2 * random.nextDouble() - 1);
        return Math.min(Math.round(nanos * spread), LONGEST.toNanos());
    }
}
