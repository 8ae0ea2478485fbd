package spillway.local.url;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
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
        try (Function.Invocation invocation = function.invoke(event)) {
            new Answer(response, added).pass(invocation);
        } catch (Function.Failed | Prelude.Malformed e) {
            // As a Function URL answers, down to the type that the text does not have.
            json(response, 502, added, "Internal Server Error");
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
    private final class Answer {
        private final HttpResponse response;
        private final List<Header> added;
        private final byte[] buffer =
                new byte[HttpResponse.CHUNK_HEAD + READ + HttpResponse.CHUNK_TAIL];
        private boolean isClientGone;

        Answer(HttpResponse response, List<Header> added) {
            this.response = response;
            this.added = added;
        }

        void pass(Function.Invocation invocation) throws IOException, Prelude.Malformed {
            InputStream body = invocation.body();
            if (invocation.contentType().equals(Prelude.CONTENT_TYPE)) {
                passPrelude(body);
            } else {
                begin(200, List.of(new Header("content-type", invocation.contentType())));
            }
            for (int n = read(body, 0); n >= 0 && goesOn(); n = read(body, 0)) {
                send(0, n);
            }
            if (!isClientGone) {
                response.end();
            }
        }

        /** Reads until the prelude is whole, and sends what came behind it. */
        private void passPrelude(InputStream body) throws IOException, Prelude.Malformed {
            int length = 0;
            int end = -1;
            while (end < 0) {
                int n = length < Prelude.MAX ? read(body, length) : -1;
                if (n < 0) {
                    throw new Prelude.Malformed(
                            "no eight NULs in the first " + length + " bytes of the response");
                }
                length += n;
                end = find(length);
            }
            Prelude prelude =
                    Prelude.parse(buffer, HttpResponse.CHUNK_HEAD, HttpResponse.CHUNK_HEAD + end);
            begin(prelude.status(), prelude.headers());
            send(end + Prelude.NULS, length);
        }

        private int find(int length) {
            int start = HttpResponse.CHUNK_HEAD;
            int end = Prelude.end(buffer, start, start + length);
            return end < 0 ? -1 : end - start;
        }

        private int read(InputStream body, int offset) throws IOException, Prelude.Malformed {
            try {
                return body.read(buffer, HttpResponse.CHUNK_HEAD + offset, READ - offset);
            } catch (IOException cut) {
                if (!response.hasBegun()) {
                    throw new Prelude.Malformed(
                            "the response was cut before its prelude was whole");
                }
                throw cut;
            }
        }

        private void begin(int status, List<Header> headers) {
            List<Header> all = new ArrayList<>(headers);
            all.addAll(added);
            response.begin(status, all);
        }

        private void send(int from, int to) {
            if (isClientGone) {
                return;
            }
            try {
                response.chunk(
                        buffer, HttpResponse.CHUNK_HEAD + from, HttpResponse.CHUNK_HEAD + to);
            } catch (IOException _) {
                isClientGone = true;
            }
        }

        private boolean goesOn() {
            return !isClientGone || clientGone == ClientGone.RUNS_ON;
        }
    }
}
