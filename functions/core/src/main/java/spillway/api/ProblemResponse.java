package spillway.api;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import spillway.http.ResponseSink;
import spillway.json.JsonBytes;

/** Sends a problem as {@code application/problem+json}. */
final class ProblemResponse {
    private ProblemResponse() {}

    static void send(Problem problem, ResponseSink sink) throws IOException {
        send(problem, Map.of(), sink);
    }

    static void send(Problem problem, Map<String, String> more, ResponseSink sink)
            throws IOException {
        var headers = new LinkedHashMap<String, String>();
        headers.put("content-type", "application/problem+json");
        headers.putAll(problem.headers());
        headers.putAll(more);
        var out = new JsonBytes();
        NativeJson.problem(problem, out);
        sink.start(problem.status(), headers);
        sink.write(out.buffer(), 0, out.length());
        sink.flush();
    }
}
