package spillway.api;

import java.io.IOException;
import java.util.Locale;
import spillway.http.Request;
import spillway.http.ResponseSink;
import spillway.json.Json;
import spillway.json.JsonReader;
import spillway.json.Mistake;
import spillway.json.Mistakes;
import spillway.json.Words;

/** Our own wire: a JSON object in the body in, named Server-Sent Events out. */
public final class NativeDialect implements Dialect {
    /** The largest body: far more than any model's window, far less than the platform's 6 MB. */
    public static final int DEFAULT_MOST_BYTES = 1024 * 1024;

    private static final JsonReader READER = JsonReader.strict();

    private final String defaultRoute;
    private final int mostBytes;

    /**
     * @param defaultRoute what a request asks for that names neither route nor model
     */
    public NativeDialect(String defaultRoute) {
        this(defaultRoute, DEFAULT_MOST_BYTES);
    }

    public NativeDialect(String defaultRoute, int mostBytes) {
        this.defaultRoute = defaultRoute;
        this.mostBytes = mostBytes;
    }

    @Override
    public Asked decode(Request request) throws ProblemException {
        checkMedia(request);
        if (request.body().length > mostBytes) {
            throw problem(
                    ProblemType.PAYLOAD_TOO_LARGE,
                    413,
                    "The body has "
                            + request.body().length
                            + " bytes; at most "
                            + mostBytes
                            + " are allowed.",
                    request);
        }
        var mistakes = new Mistakes();
        Json body = READER.read(request.body(), mistakes).orElse(null);
        Asked asked = body == null ? null : new RequestDecoder(mistakes, defaultRoute).decode(body);
        if (asked == null || !mistakes.isEmpty()) {
            throw new ProblemException(
                    Problem.invalid(
                            mistakes.inOrder().stream().map(NativeDialect::fault).toList(),
                            request.id()));
        }
        return asked;
    }

    private static Problem.Fault fault(Mistake mistake) {
        return new Problem.Fault(Problem.In.POINTER, mistake.place().pointer(), mistake.detail());
    }

    private static void checkMedia(Request request) throws ProblemException {
        String type = request.header("content-type");
        if (type == null || !isJson(type)) {
            throw problem(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    415,
                    (type == null
                                    ? "There is no content-type"
                                    : "The content-type is " + Words.quote(type))
                            + "; application/json in UTF-8 is needed.",
                    request);
        }
        String encoding = request.header("content-encoding");
        if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
            throw problem(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    415,
                    "The body has a content-encoding; none is taken.",
                    request);
        }
    }

    private static boolean isJson(String contentType) {
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        if (!parts[0].strip().equals("application/json")) {
            return false;
        }
        for (String part : parts) {
            String parameter = part.strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return true;
    }

    private static ProblemException problem(
            ProblemType type, int status, String detail, Request request) {
        return new ProblemException(Problem.of(type, status, detail, request.id()));
    }

    @Override
    public AnswerEncoder encoder(String requestId) {
        return NativeEncoder.plain(requestId);
    }

    @Override
    public void refuse(Problem problem, ResponseSink sink) throws IOException {
        ProblemResponse.send(problem, sink);
    }
}
