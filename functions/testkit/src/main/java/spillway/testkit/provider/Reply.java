package spillway.testkit.provider;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The response to one request, down to its bytes. Used by one thread. */
final class Reply {
    private final Socket socket;
    private final OutputStream out;
    private final CountDownLatch gone;
    private final Attempt attempt;
    private boolean oneByteWrites;
    private @Nullable GZIPOutputStream gzip;

    Reply(Socket socket, CountDownLatch gone, Attempt attempt) throws IOException {
        this.socket = socket;
        this.attempt = attempt;
        this.out = socket.getOutputStream();
        this.gone = gone;
    }

    /** The client has left, or the server stops. */
    static final class Gone extends IOException {
        Gone() {
            super("the client has left");
        }
    }

    void whole(int status, Map<String, String> headers, String contentType, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = head(status, headers, contentType);
        head.append("content-length: ").append(bytes.length).append("\r\n\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(ascii(head));
        all.write(bytes);
        attempt.end();
        all.writeTo(out);
    }

    void openStream(Map<String, String> headers) throws IOException {
        StringBuilder head = head(200, headers, "text/event-stream; charset=utf-8");
        head.append("cache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n");
        out.write(ascii(head));
    }

    /** The status, a header, and half of another. */
    void sendHalfOfTheHeaders(Map<String, String> headers) throws IOException {
        StringBuilder head = head(200, headers, "text/event-stream");
        out.write(ascii(head.append("transfer-enc")));
    }

    /** From now on each byte is a chunk of its own. */
    void writeSingleBytes() {
        oneByteWrites = true;
    }

    /** From now on the body is compressed; what is sent is flushed through. */
    void compress() throws IOException {
        gzip =
                new GZIPOutputStream(
                        new OutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                chunk(new byte[] {(byte) b}, 0, 1);
                            }

                            @Override
                            public void write(byte[] bytes, int offset, int count)
                                    throws IOException {
                                chunk(bytes, offset, count);
                            }
                        },
                        true);
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        if (gone.getCount() == 0) {
            throw new Gone();
        }
        if (gzip != null) {
            gzip.write(bytes);
            gzip.flush();
        } else if (oneByteWrites) {
            for (int at = 0; at < bytes.length; at++) {
                chunk(bytes, at, 1);
            }
        } else {
            chunk(bytes, 0, bytes.length);
        }
    }

    /** Ends the body in order. */
    void end() throws IOException {
        if (gzip != null) {
            gzip.close();
        }
        attempt.end();
        out.write(new byte[] {'0', '\r', '\n', '\r', '\n'});
    }

    /** Closes the connection. */
    void close() throws IOException {
        // Before the socket, or the end of it would look as if the client had left.
        attempt.end();
        socket.close();
    }

    /** Resets the connection. */
    void reset() throws IOException {
        attempt.end();
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Waits; ends early, by an exception, when the client leaves. */
    void pause(Duration duration) throws IOException {
        try {
            if (gone.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new Gone();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new Gone();
        }
    }

    /** Waits until the client leaves. */
    void pauseForEver() throws IOException {
        pause(Duration.ofDays(1));
    }

    private void chunk(byte[] bytes, int offset, int count) throws IOException {
        if (count == 0) {
            return;
        }
        byte[] size = ascii(Integer.toHexString(count));
        byte[] chunk = new byte[size.length + count + 4];
        System.arraycopy(size, 0, chunk, 0, size.length);
        chunk[size.length] = '\r';
        chunk[size.length + 1] = '\n';
        System.arraycopy(bytes, offset, chunk, size.length + 2, count);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        out.write(chunk);
    }

    private static StringBuilder head(int status, Map<String, String> headers, String contentType) {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(status).append(" Scripted\r\n");
        if (!contentType.isEmpty()) {
            head.append("content-type: ").append(contentType).append("\r\n");
        }
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head;
    }

    private static byte[] ascii(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
