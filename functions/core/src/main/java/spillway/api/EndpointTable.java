package spillway.api;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import spillway.http.Endpoint;
import spillway.http.Request;
import spillway.http.ResponseSink;

/**
 * Finds the endpoint for a method and a path, and sees to what every answer has: the security
 * headers, the request id, and an end even after a bug. Cross-origin headers are the platform's.
 */
public final class EndpointTable implements Endpoint {
    private final List<Entry> entries;
    private final ErrorListener errors;

    public EndpointTable(List<Entry> entries, ErrorListener errors) {
        this.entries = List.copyOf(entries);
        this.errors = errors;
    }

    /** One endpoint, and what leads to it: a method in capitals and a whole path. */
    public record Entry(String method, String path, Endpoint endpoint) {}

    @Override
    public void handle(Request request, ResponseSink sink) throws IOException {
        var guarded = new GuardedSink(sink, request.id());
        try {
            find(request).handle(request, guarded);
        } catch (RuntimeException e) {
            errors.unexpected(request.id(), e);
            if (guarded.isStarted()) {
                guarded.fail("InternalError");
            } else {
                ProblemResponse.send(InternalProblem.of(request.id()), guarded);
            }
        }
    }

    private Endpoint find(Request request) {
        for (Entry entry : entries) {
            if (entry.path.equals(request.path()) && entry.method.equals(request.method())) {
                return entry.endpoint;
            }
        }
        List<Entry> here =
                entries.stream().filter(entry -> entry.path.equals(request.path())).toList();
        return here.isEmpty() ? this::notFound : notAllowed(here);
    }

    private void notFound(Request request, ResponseSink sink) throws IOException {
        String served =
                entries.stream()
                        .map(entry -> entry.method + " " + entry.path)
                        .collect(Collectors.joining(", "));
        ProblemResponse.send(
                Problem.of(
                        ProblemType.NOT_FOUND,
                        404,
                        "There is nothing at this path; served here: " + served + ".",
                        request.id()),
                sink);
    }

    private static Endpoint notAllowed(List<Entry> here) {
        String allowed = here.stream().map(Entry::method).collect(Collectors.joining(", "));
        return (request, sink) ->
                ProblemResponse.send(
                        Problem.of(
                                ProblemType.METHOD_NOT_ALLOWED,
                                405,
                                "This path takes " + allowed + " only.",
                                request.id()),
                        Map.of("allow", allowed),
                        sink);
    }
}
