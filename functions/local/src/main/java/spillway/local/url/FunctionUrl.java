package spillway.local.url;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import spillway.local.http.Header;
import spillway.local.http.HttpHandler;
import spillway.local.http.HttpRequest;
import spillway.local.http.HttpResponse;
import spillway.local.http.ProblemBody;

/**
 * The URL of one function, with invoke mode RESPONSE_STREAM: a request becomes an event of payload
 * format 2.0, the function's stream becomes the answer. What the function writes leaves in the same
 * pieces, at once.
 */
public final class FunctionUrl implements HttpHandler {
    /** What happens to an invocation whose client has gone away. */
    public enum ClientGone {
        /** As on Lambda: the function is not told, runs to its end and is billed for it. */
        RUNS_ON,
        /** The function's next write fails. */
        IS_CUT
    }

    /** As much as a prelude may take; made anew for each answer, so not more. */
    private static final int READ = Prelude.MAX;

    /** Of the whole event: a body in base64 reaches it at three quarters. */
    private static final int EVENT_LIMIT = 6 * 1024 * 1024;

    private final Function function;
    private final String name;
    private final Semaphore instances;
    private final Cors cors;
    private final ClientGone clientGone;
    private final Clock clock;

    /**
     * @param name stands for the URL's id in events
     * @param concurrency invocations at once; more are throttled
     */
    public FunctionUrl(
            Function function,
            String name,
            int concurrency,
            Cors cors,
            ClientGone clientGone,
            Clock clock) {
        this.function = function;
        this.name = name;
        this.instances = new Semaphore(concurrency);
        this.cors = cors;
        this.clientGone = clientGone;
        this.clock = clock;
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws IOException {
        if (cors.answers(request)) {
            response.send(200, cors.preflightHeaders(request), new byte[0]);
        } else if (!instances.tryAcquire()) {
            json(response, 429, cors.headers(request), "{\"Message\":\"Rate Exceeded.\"}");
        } else {
            try {
                invoke(request, response);
            } finally {
                instances.release();
            }
        }
    }

    private void invoke(HttpRequest request, HttpResponse response) throws IOException {
        String requestId = UUID.randomUUID().toString();
        List<Header> added = new ArrayList<>(cors.headers(request));
        added.add(new Header("x-amzn-requestid", requestId));
        byte[] event = UrlEvent.of(request, requestId, name, clock.instant());
        if (event.length > EVENT_LIMIT) {
            tooLarge(response, added);
            return;
        }
        Answer answer = new Answer(response, added);
        boolean whole = true;
        try {
            function.invoke(event, answer);
        } catch (Function.Failed e) {
            whole = false;
        }
        if (answer.isRefused()) {
            // As a Function URL answers, down to the type that the text does not have.
            json(response, 502, added, "Internal Server Error");
        } else if (whole) {
            answer.end();
        } else {
            throw new IOException("the response was cut");
        }
    }

    /** Lambda's own words are others; these are the gateway's, whose limit is a lower one. */
    private static void tooLarge(HttpResponse response, List<Header> added) throws IOException {
        List<Header> headers = new ArrayList<>(added);
        headers.add(ProblemBody.TYPE);
        response.send(
                413,
                headers,
                ProblemBody.of(413, "The request is larger than the 6 MB of an event."));
    }

    private static void json(HttpResponse response, int status, List<Header> added, String body)
            throws IOException {
        List<Header> headers = new ArrayList<>(added);
        headers.add(new Header("content-type", "application/json"));
        response.send(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The way of one function's stream to one client. */
    private final class Answer implements Function.Receiver {
        private final HttpResponse response;
        private final List<Header> added;
        private final byte[] buffer =
                new byte[HttpResponse.CHUNK_HEAD + READ + HttpResponse.CHUNK_TAIL];
        private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
        private boolean hasPrelude;
        private int held;
        private boolean isClientGone;

        Answer(HttpResponse response, List<Header> added) {
            this.response = response;
            this.added = added;
        }

        @Override
        public void begin(String contentType) throws IOException {
            hasPrelude = contentType.equals(Prelude.CONTENT_TYPE);
            if (!hasPrelude) {
                begin(200, List.of(new Header("content-type", contentType)));
            }
        }

        @Override
        public void receive(byte[] bytes, int offset, int length) throws IOException {
            int end = offset + length;
            int from = offset;
            while (from < end) {
                int count = Math.min(end - from, READ - held);
                System.arraycopy(bytes, from, buffer, HttpResponse.CHUNK_HEAD + held, count);
                held += count;
                from += count;
                if (hasPrelude) {
                    passPrelude();
                } else {
                    send(0);
                }
            }
        }

        /** Waits for the whole prelude, and sends what came behind it. */
        private void passPrelude() throws IOException {
            int start = HttpResponse.CHUNK_HEAD;
            int end = Prelude.end(buffer, start, start + held);
            if (end >= 0) {
                Prelude prelude = prelude(end);
                hasPrelude = false;
                begin(prelude.status(), prelude.headers());
                send(end + Prelude.NULS - start);
            } else if (held == READ) {
                throw new IOException("no eight NULs in the first " + held + " bytes");
            }
        }

        private Prelude prelude(int end) throws IOException {
            try {
                return Prelude.parse(buffer, HttpResponse.CHUNK_HEAD, end);
            } catch (Prelude.Malformed e) {
                throw new IOException(e);
            }
        }

        private void begin(int status, List<Header> headers) throws IOException {
            if (!state.compareAndSet(State.NEW, State.BEGUN)) {
                throw new IOException("the client has been answered otherwise");
            }
            List<Header> all = new ArrayList<>(headers);
            all.addAll(added);
            response.begin(status, all);
        }

        /** Sends what is held from there on. */
        private void send(int from) throws IOException {
            int start = HttpResponse.CHUNK_HEAD + from;
            int end = HttpResponse.CHUNK_HEAD + held;
            held = 0;
            try {
                if (!isClientGone) {
                    response.chunk(buffer, start, end);
                }
            } catch (IOException gone) {
                isClientGone = true;
                if (clientGone == ClientGone.IS_CUT) {
                    throw gone;
                }
            }
        }

        /** Whether it never began, and from now on cannot any more. */
        boolean isRefused() {
            return state.compareAndSet(State.NEW, State.REFUSED);
        }

        void end() throws IOException {
            if (!isClientGone) {
                response.end();
            }
        }
    }

    /** Both the thread that invoked and the one that receives decide on how an answer begins. */
    private enum State {
        NEW,
        BEGUN,
        REFUSED
    }
}
