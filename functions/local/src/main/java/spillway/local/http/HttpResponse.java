package spillway.local.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * The answer to one request: {@link #send} it whole, or {@link #begin}, any number of chunks,
 * {@link #end}. Every call that writes makes one write to the socket. Used by one thread.
 */
public final class HttpResponse {
    /** Bytes that {@link #chunk} needs before what it sends. */
    public static final int CHUNK_HEAD = 10;

    /** Bytes that {@link #chunk} needs behind what it sends. */
    public static final int CHUNK_TAIL = 2;

    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME;

    private final OutputStream out;
    private final boolean isHead;
    private final boolean http11;
    private boolean keepAlive;
    private State state = State.NEW;
    private byte[] head = new byte[0];
    private boolean hasBody;

    private enum State {
        NEW,
        BEGUN,
        ENDED
    }

    HttpResponse(OutputStream out, HttpRequest request) {
        this.out = out;
        this.isHead = request.method().equals("HEAD");
        this.http11 = request.http11();
        this.keepAlive = request.keepAlive();
    }

    /** The whole answer. */
    public void send(int status, List<Header> headers, byte[] body) throws IOException {
        StringBuilder text = head(status, headers);
        if (Status.hasBody(status)) {
            text.append("content-length: ").append(body.length).append("\r\n");
        }
        byte[] start = finished(text);
        boolean sendsBody = Status.hasBody(status) && !isHead;
        state = State.ENDED;
        out.write(sendsBody ? joined(start, body, 0, body.length) : start);
    }

    /** Begins an answer of unknown length. Its head leaves with the first chunk, or at its end. */
    public void begin(int status, List<Header> headers) {
        StringBuilder text = head(status, headers);
        hasBody = Status.hasBody(status) && !isHead;
        if (Status.hasBody(status)) {
            if (http11) {
                text.append("transfer-encoding: chunked\r\n");
            } else {
                keepAlive = false;
            }
        }
        head = finished(text);
        state = State.BEGUN;
    }

    /**
     * Sends a part of the buffer as one chunk, at once and without copying it: the bytes around it,
     * {@link #CHUNK_HEAD} before and {@link #CHUNK_TAIL} behind, are overwritten.
     */
    public void chunk(byte[] buffer, int from, int to) throws IOException {
        if (state != State.BEGUN) {
            throw new IllegalStateException("a chunk needs an answer that has begun");
        }
        if (from == to || !hasBody) {
            sendHead();
            return;
        }
        int start = from;
        int end = to;
        if (http11) {
            buffer[--start] = '\n';
            buffer[--start] = '\r';
            for (int size = to - from; size > 0; size >>>= 4) {
                buffer[--start] = (byte) "0123456789abcdef".charAt(size & 15);
            }
            buffer[end++] = '\r';
            buffer[end++] = '\n';
        }
        if (head.length > 0) {
            byte[] first = joined(head, buffer, start, end - start);
            head = new byte[0];
            out.write(first);
        } else {
            out.write(buffer, start, end - start);
        }
    }

    /** Sends the head if nothing has been sent yet. */
    public void sendHead() throws IOException {
        if (head.length > 0) {
            byte[] first = head;
            head = new byte[0];
            out.write(first);
        }
    }

    /** Ends an answer that has begun. */
    public void end() throws IOException {
        state = State.ENDED;
        if (hasBody && http11) {
            byte[] last = joined(head, LAST_CHUNK, 0, LAST_CHUNK.length);
            head = new byte[0];
            out.write(last);
        } else {
            sendHead();
        }
    }

    /** Whether anything has been decided that another answer would contradict. */
    public boolean hasBegun() {
        return state != State.NEW;
    }

    /** Whether the connection can carry another request. */
    boolean isReusable() {
        return state == State.ENDED && keepAlive;
    }

    private StringBuilder head(int status, List<Header> headers) {
        if (state != State.NEW) {
            throw new IllegalStateException("the answer has already begun");
        }
        StringBuilder text = new StringBuilder(512);
        text.append("HTTP/1.1 ").append(status).append(' ').append(Status.phrase(status));
        text.append("\r\ndate: ").append(DATE.format(Instant.now().atOffset(ZoneOffset.UTC)));
        text.append("\r\n");
        for (Header header : headers) {
            text.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        return text;
    }

    private byte[] finished(StringBuilder text) {
        if (!keepAlive) {
            text.append("connection: close\r\n");
        } else if (!http11) {
            text.append("connection: keep-alive\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] joined(byte[] first, byte[] second, int offset, int length) {
        byte[] both = new byte[first.length + length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, offset, both, first.length, length);
        return both;
    }
}
