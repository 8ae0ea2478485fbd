package spillway.aws.log;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.audit.AuditEvent;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;
import spillway.chat.Usage;
import spillway.health.Board;
import spillway.health.LocalView;
import spillway.routing.Candidate;
import spillway.routing.Decision;
import spillway.routing.Route;
import spillway.usage.Cost;

/** One of each thing that is told. */
public final class Told {
    public static final Target PRIMARY = new Target("openai", "gpt-x");
    public static final Target SECOND = new Target("anthropic", "claude-x");

    public static AttemptReport failed() {
        return failed(new ProviderFailure.Unavailable(503, "down"));
    }

    public static AttemptReport failed(ProviderFailure failure) {
        return new AttemptReport(
                1,
                PRIMARY,
                new AttemptOutcome.Failed(failure, false),
                null,
                Duration.ofMillis(250),
                Usage.NONE,
                Cost.NONE);
    }

    public static AttemptReport answered() {
        return new AttemptReport(
                2,
                SECOND,
                new AttemptOutcome.Answered(FinishReason.STOP),
                Duration.ofMillis(120),
                Duration.ofMillis(1500),
                new Usage(10, 20, 0, 0, 0, false),
                new Cost(2_500_000, false));
    }

    public static AttemptReport cancelled() {
        return new AttemptReport(
                1, PRIMARY, new AttemptOutcome.Cancelled(), null, Duration.ofMillis(5), Usage.NONE);
    }

    public static AuditEvent.Attempted attempted(AttemptReport report) {
        return new AuditEvent.Attempted("req-1", "ans-1", "chat", report);
    }

    public static AuditEvent.Switched switched(String requestId) {
        return new AuditEvent.Switched(
                requestId, "ans-1", "chat", PRIMARY, SECOND, "unavailable", 0);
    }

    public static AuditEvent.Skipped skipped() {
        return new AuditEvent.Skipped("req-1", "ans-1", "chat", PRIMARY, "probe_taken");
    }

    public static AuditEvent.LastResort lastResort() {
        return new AuditEvent.LastResort(
                "req-1", "ans-1", "chat", SECOND, "open: unavailable, but nobody is better");
    }

    public static AuditEvent.Ended complete() {
        return new AuditEvent.Ended(
                "req-1",
                "ans-1",
                "chat",
                null,
                false,
                Duration.ofMillis(370),
                Duration.ofMillis(1750),
                List.of(failed(), answered()));
    }

    public static AuditEvent.Ended failed(String reason) {
        return new AuditEvent.Ended(
                "req-1",
                "ans-1",
                "chat",
                reason,
                false,
                null,
                Duration.ofMillis(250),
                List.of(failed()));
    }

    public static AuditEvent.Ended readerGone() {
        return new AuditEvent.Ended(
                "req-1",
                "ans-1",
                "chat",
                null,
                true,
                null,
                Duration.ofMillis(5),
                List.of(cancelled()));
    }

    public static AuditEvent.Decided decided() {
        Route.Member member = new Route.Member(PRIMARY, 1, Timers.DEFAULT);
        Route route =
                new Route(
                        "chat",
                        List.of(new Route.Group(List.of(member))),
                        "balanced",
                        Duration.ofSeconds(4));
        return new AuditEvent.Decided(
                "req-1",
                "ans-1",
                new Decision(
                        route,
                        Instant.EPOCH,
                        new Board(Map.of(), Instant.EPOCH, Board.Source.SHARED),
                        LocalView.NOTHING,
                        42,
                        List.of(
                                new Candidate(
                                        member, 0, Candidate.Standing.READY, 12.5, "fastest"))));
    }

    private Told() {}
}
