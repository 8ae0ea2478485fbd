package spillway.relay;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import spillway.attempt.Attempt;
import spillway.audit.AuditLog;
import spillway.health.BoardView;
import spillway.health.Health;
import spillway.provider.ChatProvider;
import spillway.routing.Decision;
import spillway.time.Ticker;

/** Plays decisions: attempts in their order until one answers. Safe to use from many threads. */
public final class Relay {
    /** Longer than any request lives. */
    private static final Duration FOREVER = Duration.ofDays(1);

    private final Map<String, ChatProvider> providers;
    private final Health health;
    private final AuditLog audit;
    private final Ticker ticker;
    private final HedgeAllowance allowance;
    private final Paces paces;

    /**
     * A relay that counts duplicate work for itself.
     *
     * @param providers by id; every target of a decision must have its provider here
     */
    public Relay(
            Map<String, ChatProvider> providers, Health health, AuditLog audit, Ticker ticker) {
        this(providers, health, audit, ticker, new InMemoryHedgeAllowance());
    }

    /**
     * A relay.
     *
     * @param providers by id; every target of a decision must have its provider here
     * @param allowance for duplicate work
     */
    public Relay(
            Map<String, ChatProvider> providers,
            Health health,
            AuditLog audit,
            Ticker ticker,
            HedgeAllowance allowance) {
        this.providers = Map.copyOf(providers);
        this.health = health;
        this.audit = audit;
        this.ticker = ticker;
        this.allowance = allowance;
        this.paces = new Paces(ticker);
    }

    /**
     * Asks the candidates that may be tried, in order, until one answers; nothing of any is shown
     * before its first content.
     *
     * @param view the board the decision was made on: news on it can end an attempt early
     */
    public Opening play(Job job, Decision decision, BoardView view) {
        String route = decision.route().name();
        var budget =
                new Budget(
                        job.startedNanos(),
                        decision.route().failoverBudget(),
                        job.deadline(),
                        ticker);
        var ledger = new Ledger(job, route, audit, ticker);
        ledger.decided(decision);
        var course = course(decision, view, budget, ledger);
        return switch (searched(course, job, ledger, budget)) {
            case Course.Found found ->
                    new Opening.Answering(
                            new Delivery(
                                    job.answerId(), route, found, ledger, budget, health, ticker));
            case Course.GaveUp(var failure) -> {
                ledger.failed(failure);
                health.drain(budget.forDrain());
                yield new Opening.Refused(failure);
            }
            case Course.Waiting _ ->
                    throw new IllegalStateException("a patience without end has ended");
        };
    }

    private Course course(Decision decision, BoardView view, Budget budget, Ledger ledger) {
        var news = new News(view);
        int retries = decision.route().tries().retries();
        // Drawn from what was drawn for the decision, so that it can be replayed.
        var random = new SplittableRandom(decision.seed());
        var asking =
                new Asking(
                        new Calls(providers, ledger, budget, ticker, Attempt::start),
                        new Turns(decision.toTry(), health, news, budget, ledger),
                        new Retries(retries, budget, random, ticker),
                        ledger,
                        news,
                        ticker,
                        decision);
        var hedging = new Hedging(decision, paces, allowance);
        return new Course(asking, hedging, ledger, budget, news, ticker);
    }

    private Course.Outcome searched(Course course, Job job, Ledger ledger, Budget budget) {
        try {
            return course.search(job.request(), FOREVER);
        } catch (RuntimeException | Error bug) {
            ledger.broke();
            health.drain(budget.forDrain());
            throw bug;
        }
    }

    /** Tells that a job ended before a decision could be made, by a bug of ours. */
    public void broke(Job job) {
        new Ledger(job, "", audit, ticker).broke();
    }

    /** Refuses a job for which no decision could be made. */
    public Opening refuse(Job job, AnswerFailure failure) {
        new Ledger(job, "", audit, ticker).failed(failure);
        return new Opening.Refused(failure);
    }
}
