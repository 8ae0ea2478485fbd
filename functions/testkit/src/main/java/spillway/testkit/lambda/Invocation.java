package spillway.testkit.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One call of the function. The invoker waits for the head, reads the body as it comes unless it
 * goes to a receiver, and asks for the outcome. Safe to use from many threads; the body has one
 * reader.
 */
public final class Invocation implements AutoCloseable {
    /** What the runtime may do with it next. */
    enum State {
        QUEUED,
        RUNNING,
        RESPONDING,
        SETTLED
    }

    private final String requestId;
    private final byte[] event;
    private final Duration timeout;
    private final Map<String, String> headers;
    private final ResponseReceiver receiver;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch settled = new CountDownLatch(1);
    private final ReentrantLock receiving = new ReentrantLock();
    private State state = State.QUEUED;
    private long deadlineMillis;
    private @Nullable Future<?> expiry;
    private volatile @Nullable ResponseHead head;
    private volatile @Nullable Outcome outcome;
    private @Nullable Connection responding;

    Invocation(
            String requestId,
            byte[] event,
            Duration timeout,
            Map<String, String> headers,
            ResponseReceiver receiver) {
        this.requestId = requestId;
        this.event = event;
        this.timeout = timeout;
        this.headers = Map.copyOf(headers);
        this.receiver = receiver;
    }

    public String requestId() {
        return requestId;
    }

    /**
     * How the response begins; empty when the invocation has ended without one.
     *
     * @throws TimeoutException when neither has happened in that time
     */
    public Optional<ResponseHead> awaitHead(Duration limit)
            throws InterruptedException, TimeoutException {
        await(begun, limit, "response");
        return Optional.ofNullable(head);
    }

    /**
     * The body, piece by piece as the function flushes it. Ends when the response is whole or ended
     * with an error in its trailers; breaks with an exception when it was cut, too large or too
     * late.
     *
     * @throws IllegalStateException when it goes to the invoker's own receiver
     */
    public InputStream body() {
        if (receiver instanceof BodyPipe pipe) {
            return pipe;
        }
        throw new IllegalStateException("the body goes to a receiver");
    }

    /**
     * How it ended. The body need not have been read, but a large one must be, or be closed: the
     * function is held back by it.
     */
    public Outcome awaitOutcome(Duration limit) throws InterruptedException, TimeoutException {
        await(settled, limit, "outcome");
        return outcome().orElseThrow();
    }

    /** How it ended, if it has. */
    public Optional<Outcome> outcome() {
        return Optional.ofNullable(outcome);
    }

    /**
     * The invoker has lost interest. As on Lambda, a function that has begun is not told: it runs
     * to its end, and what it sends is dropped.
     */
    @Override
    public void close() {
        if (receiver instanceof BodyPipe pipe) {
            pipe.close();
        }
        boolean waiting;
        synchronized (this) {
            waiting = state == State.QUEUED;
        }
        if (waiting) {
            settle(new Outcome.Cancelled());
        }
    }

    private void await(CountDownLatch latch, Duration limit, String what)
            throws InterruptedException, TimeoutException {
        if (!latch.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("no " + what + " of " + requestId + " within " + limit);
        }
    }

    byte[] event() {
        return event;
    }

    Duration timeout() {
        return timeout;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** When its time is over, in milliseconds since 1970; fixed when the runtime has taken it. */
    synchronized long deadlineMillis() {
        return deadlineMillis;
    }

    /**
     * Makes one call of the receiver, unless the invocation has ended. A receiver that wants no
     * more ends it.
     */
    void toReceiver(Call call) throws IOException, InterruptedException {
        receiving.lock();
        try {
            if (state() != State.SETTLED) {
                call.of(receiver);
            }
        } catch (IOException | RuntimeException unwanted) {
            settle(new Outcome.Cancelled());
            throw unwanted;
        } finally {
            receiving.unlock();
        }
    }

    /** One call of a receiver. */
    @FunctionalInterface
    interface Call {
        void of(ResponseReceiver receiver) throws IOException, InterruptedException;
    }

    /** Ends it between two calls of the receiver, for whom it must not end during one. */
    void settleQuietly(Outcome how) {
        receiving.lock();
        try {
            settle(how);
        } finally {
            receiving.unlock();
        }
    }

    synchronized State state() {
        return state;
    }

    /** The function has it now; false when the invoker has given up. */
    synchronized boolean deliver() {
        if (state != State.QUEUED) {
            return false;
        }
        state = State.RUNNING;
        if (deadlineMillis == 0) {
            deadlineMillis = System.currentTimeMillis() + timeout.toMillis();
        }
        return true;
    }

    /** The runtime did not get it after all; false when it has ended meanwhile. */
    synchronized boolean takeBack() {
        if (state != State.RUNNING) {
            return false;
        }
        state = State.QUEUED;
        return true;
    }

    /** A response begins; false when this is not the moment for one. */
    synchronized boolean begin(ResponseHead responseHead, Connection connection) {
        if (state != State.RUNNING) {
            return false;
        }
        state = State.RESPONDING;
        head = responseHead;
        responding = connection;
        begun.countDown();
        return true;
    }

    /**
     * All of the response is here: its connection is free for the next event, and not to be cut.
     */
    synchronized void received() {
        responding = null;
    }

    /** Ends it; only the first call counts, and says so. */
    boolean settle(Outcome how) {
        synchronized (this) {
            if (state == State.SETTLED) {
                return false;
            }
            state = State.SETTLED;
            outcome = how;
        }
        stopClock();
        receiver.end(how);
        begun.countDown();
        settled.countDown();
        return true;
    }

    /**
     * Cuts it: the function's next write fails. For a platform that is told to be kinder than
     * Lambda, which never does this.
     */
    public void cut() {
        abort(new Outcome.Cancelled());
    }

    /** Settles, and cuts a response that is under way. */
    void abort(Outcome how) {
        if (settle(how)) {
            closeResponding();
        }
    }

    private synchronized void closeResponding() {
        if (responding != null) {
            responding.close();
        }
    }

    /**
     * Ends it as timed out when its time is over. Counts from the first call.
     *
     * @param clock must not keep what was cancelled
     */
    synchronized void startClock(ScheduledExecutorService clock) {
        if (expiry == null && state != State.SETTLED) {
            expiry =
                    clock.schedule(
                            () -> abort(new Outcome.TimedOut()),
                            timeout.toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private synchronized void stopClock() {
        if (expiry != null) {
            expiry.cancel(false);
        }
    }
}
