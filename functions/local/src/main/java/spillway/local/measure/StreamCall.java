package spillway.local.measure;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client on one connection that is kept: asks, and takes the time of each token. Used by one
 * thread.
 */
final class StreamCall implements Closeable {
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int LINE = 64 * 1024;
    private static final Pattern TOKEN =
            Pattern.compile("\"(?:content|text)\":\"(\\d+)\\.(\\d+)\\.(\\d+) \"");

    private final Kind kind;
    private final Socket socket;
    private final InputStream in;
    private final byte[] line = new byte[LINE];

    /** Whom the call goes to, and how its stream ends. */
    enum Kind {
        /** The provider itself. */
        DIRECT("/v1/chat/completions", "data: [DONE]"),
        /** The gateway before it. */
        GATEWAY("/v1/stream/generate", "event: done");

        final String path;
        final String last;

        Kind(String path, String last) {
            this.path = path;
            this.last = last;
        }

        private String body(String prompt) {
            return switch (this) {
                case DIRECT ->
                        "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\""
                                + prompt
                                + "\"}]}";
                case GATEWAY -> "{\"prompt\":\"" + prompt + "\"}";
            };
        }
    }

    /** What is asked of the provider, times in milliseconds. */
    record Ask(int stream, int tokens, int first, int gap) {
        String prompt() {
            return "stream=" + stream + " tokens=" + tokens + " first=" + first + " gap=" + gap;
        }
    }

    /**
     * How it went.
     *
     * @param firstContent from the request's last byte to the first token's, in nanoseconds
     * @param lags from each token's sending to its arrival, in nanoseconds
     * @param whole whether every token came, in order, once, of this stream, and the end after them
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Heard(long firstContent, long[] lags, boolean whole) {}

    StreamCall(Kind kind, int port) throws IOException {
        this.kind = kind;
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream(), LINE);
    }

    /** Asks and hears the whole answer. */
    Heard ask(Ask ask) throws IOException {
        byte[] request = request(ask);
        long asked = System.nanoTime();
        socket.getOutputStream().write(request);
        skipHead();
        return new Hearing(ask, asked).toTheEnd();
    }

    private byte[] request(Ask ask) {
        String body = kind.body(ask.prompt());
        String head =
                "POST "
                        + kind.path
                        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        + "Authorization: Bearer none\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.US_ASCII);
    }

    private void skipHead() throws IOException {
        String status = readLine();
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException("the answer is " + status);
        }
        while (!readLine().isEmpty()) {}
    }

    /** One answer while it comes. */
    private final class Hearing {
        private final Ask ask;
        private final long asked;
        private final long[] lags;
        private long firstContent = -1;
        private int next;
        private boolean inOrder = true;
        private boolean ended;

        Hearing(Ask ask, long asked) {
            this.ask = ask;
            this.asked = asked;
            this.lags = new long[ask.tokens()];
        }

        Heard toTheEnd() throws IOException {
            // Chunks hold whole lines here or not: their sizes stand on lines of their own.
            for (String text = readLine(); !text.equals("0"); text = readLine()) {
                ended |= text.equals(kind.last);
                Matcher token = TOKEN.matcher(text);
                if (token.find()) {
                    take(token, System.nanoTime());
                }
            }
            readLine();
            return new Heard(firstContent, lags, inOrder && ended && next == ask.tokens());
        }

        private void take(Matcher token, long now) {
            firstContent = firstContent < 0 ? now - asked : firstContent;
            boolean isNext =
                    Integer.parseInt(token.group(1)) == ask.stream()
                            && Integer.parseInt(token.group(2)) == next
                            && next < lags.length;
            inOrder &= isNext;
            if (isNext) {
                lags[next++] = now - Long.parseLong(token.group(3));
            }
        }
    }

    private String readLine() throws IOException {
        int length = 0;
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || length == line.length) {
                throw new EOFException("the answer ended in the middle");
            }
            line[length++] = (byte) b;
        }
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        return new String(line, 0, end, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
