package spillway.local.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One client's connection: requests one after the other. */
final class Connection {
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final int LINGER_BYTES = 16 * 1024 * 1024;

    private final Socket socket;
    private final HttpHandler handler;
    private final Limits limits;
    private final Incoming in;
    private final OutputStream out;
    private final HeadReader heads;
    private final BodyReader bodies;

    Connection(Socket socket, HttpHandler handler, Limits limits) throws IOException {
        this.socket = socket;
        this.handler = handler;
        this.limits = limits;
        this.in = new Incoming(socket);
        this.out = socket.getOutputStream();
        this.heads = new HeadReader(in, limits);
        this.bodies = new BodyReader(in, heads, limits);
    }

    /** Serves until either side closes. */
    void serve() throws IOException {
        try {
            boolean more = true;
            while (more) {
                in.within(limits.idle());
                int first = in.read();
                more = first >= 0 && serveOne(first);
            }
        } catch (SocketTimeoutException _) {
            // Nobody waits for an answer between requests; within one, the client gave up first.
        } catch (Refusal refusal) {
            refuse(refusal);
        }
    }

    private boolean serveOne(int first) throws IOException, Refusal {
        HttpRequest request = receive(first);
        HttpResponse response = new HttpResponse(out, request);
        try {
            handler.handle(request, response);
        } catch (RuntimeException e) {
            if (!response.hasBegun()) {
                response.send(500, List.of(), new byte[0]);
            }
            throw e;
        }
        return response.isReusable();
    }

    private HttpRequest receive(int first) throws IOException, Refusal {
        try {
            in.within(limits.headTime());
            HeadReader.Head head = heads.read(first);
            List<String> hosts = HttpRequest.values(head.headers(), "host");
            if (hosts.size() > 1 || (hosts.isEmpty() && head.http11())) {
                throw new Refusal(400, "a request has one host header");
            }
            BodyReader.Framing framing = bodies.framing(head);
            meetExpectation(head);
            in.within(limits.bodyTime());
            byte[] body = bodies.read(framing);
            return new HttpRequest(
                    head.method(),
                    head.path(),
                    head.query(),
                    head.headers(),
                    body,
                    head.http11(),
                    staysOpen(head));
        } catch (SocketTimeoutException _) {
            throw new Refusal(408, "the request took too long to come");
        }
    }

    private void meetExpectation(HeadReader.Head head) throws IOException, Refusal {
        @Nullable String expectation = first(head, "expect");
        if (expectation == null || !head.http11()) {
            return;
        }
        if (!expectation.equalsIgnoreCase("100-continue")) {
            throw new Refusal(417, "the only expectation that can be met is 100-continue");
        }
        if (!in.hasBuffered()) {
            out.write(CONTINUE);
        }
    }

    private static boolean staysOpen(HeadReader.Head head) {
        @Nullable String connection = first(head, "connection");
        if (connection == null) {
            return head.http11();
        }
        String options = connection.toLowerCase(Locale.ROOT);
        return head.http11() ? !options.contains("close") : options.contains("keep-alive");
    }

    private static @Nullable String first(HeadReader.Head head, String name) {
        List<String> values = HttpRequest.values(head.headers(), name);
        return values.isEmpty() ? null : values.getFirst();
    }

    private void refuse(Refusal refusal) throws IOException {
        HttpRequest unread = new HttpRequest("", "", "", List.of(), new byte[0], true, false);
        new HttpResponse(out, unread)
                .send(refusal.status, List.of(ProblemBody.TYPE), refusal.problem());
        // Closing over unread bytes resets the connection, and the client would not see the answer.
        socket.shutdownOutput();
        in.within(LINGER);
        in.discard(LINGER_BYTES);
    }
}
