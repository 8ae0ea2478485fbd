package spillway.relay;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Attempt;
import spillway.chat.FinishReason;
import spillway.chat.ProviderException;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.health.Health;
import spillway.time.Deadline;
import spillway.time.Ticker;

/**
 * An answer after its first content: hands on what one attempt brings, and knows what the reader
 * has of it.
 *
 * <p>From here on another target can only take over in the open, since text cannot be taken back.
 * {@link #broken} is the one place where that is decided.
 */
final class Delivery implements Answer {
    /** As many signs of life as can be there already when the time is over. */
    private static final int MOST_PASSED = 32;

    private final Attempt attempt;
    private final Ledger ledger;
    private final Budget budget;
    private final Health health;
    private final Ticker ticker;
    private final AtomicBoolean closed = new AtomicBoolean();

    // Of the pulling thread alone.
    private final Queue<AnswerEvent> ready = new ArrayDeque<>();
    private @Nullable StreamEvent held;
    private boolean over;

    Delivery(
            String id,
            String route,
            Course.Found found,
            Ledger ledger,
            Budget budget,
            Health health,
            Ticker ticker) {
        this.attempt = found.attempt();
        this.ledger = ledger;
        this.budget = budget;
        this.health = health;
        this.ticker = ticker;
        ready.add(new AnswerEvent.Start(id, route, attempt.target()));
        ready.addAll(found.switches());
        if (found.usage() != null) {
            ready.add(soFar(found.usage()));
        }
        this.held = found.first();
    }

    @Override
    public Optional<AnswerEvent> next(Duration patience) {
        requireOpen();
        AnswerEvent next = ready.isEmpty() ? pull(patience) : ready.remove();
        over = next instanceof AnswerEvent.Done || next instanceof AnswerEvent.Failed;
        return Optional.ofNullable(next);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            attempt.close();
            ledger.cancelled();
            health.drain(budget.forDrain());
        }
    }

    private @Nullable AnswerEvent pull(Duration patience) {
        Deadline until = Deadline.after(patience, ticker);
        AnswerEvent event = null;
        int passed = 0;
        try {
            while (event == null && !budget.isOver()) {
                Optional<StreamEvent> next = nextOfAttempt(budget.within(until.remaining(ticker)));
                event = next.isEmpty() ? null : translated(next.get());
                // Behind a sign of life may be something to read; but signs may come for ever.
                if (event == null
                        && until.isPast(ticker)
                        && (next.isEmpty() || ++passed > MOST_PASSED)) {
                    return null;
                }
            }
        } catch (ProviderException _) {
            return broken();
        }
        return event == null ? outOfTime() : event;
    }

    private Optional<StreamEvent> nextOfAttempt(Duration patience) throws ProviderException {
        Optional<StreamEvent> first = Optional.ofNullable(held);
        held = null;
        return first.isPresent() ? first : attempt.next(patience);
    }

    private @Nullable AnswerEvent translated(StreamEvent event) {
        return switch (event) {
            case StreamEvent.Content content -> new AnswerEvent.Delta(content);
            case StreamEvent.UsageReport(var usage) -> soFar(usage);
            case StreamEvent.Finish(var reason) -> done(reason);
            case StreamEvent.Opened _, StreamEvent.Alive _ -> null;
        };
    }

    private AnswerEvent soFar(Usage ofThisAttempt) {
        return ledger.soFar(attempt.target(), ofThisAttempt);
    }

    private AnswerEvent done(FinishReason reason) {
        ledger.completed();
        return new AnswerEvent.Done(reason, ledger.usage(), ledger.reports());
    }

    /** The attempt has failed after its first content: nobody takes over, so the answer ends. */
    private AnswerEvent broken() {
        return failed(new AnswerFailure.BrokenOff(ledger.reports()));
    }

    private AnswerEvent outOfTime() {
        attempt.close();
        return failed(new AnswerFailure.OutOfTime(ledger.reports()));
    }

    private AnswerEvent failed(AnswerFailure failure) {
        ledger.failed(failure);
        return new AnswerEvent.Failed(failure);
    }

    private void requireOpen() {
        if (over) {
            throw new IllegalStateException("the answer has ended: nothing follows its last event");
        }
        if (closed.get()) {
            throw new IllegalStateException("the answer is closed");
        }
    }
}
