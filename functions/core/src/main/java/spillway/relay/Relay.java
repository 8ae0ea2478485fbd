package spillway.relay;

import java.time.Clock;
import java.util.Map;
import spillway.audit.AuditLog;
import spillway.health.BoardView;
import spillway.health.Health;
import spillway.provider.ChatProvider;
import spillway.routing.Decision;
import spillway.time.Ticker;
import spillway.usage.PriceTable;

/** Plays decisions: attempts in their order until one answers. Safe to use from many threads. */
public final class Relay {
    private final Map<String, ChatProvider> providers;
    private final Health health;
    private final AuditLog audit;
    private final PriceTable prices;
    private final Clock clock;
    private final Ticker ticker;

    /**
     * A relay.
     *
     * @param providers by id; every target of a decision must have its provider here
     * @param clock tells which of the prices apply when an attempt begins
     */
    public Relay(
            Map<String, ChatProvider> providers,
            Health health,
            AuditLog audit,
            PriceTable prices,
            Clock clock,
            Ticker ticker) {
        this.providers = Map.copyOf(providers);
        this.health = health;
        this.audit = audit;
        this.prices = prices;
        this.clock = clock;
        this.ticker = ticker;
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
        var ledger = ledger(job, route);
        ledger.decided(decision);
        var news = new News(view);
        var turns = new Turns(decision.toTry(), health, news, budget, ledger);
        var course = new Course(providers, turns, ledger, budget, news, ticker, decision);
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
        };
    }

    private Course.Outcome searched(Course course, Job job, Ledger ledger, Budget budget) {
        try {
            return course.search(job.request());
        } catch (RuntimeException | Error bug) {
            ledger.broke();
            health.drain(budget.forDrain());
            throw bug;
        }
    }

    /** Tells that a job ended before a decision could be made, by a bug of ours. */
    public void broke(Job job) {
        ledger(job, "").broke();
    }

    /** Refuses a job for which no decision could be made. */
    public Opening refuse(Job job, AnswerFailure failure) {
        ledger(job, "").failed(failure);
        return new Opening.Refused(failure);
    }

    private Ledger ledger(Job job, String route) {
        return new Ledger(job, route, audit, prices, clock, ticker);
    }
}
