package spillway.api;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import spillway.health.HealthHistory;
import spillway.health.HealthReports;
import spillway.health.TargetHealth;
import spillway.health.TargetReport;
import spillway.http.Endpoint;
import spillway.http.Request;
import spillway.http.ResponseSink;
import spillway.json.JsonBytes;

/** All that is known of each target, and what the fleet has seen of it over time. */
public final class ProviderHealthEndpoint implements Endpoint {
    private final HealthReports reports;
    private final HealthHistory history;
    private final Clock clock;

    public ProviderHealthEndpoint(HealthReports reports, HealthHistory history, Clock clock) {
        this.reports = reports;
        this.history = history;
        this.clock = clock;
    }

    @Override
    public void handle(Request request, ResponseSink sink) throws IOException {
        Instant now = clock.instant();
        var out = new JsonBytes();
        out.beginObject();
        HealthJson.board(reports.board(), now, out);
        out.name("targets").beginArray();
        reports.reports().forEach(report -> target(report, now, out));
        out.endArray();
        history(history.read(), out.name("history"));
        out.endObject();
        HealthJson.send(out, sink);
    }

    private static void target(TargetReport report, Instant now, JsonBytes out) {
        TargetHealth health = report.health();
        out.beginObject().field("target", health.target());
        HealthJson.state(ProviderState.of(health, now), out);
        breaker(health, out.name("breaker"));
        window(report, out.name("window"));
        latency(report, out.name("first_content_ms"));
        out.name("last_probe");
        if (report.lastProbeAt() == null) {
            out.value((String) null);
        } else {
            out.beginObject().field("at", report.lastProbeAt().toString());
            if (report.lastProbeOk() == null) {
                out.field("ok", (String) null);
            } else {
                out.field("ok", report.lastProbeOk().booleanValue());
            }
            out.endObject();
        }
        out.field("traffic_share", report.trafficShare()).endObject();
    }

    private static void breaker(TargetHealth health, JsonBytes out) {
        out.beginObject()
                .field("state", health.state().wireName())
                .field("version", health.version())
                .field("opened_in_a_row", health.backoff())
                .field("open_until", text(health.openUntil()))
                .field("probe_until", text(health.probeUntil()))
                .field("cooldown_until", text(health.cooldownUntil()))
                .endObject();
    }

    private static void window(TargetReport report, JsonBytes out) {
        out.beginObject()
                .field("seconds", report.windowSeconds())
                .field("successes", report.successes())
                .field("failures", report.failures())
                .name("failures_by_reason")
                .beginObject();
        for (Map.Entry<String, Long> reason : new TreeMap<>(report.failuresByReason()).entrySet()) {
            out.field(reason.getKey(), reason.getValue().longValue());
        }
        out.endObject().endObject();
    }

    private static void latency(TargetReport report, JsonBytes out) {
        out.beginObject();
        if (report.firstContentEwmaMillis() != null) {
            out.field("ewma", report.firstContentEwmaMillis().doubleValue());
        }
        if (report.firstContent() instanceof TargetReport.Percentiles(var p50, var p90, var p99)) {
            out.field("p50", p50).field("p90", p90).field("p99", p99);
        }
        out.endObject();
    }

    private static void history(HealthHistory.Reading reading, JsonBytes out) {
        switch (reading) {
            case HealthHistory.Absent(var reason) ->
                    out.beginObject().field("available", false).field("reason", reason).endObject();
            case HealthHistory.Recorded recorded -> {
                out.beginObject()
                        .field("available", true)
                        .field("read_at", recorded.readAt().toString())
                        .field("period_seconds", recorded.period().toSeconds())
                        .name("series")
                        .beginArray();
                recorded.series().forEach(series -> series(series, out));
                out.endArray().endObject();
            }
        }
    }

    private static void series(HealthHistory.Series series, JsonBytes out) {
        out.beginObject()
                .field("target", series.target())
                .field("measure", series.measure())
                .name("points")
                .beginArray();
        for (HealthHistory.Point point : series.points()) {
            out.beginObject()
                    .field("at", point.at().toString())
                    .field("value", point.value())
                    .endObject();
        }
        out.endArray().endObject();
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
