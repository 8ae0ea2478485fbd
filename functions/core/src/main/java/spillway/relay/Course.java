package spillway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Attempt;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.Target;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.routing.Decision;
import spillway.time.Deadline;
import spillway.time.Ticker;

/**
 * The way of one request through its candidates, in their order: asks one after the other until one
 * answers, one of them again where that is wise, two at once where the route hedges; and remembers
 * who runs and who is left. For the one thread that pulls the answer; any thread may {@link
 * #close}.
 */
final class Course implements AutoCloseable {
    /** What a search comes to. */
    sealed interface Outcome {}

    /**
     * A target answers.
     *
     * @param attempt from now on the caller's, who closes it, even if the search was closed
     *     meanwhile
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

    private final Calls calls;
    private final Turns turns;
    private final Retries retries;
    private final Hedging hedging;
    private final Ledger ledger;
    private final Budget budget;
    private final News news;
    private final Ticker ticker;
    private final Decision decision;
    private final Way way;
    private final Race race;
    private boolean broke;
    private boolean rejected;

    Course(
            Calls calls,
            Turns turns,
            Retries retries,
            Hedging hedging,
            Ledger ledger,
            Budget budget,
            News news,
            Ticker ticker,
            Decision decision) {
        this.calls = calls;
        this.turns = turns;
        this.retries = retries;
        this.hedging = hedging;
        this.ledger = ledger;
        this.budget = budget;
        this.news = news;
        this.ticker = ticker;
        this.decision = decision;
        this.way = new Way(ledger);
        this.race = new Race(ticker);
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
                outcome = race.isEmpty() ? ask(question, until) : hear(question, until);
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

    /** Asks the next, if it is time to; gives up if there is none. */
    private @Nullable Outcome ask(Question question, Deadline until) {
        if (race.isClosed()) {
            throw new IllegalStateException("the search is closed");
        }
        if (rejected) {
            return new GaveUp(whyNobody());
        }
        Retries.Again again = retries.next(turns.waiting() > 0);
        if (again != null && !again.at().isPast(ticker)) {
            race.rest(least(again.at().remaining(ticker), until.remaining(ticker)));
            return until.isPast(ticker) ? waiting() : null;
        }
        Turn turn = again == null ? null : retry(again);
        turn = turn == null ? turns.next() : turn;
        if (turn != null) {
            start(turn, question);
            return null;
        }
        return turns.waiting() > 0 || retries.next(false) == null ? new GaveUp(whyNobody()) : null;
    }

    private @Nullable Turn retry(Retries.Again again) {
        retries.take(again);
        return turns.again(again.candidate());
    }

    private AnswerFailure whyNobody() {
        if (rejected && ledger.reports().stream().allMatch(Course::blamesTheCaller)) {
            return new AnswerFailure.RequestRejected(ledger.reports());
        }
        if (turns.waiting() > 0 && !rejected) {
            return new AnswerFailure.OutOfTime(ledger.reports());
        }
        if (calls.wereMade()) {
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
        way.asks(turn.target());
        race.add(calls.make(turn, question, turns.waiting()));
    }

    /** Holds everything back until somebody shows that he answers, or that he does not. */
    private @Nullable Outcome hear(Question question, Deadline until) {
        if (budget.isOver()) {
            race.leaveAll();
            return new GaveUp(new AnswerFailure.OutOfTime(ledger.reports()));
        }
        switch (race.next(patience(until))) {
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
        hedge(question);
        return until.isPast(ticker) && !race.isEmpty() ? waiting() : null;
    }

    private Duration patience(Deadline until) {
        List<Runner> runners = race.runners();
        Duration wait = least(budget.within(news.patience()), until.remaining(ticker));
        // Whoever is slow alone is waited for as long as it takes.
        return runners.size() == 1 && turns.hasReady()
                ? least(wait, hedging.untilDue(runners.getFirst()))
                : wait;
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
        race.runners().forEach(hedging::saw);
        race.win(runner);
        way.arrived(runner.target());
        return new Found(runner.attempt(), first, usage, way.take());
    }

    private void fell(Runner runner, ProviderFailure failure) {
        if (failure instanceof ProviderFailure.TimedOut) {
            hedging.saw(runner);
        }
        retries.failed(runner.candidate(), failure);
        rejected |= !failure.isRetryable() && !broke;
        leave(runner, failure.reason());
    }

    /** Leaves whoever the board has turned against, if somebody else runs or can be asked. */
    private void leaveTheSick(Question question) {
        for (Runner runner : race.runners()) {
            String reason = news.against(runner.candidate());
            boolean isAlone = race.runners().size() == 1;
            Turn better = reason == null || !isAlone ? null : turns.better();
            if (reason != null && (better != null || !isAlone)) {
                race.leave(runner);
                leave(runner, reason);
            }
            if (better != null) {
                start(better, question);
            }
        }
    }

    /** That one runs no more; whoever runs still is asked in his place. */
    private void leave(Runner runner, String reason) {
        way.left(runner.target(), reason);
        race.runners().stream().findFirst().ifPresent(other -> way.asks(other.target()));
    }

    /** Asks another beside the one who runs alone, if he is slow and the day allows it. */
    private void hedge(Question question) {
        List<Runner> runners = race.runners();
        boolean isDue = runners.size() == 1 && hedging.untilDue(runners.getFirst()).isZero();
        if (isDue && turns.hasReady() && hedging.take()) {
            Turn turn = turns.ready();
            if (turn != null) {
                start(turn, question);
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
