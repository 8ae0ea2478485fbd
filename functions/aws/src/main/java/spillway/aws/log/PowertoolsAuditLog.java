package spillway.aws.log;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.Target;
import spillway.audit.AuditEvent;
import spillway.audit.AuditLog;
import spillway.aws.config.SecretKeys;
import spillway.chat.ProviderFailure;
import spillway.chat.Usage;
import spillway.health.HealthListener;
import spillway.health.TargetHealth;
import spillway.routing.Candidate;
import spillway.usage.Cost;

/**
 * Writes each switch, skipped target, last resort, failed attempt, end of an answer and change of
 * health as one line of JSON, through Powertools' structured arguments.
 *
 * <p>All that a line says stands in its own arguments: requests share this process and its threads,
 * so nothing is kept in a thread's logging context. Decisions and attempts that did not fail are
 * written at DEBUG.
 */
public final class PowertoolsAuditLog
        implements AuditLog, HealthListener, SecretKeys.SecretListener {
    /** Changes when a field changes its meaning or goes away. */
    static final String SCHEMA = "spillway.audit/1";

    private static final Logger LOG = LoggerFactory.getLogger("spillway.audit");
    private static final Logger DETAIL = LoggerFactory.getLogger("spillway.detail");

    @Override
    public void record(AuditEvent event) {
        switch (event) {
            case AuditEvent.Decided decided -> decided(decided);
            case AuditEvent.Skipped skipped -> skipped(skipped);
            case AuditEvent.LastResort last -> lastResort(last);
            case AuditEvent.Attempted attempted -> attempted(attempted);
            case AuditEvent.Switched switched -> switched(switched);
            case AuditEvent.Ended ended -> ended(ended);
        }
    }

    private static void decided(AuditEvent.Decided event) {
        if (!DETAIL.isDebugEnabled()) {
            return;
        }
        var decision = event.decision();
        Line line = line("decided", event.requestId(), event.answerId(), decision.route().name());
        line.put("strategy", decision.route().strategy());
        line.put("board", decision.board().source().wireName());
        line.put("seed", decision.seed());
        line.put(
                "candidates",
                decision.candidates().stream().map(PowertoolsAuditLog::candidate).toList());
        DETAIL.debug("decided", line.fields());
    }

    private static Map<String, Object> candidate(Candidate candidate) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("target", candidate.member().target().id());
        line.put("group", candidate.group());
        line.put("standing", candidate.standing().wireName());
        line.put("score", candidate.score());
        line.put("reason", candidate.reason());
        return line;
    }

    private static void skipped(AuditEvent.Skipped event) {
        Line line = line("skipped", event.requestId(), event.answerId(), event.route());
        line.put("target", event.target().id());
        line.put("reason", event.reason());
        LOG.info("skipped a target", line.fields());
    }

    private static void lastResort(AuditEvent.LastResort event) {
        Line line = line("last_resort", event.requestId(), event.answerId(), event.route());
        line.put("target", event.target().id());
        line.put("reason", event.reason());
        LOG.info("asked a target that was held back", line.fields());
    }

    private static void attempted(AuditEvent.Attempted event) {
        AttemptOutcome outcome = event.report().outcome();
        boolean failed = outcome instanceof AttemptOutcome.Failed;
        if (!failed && !DETAIL.isDebugEnabled()) {
            return;
        }
        Line line = line("attempted", event.requestId(), event.answerId(), event.route());
        attempt(event.report()).forEach(line::put);
        if (outcome instanceof AttemptOutcome.Failed(var failure, _)
                && failure.fault() == ProviderFailure.Fault.TRANSLATION) {
            LOG.error("the request did not suit the provider as we put it", line.fields());
        } else if (failed) {
            LOG.info("attempt failed", line.fields());
        } else {
            DETAIL.debug("attempted", line.fields());
        }
    }

    private static void switched(AuditEvent.Switched event) {
        Line line = line("switched", event.requestId(), event.answerId(), event.route());
        line.put("from", event.from().id());
        line.put("to", event.to().id());
        line.put("reason", event.reason());
        line.put("at", event.at());
        LOG.info("switched to another target", line.fields());
    }

    private static void ended(AuditEvent.Ended event) {
        Line line = line("ended", event.requestId(), event.answerId(), event.route());
        line.put("outcome", outcome(event));
        line.put("reason", event.failure());
        line.put("first_content_ms", millis(event.firstContent()));
        line.put("elapsed_ms", event.elapsed().toMillis());
        line.put("cost_usd", usd(AttemptReport.costOf(event.attempts())));
        line.put("attempts", event.attempts().stream().map(PowertoolsAuditLog::attempt).toList());
        LOG.info("answer ended", line.fields());
    }

    private static String outcome(AuditEvent.Ended event) {
        if (event.cancelled()) {
            return "cancelled";
        }
        return event.failure() == null ? "complete" : "failed";
    }

    private static Map<String, Object> attempt(AttemptReport report) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("attempt", report.number());
        line.put("target", report.target().id());
        line.put("outcome", report.outcome().wireName());
        line.putAll(details(report.outcome()));
        if (report.firstContent() != null) {
            line.put("first_content_ms", report.firstContent().toMillis());
        }
        line.put("elapsed_ms", report.elapsed().toMillis());
        if (!report.usage().equals(Usage.NONE)) {
            line.put("input_tokens", report.usage().inputTokens());
            line.put("output_tokens", report.usage().outputTokens());
            line.put("estimated", report.usage().estimated());
        }
        if (report.cost() != null) {
            line.put("cost_usd", report.cost().usd());
        }
        return line;
    }

    private static Map<String, Object> details(AttemptOutcome outcome) {
        return switch (outcome) {
            case AttemptOutcome.Failed(var failure, var afterContent) -> {
                Map<String, Object> details = new LinkedHashMap<>();
                details.put("reason", failure.reason());
                details.put("detail", failure.detail());
                details.put("fault", failure.fault().wireName());
                details.put("after_content", afterContent);
                yield details;
            }
            case AttemptOutcome.Answered(var reason) -> Map.of("finish", reason.wireName());
            case AttemptOutcome.Cancelled _, AttemptOutcome.LostRace _ -> Map.of();
        };
    }

    /** Tells how the probe of a target ended. */
    public void probed(Target target, AttemptOutcome outcome) {
        Line line = line("probed").put("target", target.id()).put("outcome", outcome.wireName());
        details(outcome).forEach(line::put);
        LOG.info("probed a target", line.fields());
    }

    /**
     * Tells how this process is configured, once, when it starts.
     *
     * @param targets their ids
     * @param unpriced the ids of those of which no price is known, so that their cost is not either
     * @param table where health is shared; null when this process knows only what it saw
     * @param namespace of the metrics; null when there are none
     */
    public void configured(
            Collection<String> targets,
            Collection<String> unpriced,
            @Nullable String table,
            @Nullable String namespace) {
        Line line =
                line("configured")
                        .put("targets", targets)
                        .put("unpriced", unpriced)
                        .put("health", table == null ? "local" : "shared")
                        .put("table", table)
                        .put("metrics", namespace == null ? "none" : namespace);
        LOG.info("configured", line.fields());
    }

    /**
     * Tells which keys are not set, once, when this process starts: it starts all the same, and the
     * attempts to those providers fail.
     *
     * @param keys their names by the provider that needs them
     */
    public void keysMissing(Map<String, String> keys) {
        LOG.warn(
                "a provider has no key",
                line("keys_missing").put("keys", new LinkedHashMap<>(keys)).fields());
    }

    /** Tells why this process cannot start. */
    public void misconfigured(List<String> mistakes) {
        LOG.error(
                "the gateway cannot be configured so",
                line("misconfigured").put("mistakes", mistakes).fields());
    }

    @Override
    public void stateChanged(
            String target, TargetHealth.State from, TargetHealth.State to, String reason) {
        Line line = line("state_changed");
        line.put("target", target);
        line.put("from", from.wireName());
        line.put("to", to.wireName());
        line.put("reason", reason);
        LOG.info("a target's state changed", line.fields());
    }

    @Override
    public void accountRefused(String target, ProviderFailure failure) {
        Line line = line("account_refused");
        line.put("target", target);
        line.put("reason", failure.reason());
        line.put("detail", failure.detail());
        LOG.warn("a provider refuses our account", line.fields());
    }

    @Override
    public void tableReachable(boolean reachable) {
        Line line = line(reachable ? "table_reachable" : "table_unreachable");
        if (reachable) {
            LOG.info("the state table can be reached again", line.fields());
        } else {
            LOG.warn("the state table cannot be reached", line.fields());
        }
    }

    @Override
    public void unreadable(String secret, String cause) {
        Line line = line("keys_unreadable");
        line.put("secret", secret);
        line.put("reason", cause);
        LOG.warn("the secret of the providers' keys cannot be read", line.fields());
    }

    private static Line line(String event, String requestId, String answerId, String route) {
        return line(event)
                .put("request_id", requestId)
                .put("answer_id", answerId)
                .put("route", route);
    }

    private static Line line(String event) {
        return new Line().put("log_type", "audit").put("schema", SCHEMA).put("event", event);
    }

    /** As a number, since queries of the log sum it. */
    private static @Nullable BigDecimal usd(@Nullable Cost cost) {
        return cost == null ? null : cost.usd();
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis();
    }
}
