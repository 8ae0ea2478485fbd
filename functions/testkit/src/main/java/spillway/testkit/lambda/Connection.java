package spillway.testkit.lambda;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import spillway.testkit.lambda.WireReader.Head;

/**
 * One connection of a runtime. Its own thread reads requests and answers them; only the answer to
 * {@code next} may come from another thread, while this one waits for the runtime's next move.
 */
final class Connection {
    private static final String BASE = "/2018-06-01/runtime/";
    private static final String ERROR_TYPE = "lambda-runtime-function-error-type";
    private static final String ERROR_BODY = "lambda-runtime-function-error-body";
    private static final int ERROR_LIMIT = 1 << 20;

    private final RuntimeApi api;
    private final Socket socket;
    private final WireReader reader;

    Connection(RuntimeApi api, Socket socket, boolean recording) throws IOException {
        this.api = api;
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.reader = new WireReader(socket.getInputStream(), recording);
    }

    /** Serves until the runtime hangs up or breaks the rules. */
    void run() {
        try {
            while (serveOne()) {
                api.record(reader.takeTape());
            }
        } catch (ProtocolException e) {
            refuseMalformed(e);
        } catch (IOException e) {
            // The runtime is gone; what that means for an invocation was settled where it was read.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            byte[] rest = reader.takeTape();
            if (rest.length > 0) {
                api.record(rest);
            }
            api.left(this);
            close();
        }
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed for us in any case.
        }
    }

    private boolean serveOne() throws IOException, InterruptedException {
        Head head = reader.head();
        if (head == null) {
            return false;
        }
        api.heardFrom(this);
        if (!head.target().startsWith(BASE)) {
            return refuse(head, 404, "NotFound", "no such path: " + head.target());
        }
        String call = head.method() + " " + head.target().substring(BASE.length());
        return switch (call) {
            case "GET invocation/next" -> next(head);
            case "POST init/error" -> startError(head, RuntimeApi.Stage.INIT);
            case "GET restore/next" -> restoreNext(head);
            case "POST restore/error" -> startError(head, RuntimeApi.Stage.RESTORE);
            default -> forInvocation(head, call);
        };
    }

    private boolean next(Head head) throws IOException {
        return api.poll(this) || refuseState(head, "invocation/next");
    }

    private boolean restoreNext(Head head) throws IOException {
        if (!api.options().snapStart()) {
            return refuse(head, 404, "NotFound", "restore/next exists with SnapStart only");
        }
        return api.snapshotReached(this) || refuseState(head, "restore/next");
    }

    private boolean startError(Head head, RuntimeApi.Stage stage) throws IOException {
        RuntimeError error = readError(head);
        if (stage == RuntimeApi.Stage.RESTORE && !api.options().snapStart()) {
            return answerRefusal(404, "NotFound", "restore/error exists with SnapStart only");
        }
        if (!api.startFailed(stage, error)) {
            return answerRefusal(403, "InvalidStateTransition", "not the time for " + stage);
        }
        return accepted();
    }

    private boolean forInvocation(Head head, String call) throws IOException, InterruptedException {
        String[] parts = call.split("/", -1);
        if (parts.length != 3 || !parts[0].equals("POST invocation")) {
            return refuse(head, 404, "NotFound", "no such call: " + call);
        }
        Invocation invocation = api.find(parts[1]);
        if (invocation == null) {
            return refuseId(head);
        }
        return switch (parts[2]) {
            case "response" -> response(head, invocation);
            case "error" -> error(head, invocation);
            default -> refuse(head, 404, "NotFound", "no such call: " + call);
        };
    }

    private boolean error(Head head, Invocation invocation) throws IOException {
        Invocation.State state = invocation.state();
        boolean midStream = state == Invocation.State.RESPONDING && api.options().concurrent();
        if (state != Invocation.State.RUNNING && !midStream) {
            return refuseMove(head, "error");
        }
        RuntimeError error = readError(head);
        if (midStream) {
            // On another connection than the response, which may still be coming.
            invocation.settleQuietly(new Outcome.FailedMidStream(error));
        } else {
            invocation.settle(new Outcome.Failed(error));
        }
        return accepted();
    }

    private boolean response(Head head, Invocation invocation)
            throws IOException, InterruptedException {
        String mode = head.headers().get("lambda-runtime-function-response-mode");
        var start = new ResponseHead(head.headers().get("content-type"), mode != null);
        if (mode != null && !mode.equals("streaming")) {
            if (invocation.state() != Invocation.State.RUNNING) {
                return refuseMove(head, "response");
            }
            invocation.settle(new Outcome.InvalidResponseMode(mode));
            return refuse(
                    head, 400, "InvalidFunctionResponseMode", "Invalid function response mode");
        }
        if (!invocation.begin(start, this)) {
            return refuseMove(head, "response");
        }
        try {
            return new Response(head, start, invocation).receive();
        } catch (ProtocolException e) {
            invocation.settle(new Outcome.Truncated());
            return refuseAndEnd(400, "TruncatedHTTPRequest", "HTTP request detected as truncated");
        } finally {
            // Nothing after this line can make a broken response whole.
            invocation.settle(new Outcome.Truncated());
        }
    }

    /** The body of one response on its way to the invoker. */
    private final class Response {
        private final Head head;
        private final ResponseHead start;
        private final Invocation invocation;
        private final Bandwidth.Bucket bucket = api.options().bandwidth().bucket();
        private long received;

        Response(Head head, ResponseHead start, Invocation invocation) {
            this.head = head;
            this.start = start;
            this.invocation = invocation;
        }

        boolean receive() throws IOException, InterruptedException {
            Map<String, String> trailers = Map.of();
            boolean fits;
            invocation.toReceiver(receiver -> receiver.begin(start));
            if (head.chunked()) {
                fits = chunks();
                if (fits) {
                    trailers = reader.fields();
                }
            } else {
                fits = pass(head.length());
            }
            if (!fits) {
                long limit = api.options().maxResponseBytes();
                invocation.settle(new Outcome.TooLarge(limit));
                return refuseAndEnd(
                        413,
                        "RequestEntityTooLarge",
                        "Exceeded maximum allowed payload size (" + limit + " bytes).");
            }
            invocation.received();
            invocation.settle(outcome(trailers));
            return accepted();
        }

        private boolean chunks() throws IOException, InterruptedException {
            for (int size = reader.chunkSize(); size > 0; size = reader.chunkSize()) {
                if (!pass(size)) {
                    return false;
                }
                reader.chunkEnd();
            }
            return true;
        }

        private boolean pass(long size) throws IOException, InterruptedException {
            for (long left = size; left > 0; ) {
                int count = reader.take(left);
                left -= count;
                received += count;
                if (received > api.options().maxResponseBytes()) {
                    return false;
                }
                bucket.take(count);
                invocation.toReceiver(
                        receiver -> receiver.receive(reader.buffer(), reader.taken(), count));
            }
            return true;
        }

        private Outcome outcome(Map<String, String> trailers) throws ProtocolException {
            String type = announced(trailers, ERROR_TYPE);
            if (type == null) {
                return new Outcome.Completed();
            }
            String body = announced(trailers, ERROR_BODY);
            return new Outcome.FailedMidStream(
                    RuntimeError.reported(type, body == null ? "" : decoded(body)));
        }

        private @Nullable String announced(Map<String, String> trailers, String name) {
            String announcement = head.headers().getOrDefault("trailer", "");
            for (String each : announcement.toLowerCase(Locale.ROOT).split(",", -1)) {
                if (each.strip().equals(name)) {
                    return trailers.get(name);
                }
            }
            return null;
        }

        private static String decoded(String base64) throws ProtocolException {
            try {
                return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new ProtocolException("the error body is not base64");
            }
        }
    }

    private RuntimeError readError(Head head) throws IOException {
        byte[] body = readWhole(head);
        return RuntimeError.reported(
                head.headers().get(ERROR_TYPE), new String(body, StandardCharsets.UTF_8));
    }

    private byte[] readWhole(Head head) throws IOException {
        var whole = new ByteArrayOutputStream();
        if (head.chunked()) {
            for (int size = reader.chunkSize(); size > 0; size = reader.chunkSize()) {
                readInto(whole, size);
                reader.chunkEnd();
            }
            reader.fields();
        } else {
            readInto(whole, head.length());
        }
        return whole.toByteArray();
    }

    private void readInto(ByteArrayOutputStream whole, long size) throws IOException {
        if (whole.size() + size > ERROR_LIMIT) {
            throw new ProtocolException("an error body over " + ERROR_LIMIT + " bytes");
        }
        for (long left = size; left > 0; ) {
            int count = reader.take(left);
            left -= count;
            whole.write(reader.buffer(), reader.taken(), count);
        }
    }

    /** Answers {@code next}; from any thread, while the runtime waits for that. */
    void deliver(Map<String, String> headers, byte[] event) throws IOException {
        StringBuilder head = new StringBuilder(512);
        head.append("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Content-Length: " + event.length + "\r\n\r\n");
        send(head, event);
    }

    private boolean accepted() throws IOException {
        answer("202 Accepted", "{\"status\":\"OK\"}\n", false);
        return true;
    }

    private boolean refuseMove(Head head, String move) throws IOException {
        return api.options().concurrent() ? refuseId(head) : refuseState(head, move);
    }

    private boolean refuseId(Head head) throws IOException {
        return refuse(head, 400, "InvalidRequestID", "Invalid request ID");
    }

    private boolean refuseState(Head head, String move) throws IOException {
        return refuse(head, 403, "InvalidStateTransition", "the state does not allow " + move);
    }

    /** Refuses a request whose body has not been read. */
    private boolean refuse(Head head, int status, String type, String message) throws IOException {
        if (head.chunked()) {
            return refuseAndEnd(status, type, message);
        }
        readWhole(head);
        return answerRefusal(status, type, message);
    }

    private boolean answerRefusal(int status, String type, String message) throws IOException {
        answer(status + " Refused", errorJson(type, message), false);
        return true;
    }

    /** Refuses at once, and drops the rest of a body that may still be coming. */
    private boolean refuseAndEnd(int status, String type, String message) throws IOException {
        answer(status + " Refused", errorJson(type, message), true);
        socket.shutdownOutput();
        socket.setSoTimeout(1_000);
        try {
            reader.linger(1 << 20);
        } catch (SocketTimeoutException | EOFException e) {
            // Long enough for the refusal to be read.
        }
        return false;
    }

    private void refuseMalformed(ProtocolException e) {
        try {
            refuseAndEnd(400, "BadRequest", String.valueOf(e.getMessage()));
        } catch (IOException gone) {
            // Nobody is left to be told.
        }
    }

    private static String errorJson(String type, String message) {
        String safe = message.replace('\\', '/').replace('"', '\'');
        return "{\"errorMessage\":\"" + safe + "\",\"errorType\":\"" + type + "\"}\n";
    }

    private void answer(String status, String json, boolean last) throws IOException {
        StringBuilder head = new StringBuilder(128);
        head.append("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n");
        head.append(last ? "Connection: close\r\n" : "");
        head.append("Content-Length: " + json.length() + "\r\n\r\n" + json);
        send(head, new byte[0]);
    }

    private void send(StringBuilder head, byte[] body) throws IOException {
        byte[] first = WireReader.ascii(head.toString());
        byte[] all = new byte[first.length + body.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(body, 0, all, first.length, body.length);
        socket.getOutputStream().write(all);
    }
}
