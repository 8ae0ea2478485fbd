package spillway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Attempt;
import spillway.attempt.Target;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
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

    private final Asking asking;
    private final Hedging hedging;
    private final Ledger ledger;
    private final Budget budget;
    private final News news;
    private final Ticker ticker;
    private final Way way;
    private final Race race;

    Course(Asking asking, Hedging hedging, Ledger ledger, Budget budget, News news, Ticker ticker) {
        this.asking = asking;
        this.hedging = hedging;
        this.ledger = ledger;
        this.budget = budget;
        this.news = news;
        this.ticker = ticker;
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
        asking.broke();
    }

    /** Whether somebody is ready who was not asked yet. */
    boolean canAskAnother() {
        return asking.canAskBeside();
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
        return switch (asking.next(question)) {
            case Asking.Asked(var runner) -> {
                run(runner);
                yield null;
            }
            case Asking.Pause(var end) -> {
                race.rest(least(end.remaining(ticker), until.remaining(ticker)));
                yield until.isPast(ticker) ? waiting() : null;
            }
            case Asking.Nobody(var why) -> {
                // Also who could ask nobody must learn when somebody is well again.
                news.refresh();
                yield new GaveUp(why);
            }
        };
    }

    private void run(Runner runner) {
        race.add(runner);
        way.asks(runner.target());
    }

    /** Holds everything back until somebody shows that he answers, or that he does not. */
    private @Nullable Outcome hear(Question question, Deadline until) {
        if (budget.isOver()) {
            race.leaveAll();
            return new GaveUp(new AnswerFailure.OutOfTime(ledger.reports()));
        }
        Race.Heard heard = race.next(patience(until));
        news.refresh();
        switch (heard) {
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
        return runners.size() == 1 && asking.canAskBeside()
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
        asking.failed(runner, failure);
        leave(runner, failure.reason());
    }

    /** Leaves whoever the board has turned against, if somebody else runs or can be asked. */
    private void leaveTheSick(Question question) {
        for (Runner runner : race.runners()) {
            String reason = news.against(runner.candidate());
            boolean isAlone = race.runners().size() == 1;
            Runner better = reason == null || !isAlone ? null : asking.better(question);
            if (reason != null && (better != null || !isAlone)) {
                race.leave(runner);
                leave(runner, reason);
            }
            if (better != null) {
                run(better);
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
        if (isDue && asking.canAskBeside() && hedging.take()) {
            Runner beside = asking.beside(question);
            if (beside != null) {
                run(beside);
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
