package spillway.testkit.lambda;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A runtime that does exactly what the test says, byte by byte. */
final class RawRuntime implements AutoCloseable {
    private static final String BASE = "/2018-06-01/runtime/";

    /** An answer of the Runtime API. */
    record Answer(int status, String head, String body) {
        String header(String name) {
            for (String line : head.split("\r\n", -1)) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    return line.substring(name.length() + 1).strip();
                }
            }
            throw new AssertionError("no " + name + " in " + head);
        }

        String requestId() {
            return header("Lambda-Runtime-Aws-Request-Id");
        }
    }

    private final Socket socket;
    private final InputStream in;

    RawRuntime(RuntimeApi api) throws IOException {
        String[] address = api.address().split(":", -1);
        socket = new Socket(address[0], Integer.parseInt(address[1]));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        in = socket.getInputStream();
    }

    void send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    void sendGet(String call) throws IOException {
        send("GET " + BASE + call + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    Answer get(String call) throws IOException {
        sendGet(call);
        return answer();
    }

    Answer next() throws IOException {
        return get("invocation/next");
    }

    Answer post(String call, String headers, String body) throws IOException {
        send(
                "POST "
                        + BASE
                        + call
                        + " HTTP/1.1\r\nHost: x\r\n"
                        + headers
                        + "Content-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);
        return answer();
    }

    /** Begins a streamed response; chunks follow by {@link #send}. */
    void beginResponse(String id) throws IOException {
        send(
                "POST "
                        + BASE
                        + "invocation/"
                        + id
                        + "/response HTTP/1.1\r\n"
                        + "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
                        + "Trailer: Lambda-Runtime-Function-Error-Type\r\n"
                        + "Trailer: Lambda-Runtime-Function-Error-Body\r\n"
                        + "Content-Type: text/plain\r\n"
                        + "Transfer-Encoding: chunked\r\nHost: x\r\n\r\n");
    }

    Answer answer() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) required(in.read()));
        }
        String lines = head.toString();
        var bare = new Answer(Integer.parseInt(lines.substring(9, 12)), lines, "");
        byte[] body = in.readNBytes(Integer.parseInt(bare.header("Content-Length")));
        return new Answer(bare.status, lines, new String(body, StandardCharsets.UTF_8));
    }

    /** Whether the Runtime API has hung up. */
    boolean hungUp() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    private static int required(int read) throws EOFException {
        if (read < 0) {
            throw new EOFException("the Runtime API hung up");
        }
        return read;
    }

    void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
