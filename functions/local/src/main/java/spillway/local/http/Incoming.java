package spillway.local.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** What a client sends, with a time by which it must have come. Used by one thread. */
final class Incoming {
    private static final int SIZE = 16 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[SIZE];
    private int position;
    private int limit;
    private long deadline;

    Incoming(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** From now on, all that is read must come within this time. */
    void within(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    /** Whether something can be read without waiting. */
    boolean hasBuffered() {
        return position < limit;
    }

    /** The next byte, or -1 when the client has closed. */
    int read() throws IOException {
        return position < limit || fill() ? buffer[position++] & 0xff : -1;
    }

    /** Fills the whole of the array's part. */
    void readFully(byte[] target, int offset, int length) throws IOException {
        int done = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, done);
        position += done;
        while (done < length) {
            int count = receive(target, offset + done, length - done);
            if (count < 0) {
                throw new EOFException("the client closed within a body");
            }
            done += count;
        }
    }

    /** Reads and forgets until the client closes, the time is up or so many bytes have come. */
    void discard(int most) throws IOException {
        int left = most - (limit - position);
        position = limit;
        while (left > 0 && fill()) {
            left -= limit;
            position = limit;
        }
    }

    private boolean fill() throws IOException {
        int count = receive(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(0, count);
        return count > 0;
    }

    private int receive(byte[] target, int offset, int length) throws IOException {
        // A read's own timeout would start anew with each byte of a slow sender.
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("the client was too slow");
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        return in.read(target, offset, length);
    }
}
