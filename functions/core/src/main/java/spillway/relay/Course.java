package spillway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Attempt;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.Call;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.routing.Decision;
import spillway.time.Deadline;
import spillway.time.Ticker;

/**
 * The way of one request through its candidates, in their order: asks one after the other until one
 * answers, and remembers who runs and who is left. For the one thread that pulls the answer; any
 * thread may {@link #close}.
 */
final class Course implements AutoCloseable {
    /** What a search comes to. */
    sealed interface Outcome {}

    /**
     * A target answers.
     *
     * @param attempt from now on the caller's, who closes it
     * @param first its first content, or the end of an answer without any
     * @param usage what it had said of its cost until then
     * @param switches from whom to whom the search came to it, since one was found before
     */
    record Found(
            Attempt attempt,
            StreamEvent first,
            @Nullable Usage usage,
            List<AnswerEvent.Switch> switches)
            implements Outcome {}

    /** Nobody answers. */
    record GaveUp(AnswerFailure failure) implements Outcome {}

    /**
     * The patience is over, and the search is not: ask again.
     *
     * @param target who is being asked, or waited for
     * @param alive whether whoever is asked was seen to work just now: it has sent something after
     *     its headers that was no content. Silence is not.
     */
    record Waiting(Target target, boolean alive) implements Outcome {}

    private final Map<String, ChatProvider> providers;
    private final Turns turns;
    private final Ledger ledger;
    private final Budget budget;
    private final News news;
    private final Ticker ticker;
    private final Decision decision;
    private final Way way;
    private final Race race = new Race();
    private int started;
    private boolean broke;
    private boolean rejected;

    Course(
            Map<String, ChatProvider> providers,
            Turns turns,
            Ledger ledger,
            Budget budget,
            News news,
            Ticker ticker,
            Decision decision) {
        this.providers = providers;
        this.turns = turns;
        this.ledger = ledger;
        this.budget = budget;
        this.news = news;
        this.ticker = ticker;
        this.decision = decision;
        this.way = new Way(ledger);
    }

    /** The same, with one question for all. */
    Outcome search(ChatRequest request, Duration patience) {
        return search(_ -> request, patience);
    }

    /**
     * Asks the candidates that are left, or goes on where the last search had no more patience.
     *
     * @param question what those are asked who are not asked yet
     * @throws IllegalStateException when closed, also meanwhile
     */
    Outcome search(Question question, Duration patience) {
        Deadline until = Deadline.after(patience, ticker);
        try {
            Outcome outcome = null;
            while (outcome == null) {
                outcome = race.isEmpty() ? ask(question) : hear(question, until);
            }
            return outcome;
        } catch (RuntimeException | Error bug) {
            race.close();
            throw bug;
        }
    }

    /**
     * The target that was found has broken in the middle of its answer: whoever is left can be
     * searched, with the failover budget all over again. From here on nobody's rejection is the
     * caller's fault, since the target that broke had accepted his request.
     *
     * @param reason a {@link ProviderFailure#reason}
     * @param at how many characters of text have been delivered
     */
    void left(Target target, String reason, long at) {
        way.left(target, reason);
        way.delivered(at);
        budget.startAgain();
        broke = true;
    }

    /** Ends whatever runs, and the search. Idempotent; never blocks. */
    @Override
    public void close() {
        race.close();
    }

    /** Asks the next; gives up if there is none. */
    private @Nullable Outcome ask(Question question) {
        if (race.isClosed()) {
            throw new IllegalStateException("the search is closed");
        }
        Turn turn = rejected ? null : turns.next();
        if (turn == null) {
            return new GaveUp(whyNobody());
        }
        start(turn, question);
        return null;
    }

    private AnswerFailure whyNobody() {
        if (rejected && ledger.reports().stream().allMatch(Course::blamesTheCaller)) {
            return new AnswerFailure.RequestRejected(ledger.reports());
        }
        if (turns.waiting() > 0 && !rejected) {
            return new AnswerFailure.OutOfTime(ledger.reports());
        }
        if (started > 0) {
            return new AnswerFailure.AllFailed(ledger.reports());
        }
        return new AnswerFailure.NoneAvailable(
                RetryAfter.of(decision.candidates(), news.board(), decision.at()));
    }

    /** A request that is at fault is judged by the attempts that failed, not by those we ended. */
    private static boolean blamesTheCaller(AttemptReport report) {
        return !(report.outcome() instanceof AttemptOutcome.Failed(var failure, _))
                || failure.fault() == ProviderFailure.Fault.CLIENT;
    }

    private void start(Turn turn, Question question) {
        started++;
        Target target = turn.target();
        way.asks(target);
        Timers own = turn.candidate().member().timers();
        Timers timers = turns.waiting() == 0 ? own.ofTheLast() : own;
        var call =
                new Call(
                        started,
                        target,
                        providers.getOrDefault(target.provider(), Course::unknown),
                        question.to(target).withModel(target.model()),
                        timers,
                        budget.firstContent(timers, turns.waiting()));
        Attempt attempt = Attempt.start(call, ledger.attempting(turn.permit()), ticker);
        race.add(new Runner(turn.candidate(), attempt, ticker));
    }

    /** Throws where an attempt turns it into its outcome, after the permit has been taken. */
    private static ChatStream unknown(ChatRequest request, Duration connectTimeout) {
        throw new IllegalStateException("no such provider");
    }

    /** Holds everything back until somebody shows that he answers, or that he does not. */
    private @Nullable Outcome hear(Question question, Deadline until) {
        if (budget.isOver()) {
            race.leaveAll();
            return new GaveUp(new AnswerFailure.OutOfTime(ledger.reports()));
        }
        Duration patience = least(budget.within(news.patience()), until.remaining(ticker));
        switch (race.next(patience)) {
            case Race.Said(var runner, var event) -> {
                Found found = heard(runner, event);
                if (found != null) {
                    return found;
                }
            }
            case Race.Fell(var runner, var failure) -> fell(runner, failure);
            case null -> {}
        }
        leaveTheSick(question);
        return until.isPast(ticker) && !race.isEmpty() ? waiting() : null;
    }

    private @Nullable Found heard(Runner runner, StreamEvent event) {
        return switch (event) {
            case StreamEvent.Content first -> found(runner, first, runner.usage());
            // The end tells the cost itself.
            case StreamEvent.Finish finish -> found(runner, finish, null);
            case StreamEvent.UsageReport _, StreamEvent.Opened _, StreamEvent.Alive _ -> {
                runner.note(event);
                yield null;
            }
        };
    }

    private Found found(Runner runner, StreamEvent first, @Nullable Usage usage) {
        race.win(runner);
        way.arrived(runner.target());
        return new Found(runner.attempt(), first, usage, way.take());
    }

    private void fell(Runner runner, ProviderFailure failure) {
        way.left(runner.target(), failure.reason());
        rejected |= !failure.isRetryable() && !broke;
    }

    /** Leaves whoever the board has turned against, if somebody else can be asked. */
    private void leaveTheSick(Question question) {
        for (Runner runner : race.runners()) {
            String reason = news.against(runner.candidate());
            Turn better = reason == null ? null : turns.better();
            if (reason != null && better != null) {
                race.leave(runner);
                way.left(runner.target(), reason);
                start(better, question);
            }
        }
    }

    private Waiting waiting() {
        boolean alive = race.runners().stream().anyMatch(Runner::isAlive);
        return new Waiting(Objects.requireNonNull(way.at()), alive);
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
