package spillway.aws.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Testcontainers;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import spillway.attempt.Target;
import spillway.aws.LocalStack;
import spillway.health.HealthHistory;
import spillway.time.Ticker;

/** Against a CloudWatch that keeps metrics. */
@Tag("docker")
@Testcontainers(disabledWithoutDocker = true)
class LocalStackHistoryTest {
    private static final Target ONE = new Target("openai", "gpt-x");
    private static final Target OTHER = new Target("anthropic", "claude-x");

    private static CloudWatchClient client;

    @BeforeAll
    static void open() {
        client =
                LocalStack.client(
                        CloudWatchClient.builder()
                                .overrideConfiguration(
                                        o -> o.addExecutionInterceptor(new NoPercentiles())));
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @Test
    void readsBackWhatWasPutForEachTarget() {
        Instant now = Instant.now();
        put(ONE, MetricNames.ATTEMPT_DURATION, 0.5, now);
        put(ONE, MetricNames.ATTEMPT_DURATION, 1.5, now);
        put(ONE, MetricNames.ATTEMPT_FAILURES, 1, now);
        put(OTHER, MetricNames.ATTEMPT_DURATION, 2.5, now);

        HealthHistory.Reading reading =
                new CloudWatchHistory(
                                () -> client,
                                "Spillway/test",
                                List.of(ONE, OTHER),
                                Clock.offset(Clock.systemUTC(), CloudWatchHistory.PERIOD),
                                Ticker.SYSTEM)
                        .read();

        assertThat(reading).isInstanceOf(HealthHistory.Recorded.class);
        assertThat(sums((HealthHistory.Recorded) reading))
                .containsEntry("openai/gpt-x attempts", 2.0)
                .containsEntry("openai/gpt-x failures", 1.0)
                .containsEntry("anthropic/claude-x attempts", 1.0)
                .containsEntry("anthropic/claude-x failures", 0.0);
    }

    private static Map<String, Double> sums(HealthHistory.Recorded recorded) {
        return recorded.series().stream()
                .collect(
                        Collectors.toMap(
                                series -> series.target() + " " + series.measure(),
                                series ->
                                        series.points().stream()
                                                .mapToDouble(HealthHistory.Point::value)
                                                .sum()));
    }

    private static void put(Target target, String metric, double value, Instant at) {
        MetricDatum datum =
                MetricDatum.builder()
                        .metricName(metric)
                        .dimensions(
                                dimension(MetricNames.PROVIDER, target.provider()),
                                dimension(MetricNames.MODEL, target.model()))
                        .value(value)
                        .timestamp(at)
                        .build();
        client.putMetricData(put -> put.namespace("Spillway/test").metricData(datum));
    }

    private static Dimension dimension(String name, String value) {
        return Dimension.builder().name(name).value(value).build();
    }

    /** LocalStack answers a query for a percentile with status 500. */
    private static final class NoPercentiles implements ExecutionInterceptor {
        @Override
        public SdkRequest modifyRequest(
                Context.ModifyRequest context, ExecutionAttributes attributes) {
            if (!(context.request() instanceof GetMetricDataRequest get)) {
                return context.request();
            }
            return get.toBuilder()
                    .metricDataQueries(
                            get.metricDataQueries().stream()
                                    .filter(query -> !query.metricStat().stat().startsWith("p"))
                                    .toList())
                    .build();
        }
    }
}
