package spillway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import spillway.health.Board;
import spillway.health.HealthHistory;
import spillway.health.HealthReports;
import spillway.health.TargetHealth;
import spillway.health.TargetHealth.State;
import spillway.health.TargetReport;

class ProvidersTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant EARLIER = NOW.minusSeconds(60);
    private static final Instant EARLY = NOW.minusSeconds(600);
    private static final String A = "openai/a";
    private static final String B = "openai/b";

    private final RecordingSink sink = new RecordingSink();

    @Test
    void aProviderOfWhichNothingBadIsKnownIsWell() throws IOException {
        status(Map.of());

        assertThat(sink.status).isEqualTo(200);
        assertThat(sink.headers)
                .containsEntry("content-type", "application/json")
                .containsEntry("cache-control", "max-age=1");
        assertThat(sink.body())
                .isEqualTo(
                        "{\"board\":{\"source\":\"shared\",\"read_at\":\"2026-01-01T11:59:59.750Z\",\"age_ms\":250},\"providers\":[{\"provider\":\"openai\",\"state\":\"ok\",\"since\":null,\"why\":\"\"},{\"provider\":\"anthropic\",\"state\":\"ok\",\"since\":null,\"why\":\"\"}]}");
    }

    @Test
    void aProviderOfWhichSomeTargetsAreDownIsDegradedSinceTheFirst() {
        ProviderState state =
                ProviderState.of(
                        List.of(
                                health(A, State.OPEN, EARLY, "unavailable"),
                                health(B, State.RAMP, EARLIER, "cut_off"),
                                TargetHealth.well("openai/c")),
                        NOW);

        assertThat(state)
                .isEqualTo(
                        new ProviderState(
                                ProviderState.State.DEGRADED,
                                EARLY,
                                "openai/a: unavailable; openai/b: coming back after cut_off"));
    }

    @Test
    void aProviderIsDownSinceItsLastTargetWentDown() {
        ProviderState state =
                ProviderState.of(
                        List.of(
                                health(A, State.OPEN, EARLY, "unavailable"),
                                health(B, State.OPEN, EARLIER, "timeout_headers")),
                        NOW);

        assertThat(state.state()).isEqualTo(ProviderState.State.DOWN);
        assertThat(state.since()).isEqualTo(EARLIER);
    }

    @Test
    void aProviderIsDisabledOnlyWhenAllItsTargetsAre() {
        TargetHealth refused = disabled(A);

        assertThat(ProviderState.of(List.of(refused, disabled(B)), NOW).state())
                .isEqualTo(ProviderState.State.DISABLED);
        assertThat(
                        ProviderState.of(
                                        List.of(refused, health(B, State.OPEN, EARLY, "empty")),
                                        NOW)
                                .state())
                .isEqualTo(ProviderState.State.DOWN);
    }

    @Test
    void aTargetThatARateLimitHoldsBackIsDownUntilItMayGoOn() {
        Instant until = NOW.plusSeconds(30);
        var limited =
                new ProviderState(
                        ProviderState.State.DOWN, null, "rate limited until 2026-01-01T12:00:30Z");

        assertThat(ProviderState.of(limited(State.CLOSED, until), NOW)).isEqualTo(limited);
        assertThat(ProviderState.of(limited(State.RAMP, until), NOW)).isEqualTo(limited);
        assertThat(ProviderState.of(limited(State.CLOSED, until), until))
                .isEqualTo(new ProviderState(ProviderState.State.OK, until, ""));
    }

    @Test
    void aProviderIsDownWhileRateLimitsLetNothingThrough() {
        TargetHealth limited = limited(State.CLOSED, NOW.plusSeconds(30));

        ProviderState all = ProviderState.of(List.of(limited), NOW);
        ProviderState some = ProviderState.of(List.of(limited, TargetHealth.well(B)), NOW);

        assertThat(all.state()).isEqualTo(ProviderState.State.DOWN);
        assertThat(some.state()).isEqualTo(ProviderState.State.DEGRADED);
    }

    @Test
    void doesNotTakeTheTimeOfOneTargetForThatOfAnother() {
        TargetHealth limited = limited(State.CLOSED, NOW.plusSeconds(30));
        TargetHealth open = health(B, State.OPEN, EARLIER, "unavailable");
        TargetHealth well = TargetHealth.well("openai/c");

        // Since when the one is limited nobody knows: perhaps before, perhaps after the other.
        assertThat(ProviderState.of(List.of(limited, open), NOW).since()).isNull();
        assertThat(ProviderState.of(List.of(limited, open, well), NOW).since()).isNull();
        assertThat(ProviderState.of(List.of(open, well), NOW).since()).isEqualTo(EARLIER);
    }

    @Test
    void answersHeadLikeGetWithoutABody() throws IOException {
        for (String path : List.of(Api.STATUS, Api.HEALTH)) {
            var head = new RecordingSink();
            providers(reports(board(), List.of()), HealthHistory.absent("none"))
                    .handle(Samples.request("HEAD", path, Map.of(), Map.of(), null), head);

            assertThat(head.status).isEqualTo(200);
            assertThat(head.headers)
                    .containsEntry("content-type", "application/json")
                    .containsEntry("cache-control", "max-age=1");
            assertThat(head.body()).isEmpty();
        }
    }

    @Test
    void aProviderThatIsBackSaysSinceWhen() {
        ProviderState state =
                ProviderState.of(
                        List.of(health(A, State.CLOSED, EARLIER, ""), TargetHealth.well(B)), NOW);

        assertThat(state).isEqualTo(new ProviderState(ProviderState.State.OK, EARLIER, ""));
    }

    @Test
    void saysWhereTheBoardComesFrom() throws IOException {
        var reports =
                reports(new Board(Map.of(), NOW.plusSeconds(1), Board.Source.LOCAL), List.of());

        ask(Api.STATUS, reports, HealthHistory.absent("none"));

        assertThat(sink.body()).contains("\"source\":\"local\"").contains("\"age_ms\":0");
    }

    @Test
    void tellsAllThatIsKnownOfATarget() throws IOException {
        var health =
                new TargetHealth(
                        A,
                        State.OPEN,
                        7,
                        EARLY,
                        NOW.plusSeconds(5),
                        2,
                        3,
                        NOW.plusSeconds(1),
                        null,
                        null,
                        "unavailable");
        var report =
                new TargetReport(
                        health,
                        10,
                        90,
                        10,
                        new TreeMap<>(Map.of("unavailable", 9L, "cut_off", 1L)),
                        321.5,
                        new TargetReport.Percentiles(200, 400, 800),
                        EARLIER,
                        false,
                        0.25);

        ask(Api.HEALTH, reports(board(), List.of(report)), HealthHistory.absent("runs locally"));

        assertThat(sink.body())
                .isEqualTo(
                        "{\"board\":{\"source\":\"shared\",\"read_at\":\"2026-01-01T11:59:59.750Z\",\"age_ms\":250},"
                                + "\"targets\":[{\"target\":\"openai/a\",\"state\":\"down\",\"since\":\"2026-01-01T11:50:00Z\",\"why\":\"unavailable\","
                                + "\"breaker\":{\"state\":\"open\",\"version\":7,\"opened_in_a_row\":2,\"open_until\":\"2026-01-01T12:00:05Z\",\"probe_until\":\"2026-01-01T12:00:01Z\",\"cooldown_until\":null},"
                                + "\"window\":{\"seconds\":10,\"successes\":90,\"failures\":10,\"failures_by_reason\":{\"cut_off\":1,\"unavailable\":9}},"
                                + "\"first_content_ms\":{\"ewma\":321.5,\"p50\":200.0,\"p90\":400.0,\"p99\":800.0},"
                                + "\"last_probe\":{\"at\":\"2026-01-01T11:59:00Z\",\"ok\":false},\"traffic_share\":0.25}],"
                                + "\"history\":{\"available\":false,\"reason\":\"runs locally\"}}");
    }

    @Test
    void leavesOutWhatWasNeverSeen() throws IOException {
        ask(
                Api.HEALTH,
                reports(board(), List.of(quiet(null), quiet(EARLIER))),
                HealthHistory.absent("none"));

        assertThat(sink.body())
                .contains("\"first_content_ms\":{},\"last_probe\":null,\"traffic_share\":0.0")
                .contains("\"last_probe\":{\"at\":\"2026-01-01T11:59:00Z\",\"ok\":null}");
    }

    @Test
    void tellsTheHistoryWhereThereIsOne() throws IOException {
        var points =
                List.of(
                        new HealthHistory.Point(EARLY, 12),
                        new HealthHistory.Point(EARLIER, Double.NaN));
        var recorded =
                new HealthHistory.Recorded(
                        NOW,
                        Duration.ofMinutes(1),
                        List.of(new HealthHistory.Series(A, "attempts", points)));

        ask(Api.HEALTH, reports(board(), List.of()), () -> recorded);

        assertThat(sink.body())
                .endsWith(
                        "\"history\":{\"available\":true,\"read_at\":\"2026-01-01T12:00:00Z\",\"period_seconds\":60,\"series\":[{\"target\":\"openai/a\",\"measure\":\"attempts\",\"points\":[{\"at\":\"2026-01-01T11:50:00Z\",\"value\":12.0},{\"at\":\"2026-01-01T11:59:00Z\",\"value\":null}]}]}}");
    }

    private static TargetReport quiet(@Nullable Instant probed) {
        return new TargetReport(
                TargetHealth.well(A), 10, 0, 0, Map.of(), null, null, probed, null, 0);
    }

    private void status(Map<String, TargetHealth> targets) throws IOException {
        var board = new Board(targets, NOW.minusMillis(250), Board.Source.SHARED);
        ask(Api.STATUS, reports(board, List.of()), HealthHistory.absent("none"));
    }

    private void ask(String path, HealthReports reports, HealthHistory history) throws IOException {
        providers(reports, history).handle(Samples.get(path, Map.of()), sink);
    }

    private static EndpointTable providers(HealthReports reports, HealthHistory history) {
        return Api.providers(
                reports,
                history,
                Configs.simple(),
                Clock.fixed(NOW, ZoneOffset.UTC),
                (_, bug) -> {
                    throw bug;
                });
    }

    private static Board board() {
        return new Board(Map.of(), NOW.minusMillis(250), Board.Source.SHARED);
    }

    private static HealthReports reports(Board board, List<TargetReport> reports) {
        return new HealthReports() {
            @Override
            public Board board() {
                return board;
            }

            @Override
            public List<TargetReport> reports() {
                return reports;
            }
        };
    }

    private static TargetHealth health(String target, State state, Instant since, String reason) {
        return new TargetHealth(target, state, 1, since, null, 0, 0, null, null, null, reason);
    }

    private static TargetHealth disabled(String target) {
        return new TargetHealth(
                target, State.CLOSED, 1, EARLY, null, 0, 0, null, null, "account_refused", "");
    }

    private static TargetHealth limited(State state, Instant until) {
        return new TargetHealth(A, state, 1, EARLY, null, 0, 0, null, until, null, "rate_limited");
    }
}
