package spillway.aws.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import spillway.audit.AuditEvent;
import spillway.aws.log.LogLines;
import spillway.aws.log.Told;
import spillway.chat.ProviderFailure;
import spillway.usage.Cost;

class EmfMetricsTest {
    private final EmfMetrics metrics =
            new EmfMetrics("Spillway/test", Clock.fixed(Instant.ofEpochMilli(5), ZoneOffset.UTC));

    @Test
    void aFailedAttemptIsCountedByTargetAndByReason() {
        try (LogLines log = LogLines.keep()) {
            metrics.record(Told.attempted(Told.failed()));

            JsonNode line = only(log);
            assertThat(line.at("/_aws/Timestamp").asLong()).isEqualTo(5);
            assertThat(line.at("/_aws/CloudWatchMetrics/0/Namespace").asText())
                    .isEqualTo("Spillway/test");
            assertThat(line.at("/_aws/CloudWatchMetrics/0/Dimensions"))
                    .hasToString(
                            "[[\"gen_ai.provider.name\",\"gen_ai.request.model\"],"
                                    + "[\"gen_ai.provider.name\",\"gen_ai.request.model\","
                                    + "\"error.type\"]]");
            assertThat(line.get(MetricNames.REASON).asText()).isEqualTo("unavailable");
            assertThat(line.get(MetricNames.ATTEMPT_FAILURES).asInt()).isEqualTo(1);
            assertThat(line.get(MetricNames.ATTEMPT_DURATION).asDouble()).isEqualTo(0.25);
            assertThat(line.has(MetricNames.TIME_TO_FIRST_CONTENT)).isFalse();
        }
    }

    @Test
    void anAccountThatIsRefusedIsCountedOverAllTargets() {
        try (LogLines log = LogLines.keep()) {
            metrics.record(
                    Told.attempted(
                            Told.failed(new ProviderFailure.AccountRefused(402, "billing_error"))));

            JsonNode line = log.lines().get(1);
            assertThat(line.at("/_aws/CloudWatchMetrics/0/Dimensions")).hasToString("[[]]");
            assertThat(line.get(MetricNames.ACCOUNT_REFUSALS).asInt()).isEqualTo(1);
        }
    }

    @Test
    void anAttemptThatAnsweredTellsItsTimeToFirstContent() {
        try (LogLines log = LogLines.keep()) {
            metrics.record(Told.attempted(Told.answered()));

            JsonNode line = only(log);
            assertThat(line.get(MetricNames.TIME_TO_FIRST_CONTENT).asDouble()).isEqualTo(0.12);
            assertThat(line.get(MetricNames.PROVIDER).asText()).isEqualTo("anthropic");
            assertThat(line.get(MetricNames.MODEL).asText()).isEqualTo("claude-x");
            assertThat(line.has(MetricNames.REASON)).isFalse();
        }
    }

    @Test
    void theCostOfAnAttemptIsCountedOverAllTargetsAndForItsOwnWhateverTheReason() {
        try (LogLines log = LogLines.keep()) {
            metrics.record(Told.attempted(Told.failed().withCost(new Cost(2_500_000_000L, false))));

            assertThat(only(log).at("/_aws/CloudWatchMetrics/1/Dimensions"))
                    .hasToString("[[],[\"gen_ai.provider.name\",\"gen_ai.request.model\"]]");
            assertThat(only(log).at("/_aws/CloudWatchMetrics/1/Metrics/0/Name").asText())
                    .isEqualTo(MetricNames.COST);
            assertThat(only(log).at("/_aws/CloudWatchMetrics/1/Namespace").asText())
                    .isEqualTo("Spillway/test");
            assertThat(only(log).get(MetricNames.COST).asDouble()).isEqualTo(0.0025);
        }
    }

    @Test
    void whatCostsNothingOrIsNotKnownIsNoCost() {
        try (LogLines log = LogLines.keep()) {
            metrics.record(Told.attempted(Told.failed()));
            metrics.record(Told.attempted(Told.cancelled()));

            for (JsonNode line : log.lines()) {
                assertThat(line.has(MetricNames.COST)).isFalse();
                assertThat(line.at("/_aws/CloudWatchMetrics")).hasSize(1);
            }
        }
    }

    @Test
    void anAnswerIsCountedOnceOverAllRoutesAndOnceForItsOwn() {
        try (LogLines log = LogLines.keep()) {
            metrics.record(Told.complete());

            JsonNode line = only(log);
            assertThat(line.at("/_aws/CloudWatchMetrics/0/Dimensions"))
                    .hasToString("[[],[\"spillway.route\"]]");
            assertThat(line.get(MetricNames.ANSWERS).asInt()).isEqualTo(1);
            assertThat(line.get(MetricNames.INCOMPLETE_ANSWERS).asInt()).isZero();
        }
    }

    @Test
    void anAnswerOfNoRouteIsCountedOverAllRoutesOnly() {
        try (LogLines log = LogLines.keep()) {
            metrics.record(
                    new AuditEvent.Ended(
                            "r", "a", "", "unknown_model", false, null, Duration.ZERO, List.of()));

            assertThat(only(log).at("/_aws/CloudWatchMetrics/0/Dimensions")).hasToString("[[]]");
            assertThat(only(log).has(MetricNames.ROUTE)).isFalse();
        }
    }

    @Test
    void onlyWhatTheGatewayOwedItsReaderCountsAsIncomplete() {
        try (LogLines log = LogLines.keep()) {
            metrics.record(Told.failed("broken_off"));
            metrics.record(Told.failed("all_failed"));
            metrics.record(Told.failed("request_rejected"));
            metrics.record(Told.failed("unknown_model"));
            metrics.record(Told.readerGone());

            assertThat(
                            log.lines().stream()
                                    .map(line -> line.get(MetricNames.INCOMPLETE_ANSWERS).asInt()))
                    .containsExactly(1, 1, 0, 0, 0);
        }
    }

    @Test
    void everyMetricNamedIsAMemberOfItsLine() {
        try (LogLines log = LogLines.keep()) {
            metrics.record(Told.attempted(Told.failed()));
            metrics.record(Told.attempted(Told.answered()));
            metrics.record(Told.complete());

            for (JsonNode line : log.lines()) {
                JsonNode directive = line.at("/_aws/CloudWatchMetrics/0");
                List<String> named = new ArrayList<>();
                directive.get("Metrics").forEach(metric -> named.add(metric.get("Name").asText()));
                directive
                        .get("Dimensions")
                        .forEach(set -> set.forEach(name -> named.add(name.asText())));
                assertThat(named).isNotEmpty().allMatch(line::has);
            }
        }
    }

    @Test
    void decisionsAndSwitchesAreNoMetrics() {
        try (LogLines log = LogLines.keep()) {
            metrics.record(Told.decided());
            metrics.record(Told.switched("r"));
            metrics.record(Told.lastResort());

            assertThat(log.text()).isEmpty();
        }
    }

    private static JsonNode only(LogLines log) {
        assertThat(log.lines()).hasSize(1);
        return log.lines().getFirst();
    }
}
