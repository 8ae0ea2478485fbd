package spillway.aws.metrics;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.audit.AuditEvent;
import spillway.audit.AuditLog;
import spillway.aws.log.Line;
import spillway.chat.ProviderFailure;
import spillway.relay.AnswerFailure;
import spillway.usage.Cost;

/**
 * Writes metrics as lines of the log in CloudWatch's embedded metric format: no call, no wait. One
 * line for each attempt and one for each answer, and one more where our account was refused.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">The
 *     format</a>
 */
public final class EmfMetrics implements AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("spillway.metrics");
    private static final List<String> TARGET = List.of(MetricNames.PROVIDER, MetricNames.MODEL);

    private static final Set<String> CLIENTS_FAULT =
            Set.of(
                    new AnswerFailure.UnknownModel("").reason(),
                    new AnswerFailure.RequestRejected(List.of()).reason());

    private final String namespace;
    private final Clock clock;

    /** Metrics of that namespace. */
    public EmfMetrics(String namespace, Clock clock) {
        this.namespace = namespace;
        this.clock = clock;
    }

    @Override
    public void record(AuditEvent event) {
        switch (event) {
            case AuditEvent.Attempted attempted -> attempt(attempted.report());
            case AuditEvent.Ended ended -> answer(ended);
            case AuditEvent.Decided _,
                    AuditEvent.Skipped _,
                    AuditEvent.LastResort _,
                    AuditEvent.Switched _ -> {}
        }
    }

    private void attempt(AttemptReport report) {
        Metrics line = new Metrics();
        line.dimension(MetricNames.PROVIDER, report.target().provider());
        line.dimension(MetricNames.MODEL, report.target().model());
        line.metric(MetricNames.ATTEMPT_DURATION, "Seconds", seconds(report.elapsed()));
        if (report.firstContent() != null) {
            line.metric(
                    MetricNames.TIME_TO_FIRST_CONTENT, "Seconds", seconds(report.firstContent()));
        }
        Cost cost = report.cost();
        if (cost != null && cost.picoDollars() > 0) {
            // Once over all targets for an alarm, once for each; not by reason, which would only
            // multiply the metrics.
            line.apart(MetricNames.COST, cost.usd(), List.of(List.of(), TARGET));
        }
        if (report.outcome() instanceof AttemptOutcome.Failed(var failure, _)) {
            line.metric(MetricNames.ATTEMPT_FAILURES, "Count", 1);
            line.dimension(MetricNames.REASON, failure.reason());
            line.write(
                    List.of(
                            TARGET,
                            List.of(MetricNames.PROVIDER, MetricNames.MODEL, MetricNames.REASON)));
            if (failure.fault() == ProviderFailure.Fault.ACCOUNT) {
                accountRefused();
            }
        } else {
            line.write(List.of(TARGET));
        }
    }

    /** Over all targets, since an alarm cannot know their names. */
    private void accountRefused() {
        Metrics line = new Metrics();
        line.metric(MetricNames.ACCOUNT_REFUSALS, "Count", 1);
        line.write(List.of(List.of()));
    }

    private void answer(AuditEvent.Ended ended) {
        Metrics line = new Metrics();
        line.metric(MetricNames.ANSWERS, "Count", 1);
        line.metric(MetricNames.INCOMPLETE_ANSWERS, "Count", isOwed(ended) ? 1 : 0);
        if (ended.route().isEmpty()) {
            // Nothing by that name is configured, and CloudWatch takes no empty value.
            line.write(List.of(List.of()));
        } else {
            line.dimension(MetricNames.ROUTE, ended.route());
            // Once over all routes for the alarm, once for each.
            line.write(List.of(List.of(), List.of(MetricNames.ROUTE)));
        }
    }

    /**
     * Whether its reader did not get what was owed: not so when the request itself was at fault.
     */
    private static boolean isOwed(AuditEvent.Ended ended) {
        return ended.failure() != null && !CLIENTS_FAULT.contains(ended.failure());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** One line in the making. */
    private final class Metrics {
        private final Map<String, Object> members = new LinkedHashMap<>();
        private final List<Map<String, Object>> metrics = new ArrayList<>();
        private final List<Map<String, Object>> apart = new ArrayList<>();

        void dimension(String name, String value) {
            members.put(name, value);
        }

        void metric(String name, String unit, Number value) {
            metrics.add(Map.of("Name", name, "Unit", unit));
            members.put(name, value);
        }

        /** A metric without a unit that has dimensions of its own. */
        void apart(String name, Number value, List<List<String>> dimensions) {
            apart.add(directive(dimensions, List.of(Map.of("Name", name, "Unit", "None"))));
            members.put(name, value);
        }

        void write(List<List<String>> dimensions) {
            List<Map<String, Object>> directives = new ArrayList<>();
            directives.add(directive(dimensions, metrics));
            directives.addAll(apart);
            Line line = new Line();
            line.put("_aws", Map.of("Timestamp", clock.millis(), "CloudWatchMetrics", directives));
            members.forEach(line::put);
            LOG.info("metrics", line.fields());
        }

        private Map<String, Object> directive(
                List<List<String>> dimensions, List<Map<String, Object>> metrics) {
            Map<String, Object> directive = new LinkedHashMap<>();
            directive.put("Namespace", namespace);
            directive.put("Dimensions", dimensions);
            directive.put("Metrics", metrics);
            return directive;
        }
    }
}
