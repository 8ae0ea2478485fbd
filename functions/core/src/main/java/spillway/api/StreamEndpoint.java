package spillway.api;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import spillway.gateway.Gateway;
import spillway.http.Endpoint;
import spillway.http.Request;
import spillway.http.ResponseSink;
import spillway.sse.SseEncoder;

/**
 * Streams answers to an EventSource, which comes back by itself when its connection ends, whether
 * it had everything or not. Coming back never starts, and never bills, a second answer.
 */
public final class StreamEndpoint implements Endpoint {
    /** The query parameter for those who cannot set the header. */
    static final String LAST_EVENT_ID = "lastEventId";

    private final Endpoint fresh;
    private final Dialect dialect;

    public StreamEndpoint(Gateway gateway, String defaultRoute) {
        dialect = new EventSourceDialect(defaultRoute);
        fresh = new AnswerEndpoint(gateway, dialect);
    }

    @Override
    public void handle(Request request, ResponseSink sink) throws IOException {
        // The header is the newer: an EventSource keeps its URL when it comes back.
        String header = request.header("last-event-id");
        String parameter = request.query().get(LAST_EVENT_ID);
        if (header != null && !header.isEmpty()) {
            comeBack(header, Problem.In.HEADER, "last-event-id", request, sink);
        } else if (parameter != null && !parameter.isEmpty()) {
            comeBack(parameter, Problem.In.PARAMETER, LAST_EVENT_ID, request, sink);
        } else {
            fresh.handle(request, sink);
        }
    }

    private void comeBack(String id, Problem.In in, String name, Request request, ResponseSink sink)
            throws IOException {
        EventIds.Position position = EventIds.Position.parse(id).orElse(null);
        if (position == null) {
            var fault =
                    new Problem.Fault(
                            in,
                            name,
                            "is no id of an event; one such as answer.12 or answer.end is needed");
            dialect.refuse(Problem.invalid(List.of(fault), request.id()), sink);
        } else if (position.whole()) {
            // The status by which an EventSource is told not to come back.
            sink.start(204, Map.of());
            sink.flush();
        } else {
            refuseToResume(position.answer(), request.id(), sink);
        }
    }

    /**
     * As an event and not as a status: a script at an EventSource sees no status, and must learn
     * that it has to ask anew.
     */
    private void refuseToResume(String answer, String requestId, ResponseSink sink)
            throws IOException {
        AnswerEncoder encoder = NativeEncoder.forEventSource(answer);
        var out = new SseEncoder();
        encoder.failed(
                Problem.of(
                        ProblemType.STREAM_NOT_RESUMABLE,
                        410,
                        "The answer was not delivered whole and cannot be continued; ask anew, without a last event id.",
                        requestId),
                out);
        sink.start(200, encoder.headers());
        sink.write(out.buffer(), 0, out.length());
        sink.flush();
    }
}
