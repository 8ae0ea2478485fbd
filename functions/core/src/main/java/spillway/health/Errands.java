package spillway.health;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Work that nobody waits for but whoever ends the process. Each on a virtual thread of its own. */
final class Errands {
    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Set<Object> running = new HashSet<>();

    Errands() {
        this(Thread.ofVirtual().name("spillway-health")::start);
    }

    Errands(Executor threads) {
        this.threads = threads;
    }

    /** Begins it; false when there is no thread to be had: then it is not done. */
    boolean start(Runnable errand) {
        Object mark = new Object();
        begin(mark);
        try {
            threads.execute(() -> run(errand, mark));
            return true;
        } catch (RuntimeException | Error e) {
            // An answer must not break for want of what is told about it.
            end(mark);
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            return false;
        }
    }

    /** Waits until those that run now have ended or that time is over; not for who comes later. */
    void drain(Duration atMost) {
        long nanos = atMost.toNanos();
        lock.lock();
        try {
            Set<Object> before = Set.copyOf(running);
            while (nanos > 0 && !Collections.disjoint(before, running)) {
                nanos = ended.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void run(Runnable errand, Object mark) {
        try {
            errand.run();
        } finally {
            end(mark);
        }
    }

    private void begin(Object mark) {
        lock.lock();
        try {
            running.add(mark);
        } finally {
            lock.unlock();
        }
    }

    private void end(Object mark) {
        lock.lock();
        try {
            running.remove(mark);
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
