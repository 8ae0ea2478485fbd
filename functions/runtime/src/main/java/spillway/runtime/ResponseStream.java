package spillway.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The output of one invocation, as a handler gets it: each {@link #flush} leaves at once as one
 * HTTP chunk. What is written between flushes is collected, up to 16 KiB, and then leaves as well.
 *
 * <p>A response has at least one byte of body: some clients wait for ever on an empty one. When the
 * handler wrote none, it is a line feed, or an empty comment in an event stream.
 *
 * <p>Safe to use from many threads, though their writes mix. Usable until the handler returns, the
 * stream was closed or failed, or the invocation's deadline is near; then writing throws.
 */
public final class ResponseStream extends OutputStream {
    private static final int LONGEST_ANSWER = 64 * 1024;

    /** How much of the response the Runtime API has. */
    private enum Sent {
        NOTHING,
        PART,
        /** All of it, or an error instead; the answer is still to be read. */
        ALL,
        /** Nobody knows: the connection broke. */
        BROKEN
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final ApiConnection connection;
    private final String requestId;
    private final ChunkBuffer buffer;
    private final ResponseOpening opening = new ResponseOpening();
    private Sent sent = Sent.NOTHING;
    private boolean anyBody;

    /** Why nothing more can be written; null while something can. */
    private @Nullable String over;

    ResponseStream(ApiConnection connection, String requestId, ChunkBuffer buffer) {
        this.connection = connection;
        this.requestId = requestId;
        this.buffer = buffer;
        buffer.clear();
    }

    /**
     * The stream behind what the handler was given.
     *
     * @throws IllegalArgumentException when that is not this runtime's stream
     */
    public static ResponseStream of(OutputStream output) {
        if (output instanceof ResponseStream response) {
            return response;
        }
        throw new IllegalArgumentException(
                "the output is a "
                        + output.getClass().getName()
                        + ", and only the output that this runtime gives its handler streams");
    }

    /**
     * Sets the content type of a response without a prelude; {@code application/octet-stream} when
     * not called.
     *
     * @throws IllegalStateException when the response has begun or has a prelude
     * @throws IOException when it is over
     */
    public void contentType(String contentType) throws IOException {
        lock.lock();
        try {
            requireUnbegun();
            opening.contentType(contentType);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes this an HTTP response, as a Function URL or API Gateway reads it. Nothing leaves before
     * the next {@link #flush}, or {@link #close}.
     *
     * @param headers without {@code set-cookie}
     * @param cookies each as {@code set-cookie} would have it
     * @throws IllegalArgumentException when the status is not one, a name is no HTTP token, a value
     *     holds a line break, or all together are over 16 KB
     * @throws IllegalStateException when the response has begun or has a prelude
     * @throws IOException when it is over, such as at the invocation's deadline
     */
    public void httpPrelude(int status, Map<String, String> headers, List<String> cookies)
            throws IOException {
        lock.lock();
        try {
            requireUnbegun();
            opening.prelude(status, headers, cookies);
        } finally {
            lock.unlock();
        }
    }

    private void requireUnbegun() throws IOException {
        requireOpen();
        if (anyBody || sent != Sent.NOTHING || opening.hasPrelude()) {
            throw new IllegalStateException(
                    "how the response begins is set once, before anything is written");
        }
    }

    @Override
    public void write(int b) throws IOException {
        lock.lock();
        try {
            requireOpen();
            anyBody = true;
            buffer.put((byte) b);
            emitIfFull();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        lock.lock();
        try {
            requireOpen();
            for (int done = 0; done < length; ) {
                anyBody = true;
                done += buffer.put(bytes, offset + done, length - done);
                emitIfFull();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends what was written, at once; also a prelude alone. After the end, does nothing. */
    @Override
    public void flush() throws IOException {
        lock.lock();
        try {
            boolean anything = !buffer.isEmpty() || (sent == Sent.NOTHING && opening.hasPrelude());
            if (over == null && anything) {
                emit();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the response, whole. What the handler does after that can no longer be told. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (over == null) {
                end();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the response as failed. What was written before is delivered; when nothing was and there
     * is no prelude, the invoker gets the error alone. The platform counts the invocation as an
     * error and shows both arguments to whoever invoked it: no secret belongs there.
     *
     * @param errorType letters, such as {@code UpstreamFailed}; the platform calls it {@code
     *     Function.UpstreamFailed}
     */
    public void fail(String errorType, String message) throws IOException {
        lock.lock();
        try {
            requireOpen();
            ErrorReport report = ErrorReport.named(errorType, message);
            if (sent == Sent.NOTHING && !anyBody && !opening.hasPrelude()) {
                sendError(report);
            } else {
                endWith(report);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The handler is done: sends what is missing and reads the Runtime API's answer. The connection
     * is then free for the next request, or closed.
     *
     * @param thrown what the handler threw
     * @return the status of the answer; -1 when the response was cut
     */
    int finish(@Nullable Throwable thrown) {
        lock.lock();
        try {
            if (over == null) {
                if (thrown == null) {
                    end();
                } else {
                    endEarly(ErrorReport.of(thrown));
                }
            }
            return sent == Sent.ALL ? connection.receive(LONGEST_ANSWER).status() : cut();
        } catch (IOException e) {
            return cut();
        } finally {
            lock.unlock();
        }
    }

    private int cut() {
        sent = Sent.BROKEN;
        connection.close();
        return -1;
    }

    /**
     * The time is over: ends the response as failed, whatever the handler is doing. From here on
     * the handler writes to nowhere. Waits as long as a write or the end is stuck in the
     * connection.
     */
    void expire(ErrorReport report) {
        lock.lock();
        try {
            if (over == null) {
                endEarly(report);
                over = "the invocation's deadline is too near to write";
            }
        } catch (IOException e) {
            cut();
        } finally {
            lock.unlock();
        }
    }

    /** An end that was not the handler's wish: an error alone, as long as nothing was sent. */
    private void endEarly(ErrorReport report) throws IOException {
        if (sent == Sent.NOTHING) {
            sendError(report);
        } else {
            endWith(report);
        }
    }

    private void sendError(ErrorReport report) throws IOException {
        over = "the response has ended with an error";
        buffer.clear();
        try {
            connection.postError("invocation/" + requestId + "/error", report);
            sent = Sent.ALL;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private void endWith(ErrorReport report) throws IOException {
        addFiller();
        if (!buffer.isEmpty()) {
            emit();
        }
        over = "the response has ended with an error";
        String trailers =
                "0\r\nLambda-Runtime-Function-Error-Type: "
                        + report.type()
                        + "\r\nLambda-Runtime-Function-Error-Body: "
                        + report.base64()
                        + "\r\n\r\n";
        byte[] bytes = trailers.getBytes(ISO_8859_1);
        try {
            connection.send(bytes, 0, bytes.length);
            sent = Sent.ALL;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private void end() throws IOException {
        addFiller();
        buffer.frame();
        buffer.endBody();
        over = "the response has ended";
        emitFramed();
        sent = Sent.ALL;
    }

    private void addFiller() {
        if (!anyBody) {
            byte[] filler = opening.filler().getBytes(ISO_8859_1);
            buffer.put(filler, 0, filler.length);
            anyBody = true;
        }
    }

    private void emitIfFull() throws IOException {
        if (buffer.isFull()) {
            emit();
        }
    }

    private void emit() throws IOException {
        buffer.frame();
        emitFramed();
    }

    private void emitFramed() throws IOException {
        try {
            if (sent == Sent.NOTHING) {
                connection.begin(opening.bytes(connection.address(), requestId, buffer));
                sent = Sent.PART;
            } else {
                connection.send(buffer.bytes(), buffer.start(), buffer.length());
            }
        } catch (IOException e) {
            throw broken(e);
        } finally {
            buffer.clear();
        }
    }

    private IOException broken(IOException cause) {
        sent = Sent.BROKEN;
        over = "the connection to the Runtime API broke";
        return cause;
    }

    private void requireOpen() throws IOException {
        if (over != null) {
            throw new IOException(over);
        }
    }
}
