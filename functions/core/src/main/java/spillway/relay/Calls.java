package spillway.relay;

import java.time.Duration;
import java.util.Map;
import spillway.attempt.Attempt;
import spillway.attempt.AttemptListener;
import spillway.attempt.Call;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.chat.ChatRequest;
import spillway.health.Permit;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.time.Ticker;

/** Makes the calls of one request, and numbers them. For the one thread that searches. */
final class Calls {
    /** What starts a call. */
    @FunctionalInterface
    interface Starter {
        Attempt start(Call call, AttemptListener listener, Ticker ticker);
    }

    private final Map<String, ChatProvider> providers;
    private final Ledger ledger;
    private final Budget budget;
    private final Ticker ticker;
    private final Starter starter;
    private int made;

    Calls(
            Map<String, ChatProvider> providers,
            Ledger ledger,
            Budget budget,
            Ticker ticker,
            Starter starter) {
        this.providers = providers;
        this.ledger = ledger;
        this.budget = budget;
        this.ticker = ticker;
        this.starter = starter;
    }

    /**
     * Asks whose turn it is. Settles his permit, whatever happens, also when this throws for want
     * of a thread.
     *
     * @param waiting how many could still be asked after him
     */
    Runner make(Turn turn, Question question, int waiting) {
        made++;
        Target target = turn.target();
        Timers own = turn.candidate().member().timers();
        Timers timers = waiting == 0 ? own.ofTheLast() : own;
        var call =
                new Call(
                        made,
                        target,
                        providers.getOrDefault(target.provider(), Calls::unknown),
                        question.to(target).withModel(target.model()),
                        timers,
                        budget.firstContent(timers, waiting));
        Permit permit =
                question.beginsFor(target) ? new LenientPermit(turn.permit()) : turn.permit();
        Attempt attempt = starter.start(call, ledger.attempting(permit), ticker);
        return new Runner(turn.candidate(), attempt, ticker);
    }

    /** Whether any was made. */
    boolean wereMade() {
        return made > 0;
    }

    /** Throws where an attempt turns it into its outcome, after the permit has been taken. */
    private static ChatStream unknown(ChatRequest request, Duration connectTimeout) {
        throw new IllegalStateException("no such provider");
    }
}
