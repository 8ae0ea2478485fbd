package spillway.api;

import java.util.Map;
import spillway.attempt.Target;
import spillway.chat.StreamEvent;
import spillway.json.JsonBytes;
import spillway.relay.AnswerEvent;
import spillway.sse.SseEncoder;

/** Our own wire: named Server-Sent Events with one JSON object each, on one line. */
final class NativeEncoder implements AnswerEncoder {
    private static final Map<String, String> HEADERS =
            Map.of(
                    "content-type", "text/event-stream",
                    "cache-control", "no-cache, no-transform",
                    "x-accel-buffering", "no");

    private final String requestId;
    private final EventIds ids;
    private final JsonBytes json = new JsonBytes();

    private NativeEncoder(String requestId, EventIds ids) {
        this.requestId = requestId;
        this.ids = ids;
    }

    /** For a client that reads a response: events without ids. */
    static NativeEncoder plain(String requestId) {
        return new NativeEncoder(requestId, EventIds.none());
    }

    /** For an EventSource, which comes back by itself: an id for each event, and when to return. */
    static NativeEncoder forEventSource(String requestId) {
        return new NativeEncoder(requestId, EventIds.counting(requestId));
    }

    @Override
    public Map<String, String> headers() {
        return HEADERS;
    }

    @Override
    public void event(AnswerEvent event, SseEncoder out) {
        switch (event) {
            case AnswerEvent.Start start -> {
                ids.name(start.id());
                begin().field("id", start.id())
                        .field("route", start.route())
                        .field("provider", start.target().provider())
                        .field("model", start.target().model());
                end("start", out);
            }
            case AnswerEvent.Delta(var content) -> content(content, out);
            case AnswerEvent.Switch(var from, var to, var reason, var at) -> {
                change(from, to, reason, at);
                end("switch", out);
            }
            case AnswerEvent.Reset(var from, var to, var reason, var at) -> {
                change(from, to, reason, at);
                end("reset", out);
            }
            case AnswerEvent.UsageSoFar(var usage) -> {
                NativeJson.usage(usage, begin());
                end("usage", out);
            }
            case AnswerEvent.Done(var reason, var usage, var attempts) -> {
                begin().field("finish_reason", reason.wireName());
                NativeJson.usage(usage, json.name("usage").beginObject());
                json.endObject();
                NativeJson.attempts(attempts, json);
                json.endObject();
                last("done", out);
            }
            case AnswerEvent.Failed(var failure, var at, var resumable) ->
                    failed(FailureProblems.of(failure, requestId).after(at, resumable), out);
        }
    }

    private void change(Target from, Target to, String reason, long at) {
        begin().field("from", from.id())
                .field("to", to.id())
                .field("reason", reason)
                .field("at", at);
    }

    private void content(StreamEvent.Content content, SseEncoder out) {
        begin();
        String name =
                switch (content) {
                    case StreamEvent.TextDelta(var text) -> {
                        json.field("text", text);
                        yield "text";
                    }
                    case StreamEvent.ReasoningDelta(var text) -> {
                        json.field("text", text);
                        yield "reasoning";
                    }
                    case StreamEvent.RefusalDelta(var text) -> {
                        json.field("text", text);
                        yield "refusal";
                    }
                    case StreamEvent.ToolCallStarted(var index, var id, var tool) -> {
                        json.field("index", index).field("id", id).field("name", tool);
                        yield "tool";
                    }
                    case StreamEvent.ToolCallDelta(var index, var arguments) -> {
                        json.field("index", index).field("arguments", arguments);
                        yield "tool";
                    }
                    case StreamEvent.ToolCallEnded(var index) -> {
                        json.field("index", index).field("complete", true);
                        yield "tool";
                    }
                };
        end(name, out);
    }

    @Override
    public void failed(Problem problem, SseEncoder out) {
        json.clear();
        NativeJson.problem(problem, json);
        last("failed", out);
    }

    @Override
    public void heartbeat(SseEncoder out) {
        out.comment("still here");
    }

    /** Opens the object of an event. */
    private JsonBytes begin() {
        json.clear();
        return json.beginObject();
    }

    /** Closes the object of an event and sends it. */
    private void end(String name, SseEncoder out) {
        json.endObject();
        out.event(name, ids.next(out), json.buffer(), 0, json.length());
    }

    /** Sends the event after which nothing follows. */
    private void last(String name, SseEncoder out) {
        out.event(name, ids.last(out), json.buffer(), 0, json.length());
    }
}
