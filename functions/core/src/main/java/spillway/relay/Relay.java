package spillway.relay;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import spillway.attempt.Attempt;
import spillway.attempt.Target;
import spillway.audit.AuditLog;
import spillway.health.BoardView;
import spillway.health.Health;
import spillway.provider.ChatProvider;
import spillway.routing.Decision;
import spillway.routing.OnBreak;
import spillway.routing.Route;
import spillway.time.Deadline;
import spillway.time.Ticker;
import spillway.usage.PriceTable;

/** Plays decisions: attempts in their order until one answers. Safe to use from many threads. */
public final class Relay {
    /** How soon is seen that a silent target has come to life, when the hold is over. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Map<String, ChatProvider> providers;
    private final Health health;
    private final AuditLog audit;
    private final PriceTable prices;
    private final Clock clock;
    private final Ticker ticker;
    private final HedgeAllowance allowance;
    private final Paces paces;

    /**
     * A relay that counts duplicate work for itself.
     *
     * @param providers by id; every target of a decision must have its provider here
     * @param clock tells which of the prices apply when an attempt begins, and what the board says
     *     of now
     */
    public Relay(
            Map<String, ChatProvider> providers,
            Health health,
            AuditLog audit,
            PriceTable prices,
            Clock clock,
            Ticker ticker) {
        this(providers, health, audit, prices, clock, ticker, new InMemoryHedgeAllowance());
    }

    /**
     * A relay.
     *
     * @param providers by id; every target of a decision must have its provider here
     * @param clock tells which of the prices apply when an attempt begins, and what the board says
     *     of now
     * @param allowance for duplicate work
     */
    public Relay(
            Map<String, ChatProvider> providers,
            Health health,
            AuditLog audit,
            PriceTable prices,
            Clock clock,
            Ticker ticker,
            HedgeAllowance allowance) {
        this.providers = Map.copyOf(providers);
        this.health = health;
        this.audit = audit;
        this.prices = prices;
        this.clock = clock;
        this.ticker = ticker;
        this.allowance = allowance;
        this.paces = new Paces(ticker);
    }

    /**
     * Asks the candidates that may be tried, in order, until one answers, and if none does one of
     * those held back; nothing of any is shown before its first content. When the hold of the route
     * is over, a target that works is as good as one that answers.
     *
     * @param view the board the decision was made on: news on it can end an attempt early
     */
    public Opening play(Job job, Decision decision, BoardView view) {
        Route route = decision.route();
        var budget = new Budget(job.startedNanos(), route.failoverBudget(), job.deadline(), ticker);
        var ledger = ledger(job, route.name());
        ledger.decided(decision);
        Course course = course(decision, view, budget, ledger);
        return switch (opening(course, job, route, ledger, budget)) {
            case Course.GaveUp(var failure) -> {
                ledger.failed(failure);
                health.drain(budget.forDrain());
                yield new Opening.Refused(failure);
            }
            case Course.Found found -> {
                Delivery delivery =
                        delivery(job, route, found.attempt().target(), course, ledger, budget);
                delivery.take(found);
                yield new Opening.Answering(delivery);
            }
            case Course.Waiting(var target, _) ->
                    new Opening.Answering(delivery(job, route, target, course, ledger, budget));
        };
    }

    private Course course(Decision decision, BoardView view, Budget budget, Ledger ledger) {
        var news = new News(view);
        // Drawn from what was drawn for the decision, so that it can be replayed.
        var random = new SplittableRandom(decision.seed());
        var asking =
                new Asking(
                        new Calls(providers, ledger, budget, ticker, Attempt::start),
                        new Turns(decision, health, news, budget, ledger, clock),
                        new Retries(decision.route().tries(), budget, random, ticker),
                        ledger,
                        news,
                        ticker,
                        decision);
        var hedging = new Hedging(decision, paces, allowance);
        return new Course(asking, hedging, ledger, budget, news, ticker);
    }

    /**
     * Holds everything back until it is known what the status is: somebody answers, or nobody does.
     * But a reader does not wait for long on a target that is seen to work.
     */
    private Course.Outcome opening(
            Course course, Job job, Route route, Ledger ledger, Budget budget) {
        var until = new Deadline(job.startedNanos() + route.contract().hold().toNanos());
        try {
            Course.Outcome outcome = course.search(job.request(), until.remaining(ticker));
            while (outcome instanceof Course.Waiting(_, var alive) && !alive) {
                outcome = course.search(job.request(), LOOK_AGAIN);
            }
            return outcome;
        } catch (RuntimeException | Error bug) {
            ledger.broke();
            health.drain(budget.forDrain());
            throw bug;
        }
    }

    private Delivery delivery(
            Job job, Route route, Target target, Course course, Ledger ledger, Budget budget) {
        OnBreak asked = job.onBreak();
        var sequels =
                new Sequels(
                        asked == null ? route.contract().onBreak() : asked,
                        job.request(),
                        other -> takesBeginning(route, other));
        var start = new AnswerEvent.Start(job.answerId(), route.name(), target);
        return new Delivery(start, course, sequels, ledger, budget, health, ticker);
    }

    private boolean takesBeginning(Route route, Target target) {
        Boolean told = route.member(target).map(Route.Member::prefill).orElse(null);
        ChatProvider provider = providers.get(target.provider());
        return told == null ? provider != null && provider.acceptsPrefill(target.model()) : told;
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
