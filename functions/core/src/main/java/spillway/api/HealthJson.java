package spillway.api;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import spillway.health.Board;
import spillway.http.ResponseSink;
import spillway.json.JsonBytes;

/** What both health documents have. */
final class HealthJson {
    /** A second old is fresh enough, and takes the load of many who poll off the table. */
    private static final Map<String, String> HEADERS =
            Map.of("content-type", "application/json", "cache-control", "max-age=1");

    private HealthJson() {}

    /** Which board was read, and how old it is, as a member. */
    static void board(Board board, Instant now, JsonBytes out) {
        out.name("board")
                .beginObject()
                .field("source", board.source().wireName())
                .field("read_at", board.readAt().toString())
                .field("age_ms", Math.max(0, Duration.between(board.readAt(), now).toMillis()))
                .endObject();
    }

    /** The members of a state, into an object that is open. */
    static void state(ProviderState state, JsonBytes out) {
        out.field("state", state.state().wireName())
                .field("since", state.since() == null ? null : state.since().toString())
                .field("why", state.why());
    }

    static void send(JsonBytes out, ResponseSink sink) throws IOException {
        sink.start(200, HEADERS);
        sink.write(out.buffer(), 0, out.length());
        sink.flush();
    }
}
