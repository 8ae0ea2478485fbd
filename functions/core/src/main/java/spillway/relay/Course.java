package spillway.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Attempt;
import spillway.attempt.Call;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderException;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.routing.Candidate;
import spillway.routing.Decision;
import spillway.time.Ticker;

/**
 * The way of one request through its candidates, in their order: asks one after the other until one
 * answers, and remembers who is left. For the one thread that pulls the answer.
 */
final class Course {
    /** What asking one target comes to. */
    sealed interface Step {}

    /** What a search comes to. */
    sealed interface Outcome extends Step {}

    /**
     * A target answers.
     *
     * @param first its first content, or the end of an answer without any
     * @param usage what it had said of its cost until then
     * @param switches from whom to whom the search came to it
     */
    record Found(
            Attempt attempt,
            StreamEvent first,
            @Nullable Usage usage,
            List<AnswerEvent.Switch> switches)
            implements Outcome {}

    /** Nobody answers. */
    record GaveUp(AnswerFailure failure) implements Outcome {}

    /** This target does not answer; there may already be a permit for the next. */
    private record Passed(@Nullable Turn next) implements Step {}

    private record Left(Target target, String reason) {}

    private static final StreamEvent NOTHING = new StreamEvent.Alive();

    private final Map<String, ChatProvider> providers;
    private final Turns turns;
    private final Ledger ledger;
    private final Budget budget;
    private final News news;
    private final Ticker ticker;
    private final Decision decision;
    private final List<AnswerEvent.Switch> switches = new ArrayList<>();
    private @Nullable Left left;
    private int started;

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
    }

    /** Asks the candidates that are left. The caller closes the attempt that is found. */
    Outcome search(ChatRequest request) {
        Turn turn = turns.next();
        while (turn != null) {
            switch (tryOut(turn, request)) {
                case Outcome outcome -> {
                    return outcome;
                }
                case Passed(var next) -> turn = next == null ? turns.next() : next;
            }
        }
        // Also who could ask nobody must learn when somebody is well again.
        news.refresh();
        return new GaveUp(whyNobody());
    }

    private AnswerFailure whyNobody() {
        if (turns.waiting() > 0) {
            return new AnswerFailure.OutOfTime(ledger.reports());
        }
        if (started > 0) {
            return new AnswerFailure.AllFailed(ledger.reports());
        }
        return new AnswerFailure.NoneAvailable(
                RetryAfter.of(decision.candidates(), news.board(), decision.at()));
    }

    private Step tryOut(Turn turn, ChatRequest request) {
        noteSwitchTo(turn.target());
        Attempt attempt = start(turn, request);
        try {
            return await(attempt, turn.candidate());
        } catch (ProviderException e) {
            left = new Left(turn.target(), e.failure().reason());
            return e.failure().isRetryable()
                    ? new Passed(null)
                    : new GaveUp(new AnswerFailure.RequestRejected(ledger.reports()));
        } catch (RuntimeException | Error bug) {
            attempt.close();
            throw bug;
        }
    }

    private void noteSwitchTo(Target target) {
        if (left != null) {
            var change = new AnswerEvent.Switch(left.target(), target, left.reason(), 0);
            switches.add(change);
            ledger.switched(change);
        }
    }

    private Attempt start(Turn turn, ChatRequest request) {
        started++;
        Target target = turn.target();
        Timers own = turn.candidate().member().timers();
        Timers timers = turns.waiting() == 0 ? own.ofTheLast() : own;
        var call =
                new Call(
                        started,
                        target,
                        providers.getOrDefault(target.provider(), Course::unknown),
                        request.withModel(target.model()),
                        timers,
                        budget.firstContent(timers, turns.waiting()));
        return Attempt.start(call, ledger.attempting(turn.permit()), ticker);
    }

    /** Throws where an attempt turns it into its outcome, after the permit has been taken. */
    private static ChatStream unknown(ChatRequest request, Duration connectTimeout) {
        throw new IllegalStateException("no such provider");
    }

    /** Holds everything back until the attempt shows that it answers, or that it does not. */
    private Step await(Attempt attempt, Candidate candidate) throws ProviderException {
        Usage usage = null;
        while (!budget.isOver()) {
            switch (next(attempt)) {
                case StreamEvent.Content first -> {
                    return found(attempt, first, usage);
                }
                case StreamEvent.Finish finish -> {
                    // The end tells the cost itself.
                    return found(attempt, finish, null);
                }
                case StreamEvent.UsageReport(var soFar) -> usage = soFar;
                case StreamEvent.Opened _, StreamEvent.Alive _ -> {}
            }
            Turn instead = insteadOf(candidate);
            if (instead != null) {
                attempt.close();
                return new Passed(instead);
            }
        }
        attempt.close();
        return new GaveUp(new AnswerFailure.OutOfTime(ledger.reports()));
    }

    private StreamEvent next(Attempt attempt) throws ProviderException {
        try {
            return attempt.next(budget.within(news.patience())).orElse(NOTHING);
        } finally {
            news.refresh();
        }
    }

    private Found found(Attempt attempt, StreamEvent first, @Nullable Usage usage) {
        List<AnswerEvent.Switch> way = List.copyOf(switches);
        switches.clear();
        return new Found(attempt, first, usage, way);
    }

    /** Whom to ask instead, because the board has turned against the one being asked. */
    private @Nullable Turn insteadOf(Candidate asked) {
        String reason = news.against(asked);
        Turn better = reason == null ? null : turns.better();
        if (reason != null && better != null) {
            left = new Left(asked.member().target(), reason);
        }
        return better;
    }
}
