package spillway.relay;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import spillway.attempt.AttemptListener;
import spillway.attempt.AttemptReport;
import spillway.attempt.Target;
import spillway.audit.AuditEvent;
import spillway.audit.AuditLog;
import spillway.chat.Usage;
import spillway.health.Permit;
import spillway.routing.Candidate;
import spillway.routing.Decision;
import spillway.time.Ticker;
import spillway.usage.Cost;
import spillway.usage.PriceTable;

/**
 * What has happened to one request, and the only one who tells of it: each attempt settles its
 * permit here, and each thing is told to the audit log once. Any thread may use it.
 */
final class Ledger {
    private final Job job;
    private final String route;
    private final AuditLog audit;
    private final PriceTable prices;
    private final Clock clock;
    private final Ticker ticker;
    private final List<AttemptReport> reports = new CopyOnWriteArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Duration firstContent;

    Ledger(Job job, String route, AuditLog audit, PriceTable prices, Clock clock, Ticker ticker) {
        this.job = job;
        this.route = route;
        this.audit = audit;
        this.prices = prices;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Who is told of an attempt made with that permit. */
    AttemptListener attempting(Permit permit) {
        Instant start = clock.instant();
        return new AttemptListener() {
            @Override
            public void firstContent(Duration afterStart) {
                if (firstContent == null) {
                    firstContent = sinceStart();
                }
                telling(() -> permit.firstContent(afterStart));
            }

            @Override
            public void ended(AttemptReport unpriced) {
                Target target = unpriced.target();
                AttemptReport report = unpriced.withCost(costOf(target, unpriced.usage(), start));
                reports.add(report);
                telling(() -> permit.settle(report.outcome()));
                tell(new AuditEvent.Attempted(job.requestId(), job.answerId(), route, report));
            }
        };
    }

    /** That is the order in which targets are asked. */
    void decided(Decision decision) {
        tell(new AuditEvent.Decided(job.requestId(), job.answerId(), decision));
    }

    /** A target's turn was passed over. */
    void skipped(Target target, String reason) {
        tell(new AuditEvent.Skipped(job.requestId(), job.answerId(), route, target, reason));
    }

    /** Nobody better is left, so that one is asked though it is not well. */
    void lastResort(Candidate candidate) {
        tell(
                new AuditEvent.LastResort(
                        job.requestId(),
                        job.answerId(),
                        route,
                        candidate.member().target(),
                        candidate.reason()));
    }

    void switched(AnswerEvent.Switch change) {
        tell(
                new AuditEvent.Switched(
                        job.requestId(),
                        job.answerId(),
                        route,
                        change.from(),
                        change.to(),
                        change.reason(),
                        change.at()));
    }

    /** The answer came whole. */
    void completed() {
        end(null, false);
    }

    /** There was no answer, or no whole one. */
    void failed(AnswerFailure failure) {
        end(failure.reason(), false);
    }

    /** There was a bug of ours. */
    void broke() {
        end("internal_error", false);
    }

    /** The reader wants no more. Says nothing when the answer had ended before. */
    void cancelled() {
        end(null, true);
    }

    /** The attempts that have ended, in that order. */
    List<AttemptReport> reports() {
        return List.copyOf(reports);
    }

    /** What all ended attempts have used. */
    Usage usage() {
        return reports.stream().map(AttemptReport::usage).reduce(Usage.NONE, Usage::plus);
    }

    /** What the answer has used and cost, with what an attempt that goes on has used so far. */
    AnswerEvent.UsageSoFar soFar(Target target, Usage used) {
        List<AttemptReport> ended = reports();
        Cost soFar = costOf(target, used, clock.instant());
        return new AnswerEvent.UsageSoFar(
                usage().plus(used), Cost.sum(AttemptReport.costOf(ended), soFar));
    }

    private @Nullable Cost costOf(Target target, Usage used, Instant start) {
        return prices.cost(target.provider(), target.model(), used, start);
    }

    private void end(@Nullable String failure, boolean cancelled) {
        if (ended.compareAndSet(false, true)) {
            tell(
                    new AuditEvent.Ended(
                            job.requestId(),
                            job.answerId(),
                            route,
                            failure,
                            cancelled,
                            firstContent,
                            sinceStart(),
                            reports()));
        }
    }

    private void tell(AuditEvent event) {
        telling(() -> audit.record(event));
    }

    /** No answer breaks, and nothing stays unsettled, because of who is told of it. */
    private static void telling(Runnable word) {
        try {
            word.run();
        } catch (RuntimeException | Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    private Duration sinceStart() {
        return Duration.ofNanos(ticker.nanos() - job.startedNanos());
    }
}
