package spillway.testkit.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands a response body from the connection's thread to the invoker's as it comes. Bounded: a slow
 * invoker holds the function back; one that has closed does not.
 */
final class BodyPipe extends InputStream implements ResponseReceiver {
    private static final int BOUND = 64 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
    private int offset;
    private int held;
    private boolean discarding;
    private boolean ended;
    private @Nullable String broken;

    @Override
    public void begin(ResponseHead head) {
        // The invocation tells of it.
    }

    /** Passes the bytes on. Waits while the pipe is full. */
    @Override
    public void receive(byte[] bytes, int from, int length) throws InterruptedException {
        lock.lock();
        try {
            while (held >= BOUND && !discarding && !ended) {
                changed.await();
            }
            if (!discarding && !ended) {
                pieces.add(Arrays.copyOfRange(bytes, from, from + length));
                held += length;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the body; if the response is not whole, with an exception after what is here. */
    @Override
    public void end(Outcome outcome) {
        finish(
                outcome.isWhole()
                        ? null
                        : "no whole response: " + outcome.getClass().getSimpleName());
    }

    private void finish(@Nullable String reason) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                broken = reason;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            while (held == 0 && !ended && !discarding) {
                changed.await();
            }
            if (discarding) {
                throw new IOException("the body is closed");
            }
            return held == 0 ? endOfBody() : drain(into, at, length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the function");
        } finally {
            lock.unlock();
        }
    }

    private int endOfBody() throws IOException {
        if (broken != null) {
            throw new IOException(broken);
        }
        return -1;
    }

    private int drain(byte[] into, int at, int length) {
        int copied = 0;
        while (copied < length && held > 0) {
            byte[] piece = pieces.element();
            int count = Math.min(length - copied, piece.length - offset);
            System.arraycopy(piece, offset, into, at + copied, count);
            copied += count;
            offset += count;
            held -= count;
            if (offset == piece.length) {
                pieces.remove();
                offset = 0;
            }
        }
        changed.signalAll();
        return copied;
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** What is here and what comes is dropped. */
    @Override
    public void close() {
        lock.lock();
        try {
            discarding = true;
            pieces.clear();
            held = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
