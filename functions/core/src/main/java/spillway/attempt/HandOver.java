package spillway.attempt;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import spillway.chat.ProviderException;
import spillway.chat.StreamEvent;
import spillway.time.Ticker;

/**
 * Where the thread that reads the wire leaves events for the thread that writes the answer. Holds
 * few, so that a slow reader stops the provider.
 *
 * <p>One thread puts, one polls, any closes. Interrupts are kept for whoever asks for them and end
 * no wait: each wait has another end.
 */
final class HandOver {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition drained = lock.newCondition();
    private final ArrayDeque<StreamEvent> events;
    private final int capacity;
    private final Ticker ticker;
    private Runnable listener = () -> {};
    private @Nullable ProviderException failure;
    private boolean closed;

    HandOver(int capacity, Ticker ticker) {
        this.capacity = capacity;
        this.ticker = ticker;
        this.events = new ArrayDeque<>(capacity);
    }

    /**
     * From now on that is run, by whoever changes something here, whenever there may be more to
     * take. Must not block, nor call back.
     */
    void whenFilled(Runnable told) {
        lock.lock();
        try {
            listener = told;
        } finally {
            lock.unlock();
        }
    }

    /** Leaves an event; waits while full. False when nobody will take it any more. */
    boolean put(StreamEvent event) {
        lock.lock();
        try {
            while (events.size() == capacity && !closed) {
                drained.awaitUninterruptibly();
            }
            if (closed) {
                return false;
            }
            events.add(event);
            filled();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** No event will come after those that are here, for that reason. Never waits. */
    void fail(ProviderException reason) {
        lock.lock();
        try {
            failure = reason;
            filled();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes an event; waits that long for one.
     *
     * @return null when there was none, or when it is closed and empty
     * @throws ProviderException what {@link #fail} was given, once all events are taken
     */
    @Nullable StreamEvent poll(long nanos) throws ProviderException {
        lock.lock();
        try {
            if (events.isEmpty() && nanos > 0) {
                await(nanos);
            }
            StreamEvent event = events.poll();
            if (event == null && failure != null) {
                throw failure;
            }
            // Not at each event: a fast provider would be woken for every single one.
            if (events.size() == capacity / 2) {
                drained.signal();
            }
            return event;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes and refuses whoever puts; what is here can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            drained.signal();
            filled();
        } finally {
            lock.unlock();
        }
    }

    private void filled() {
        filled.signal();
        listener.run();
    }

    private void await(long nanos) {
        boolean interrupted = false;
        long left = nanos;
        long end = ticker.nanos() + nanos;
        while (events.isEmpty() && failure == null && !closed && left > 0) {
            try {
                left = filled.awaitNanos(left);
            } catch (InterruptedException e) {
                interrupted = true;
                left = end - ticker.nanos();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
