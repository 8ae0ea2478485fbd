package spillway.relay;

import java.time.Duration;
import spillway.attempt.Timers;
import spillway.time.Deadline;
import spillway.time.Ticker;

/**
 * The time one request has: to try its targets, and at all.
 *
 * <p>Until the failover budget is over the last target must have been started. So those before it
 * share what is left of it equally; what one does not use goes to those after it. No share is so
 * small that a target which is well could not show it.
 */
final class Budget {
    /** Kept from the platform's deadline, to tell the reader and to write down what was learnt. */
    static final Duration MARGIN = Duration.ofSeconds(1);

    /** The least that an attempt gets when the budget is gone but others still wait. */
    static final Duration LEAST = Duration.ofMillis(200);

    /** The most that a reader is kept for the sake of what is written down. */
    private static final Duration DRAIN = Duration.ofMillis(800);

    private final Duration failover;
    private final Deadline end;
    private final Deadline deadline;
    private final Ticker ticker;

    // Of the thread alone that asks targets.
    private Deadline lastStart;

    Budget(long startedNanos, Duration failover, Deadline deadline, Ticker ticker) {
        this.failover = failover;
        this.lastStart = new Deadline(startedNanos + failover.toNanos());
        this.deadline = deadline;
        this.end = new Deadline(deadline.nanos() - MARGIN.toNanos());
        this.ticker = ticker;
    }

    /** The failover budget counts from now: an answer has broken, and its reader waits again. */
    void startAgain() {
        lastStart = Deadline.after(failover, ticker);
    }

    /** How long the next attempt may wait for its first content, if so many others wait for it. */
    Duration firstContent(Timers timers, int waiting) {
        if (waiting == 0) {
            return timers.lastFirstContent();
        }
        Duration ofBudget = lastStart.remaining(ticker).dividedBy(waiting);
        Duration ofAll = end.remaining(ticker).dividedBy(waiting + 1L);
        Duration share = least(ofBudget, ofAll);
        return least(timers.firstContent(), share.compareTo(LEAST) < 0 ? LEAST : share);
    }

    /** Whether an attempt that begins now begins within the budget. */
    boolean canStart() {
        return !lastStart.isPast(ticker) && !isOver();
    }

    /** Whether an attempt that begins then, or now if that is past, begins within the budget. */
    boolean canStart(Deadline at) {
        return canStart() && lastStart.nanos() - at.nanos() >= 0 && end.nanos() - at.nanos() > 0;
    }

    /** That wait, or less if the answer must end before. */
    Duration within(Duration wait) {
        return least(wait, end.remaining(ticker));
    }

    /** How long to wait at the end for what is being written down. */
    Duration forDrain() {
        return least(DRAIN, deadline.remaining(ticker).dividedBy(2));
    }

    /** Whether the answer must end now. */
    boolean isOver() {
        return end.isPast(ticker);
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
