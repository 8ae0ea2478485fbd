package spillway.api;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import spillway.attempt.Target;
import spillway.health.Board;
import spillway.health.HealthReports;
import spillway.http.Endpoint;
import spillway.http.Request;
import spillway.http.ResponseSink;
import spillway.json.JsonBytes;

/** One line of truth per provider, from the board alone: fast and cheap enough to poll. */
public final class ProviderStatusEndpoint implements Endpoint {
    private final HealthReports reports;
    private final SequencedMap<String, List<String>> targets;
    private final Clock clock;

    /**
     * @param configured every target of every route
     */
    public ProviderStatusEndpoint(
            HealthReports reports, Collection<Target> configured, Clock clock) {
        this.reports = reports;
        this.clock = clock;
        targets = new LinkedHashMap<>();
        for (Target target : configured) {
            targets.computeIfAbsent(target.provider(), _ -> new ArrayList<>()).add(target.id());
        }
    }

    @Override
    public void handle(Request request, ResponseSink sink) throws IOException {
        Board board = reports.board();
        Instant now = clock.instant();
        var out = new JsonBytes();
        out.beginObject();
        HealthJson.board(board, now, out);
        out.name("providers").beginArray();
        for (Map.Entry<String, List<String>> provider : targets.entrySet()) {
            var state = ProviderState.of(provider.getValue().stream().map(board::of).toList(), now);
            out.beginObject().field("provider", provider.getKey());
            HealthJson.state(state, out);
            out.endObject();
        }
        out.endArray().endObject();
        HealthJson.send(out, sink);
    }
}
