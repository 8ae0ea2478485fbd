package spillway.attempt;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import spillway.time.Ticker;

/**
 * Wakes one thread that waits for any of several things to happen: it looks at all of them, then
 * waits here. What rings while it looks is not missed.
 *
 * <p>Any thread rings. Interrupts are kept for whoever asks for them and end no wait.
 */
public final class Bell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rings = lock.newCondition();
    private final Ticker ticker;
    private boolean rung;

    public Bell(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Wakes who waits, or who waits next. Never waits. */
    public void ring() {
        lock.lock();
        try {
            rung = true;
            rings.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a ring, that long at most, and forgets it. */
    public void await(long nanos) {
        boolean interrupted = false;
        long end = ticker.nanos() + nanos;
        long left = nanos;
        lock.lock();
        try {
            while (!rung && left > 0) {
                try {
                    left = rings.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                    left = end - ticker.nanos();
                }
            }
            rung = false;
        } finally {
            lock.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
