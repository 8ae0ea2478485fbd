package spillway.local.measure;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import spillway.runtime.LambdaRuntime;
import spillway.runtime.ResponseStream;

/**
 * A function in the place of the gateway's that only passes on what the {@link PacedProvider} says,
 * from its first token on. What it adds is what the front door, the Runtime API and the streaming
 * runtime cost: no gateway behind them can add less. Of each piece that the provider sends it takes
 * for granted that it comes with one read. Used by many threads at once.
 */
public final class PassingFunction {
    private static final Pattern ASKED = Pattern.compile("stream=[a-z0-9= ]+");
    private static final byte[] FIRST = ascii("\"content\":\"");
    private static final byte[] END = ascii("[DONE]");
    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
    private static final byte[] OUR_END = ascii("\n\nevent: done\n\n");
    private static final int READ = 16 * 1024;

    private final int provider;
    private final ConcurrentLinkedDeque<Socket> idle = new ConcurrentLinkedDeque<>();

    private PassingFunction(int provider) {
        this.provider = provider;
    }

    /** Serves until the process is ended; the provider is that of {@code OPENAI_BASE_URL}. */
    public static void main(String[] args) {
        URI url = URI.create(Objects.requireNonNull(System.getenv("OPENAI_BASE_URL")));
        PassingFunction function = new PassingFunction(url.getPort());
        RequestStreamHandler handler = (event, out, context) -> function.answer(event, out);
        LambdaRuntime.run(handler);
    }

    private void answer(InputStream event, OutputStream out) throws IOException {
        Matcher asked = ASKED.matcher(new String(event.readAllBytes(), StandardCharsets.US_ASCII));
        if (!asked.find()) {
            throw new IOException("the event says nothing that the provider understands");
        }
        Socket socket = connection();
        try {
            socket.getOutputStream().write(request(asked.group()));
            ResponseStream.of(out)
                    .httpPrelude(200, Map.of("content-type", "text/event-stream"), List.of());
            pass(socket.getInputStream(), out);
        } catch (IOException e) {
            try (socket) {
                throw e;
            }
        }
        idle.addLast(socket);
    }

    private Socket connection() throws IOException {
        Socket kept = idle.pollLast();
        if (kept != null) {
            return kept;
        }
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), provider);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static byte[] request(String asked) {
        String body = "{\"messages\":[{\"content\":\"" + asked + "\"}]}";
        return ascii(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);
    }

    private static void pass(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[READ];
        boolean begun = false;
        boolean over = false;
        while (!over) {
            int length = in.read(buffer);
            if (length < 0) {
                throw new EOFException("the provider broke off");
            }
            begun = begun || hasToken(buffer, length);
            int end = find(END, buffer, 0, length);
            if (begun) {
                out.write(buffer, 0, end < 0 ? length : end);
            }
            if (end >= 0) {
                out.write(OUR_END);
                over = true;
                skipTheRest(in, buffer, length);
            }
            out.flush();
        }
    }

    /** The first content is empty; a token begins with a number. */
    private static boolean hasToken(byte[] buffer, int length) {
        for (int at = find(FIRST, buffer, 0, length); at >= 0; ) {
            int next = at + FIRST.length;
            if (next < length && Character.isDigit(buffer[next])) {
                return true;
            }
            at = find(FIRST, buffer, next, length);
        }
        return false;
    }

    private static void skipTheRest(InputStream in, byte[] buffer, int length) throws IOException {
        int last = length;
        while (last >= 0 && find(LAST_CHUNK, buffer, 0, last) < 0) {
            last = in.read(buffer);
        }
    }

    private static int find(byte[] wanted, byte[] buffer, int from, int length) {
        for (int at = from; at + wanted.length <= length; at++) {
            int same = 0;
            while (same < wanted.length && buffer[at + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return at;
            }
        }
        return -1;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
