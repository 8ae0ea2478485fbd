package spillway.relay;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Target;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.health.Health;
import spillway.relay.AnswerFailure.Halt;
import spillway.time.Deadline;
import spillway.time.Ticker;

/**
 * An answer that has begun: hands on what one target brings, and when that one breaks, what another
 * brings after it, as was agreed. Text cannot be taken back, so each change is told.
 */
final class Delivery implements Answer {
    /** As many signs of life as can be there already when the time is over. */
    private static final int MOST_PASSED = 32;

    private final Course course;
    private final Sequels sequels;
    private final Ledger ledger;
    private final Budget budget;
    private final Health health;
    private final Ticker ticker;

    private final AtomicBoolean closed = new AtomicBoolean();

    /** Held by whoever pulls, so that closing can wait until he has let go of what he started. */
    private final ReentrantLock pulling = new ReentrantLock();

    /** Who is being read; null while one is searched. Written by the pulling thread. */
    private volatile @Nullable Leg leg;

    // Of the pulling thread alone.
    private final Queue<AnswerEvent> ready = new ArrayDeque<>();
    private final Delivered delivered;
    private Question question;
    private @Nullable Continuation continuation;
    private @Nullable Break broken;
    private boolean hasBroken;
    private boolean over;

    /** Who has broken and nobody has taken over from. */
    private record Break(Target target, String reason) {}

    /**
     * An answer that has begun, and whose content is still searched.
     *
     * @param course goes on where it is; closed with the answer
     */
    Delivery(
            AnswerEvent.Start start,
            Course course,
            Sequels sequels,
            Ledger ledger,
            Budget budget,
            Health health,
            Ticker ticker) {
        this.course = course;
        this.sequels = sequels;
        this.ledger = ledger;
        this.budget = budget;
        this.health = health;
        this.ticker = ticker;
        this.delivered = sequels.nothingDelivered();
        this.question = _ -> sequels.asked();
        ready.add(start);
    }

    @Override
    public Optional<AnswerEvent> next(Duration patience) {
        pulling.lock();
        try {
            requireOpen();
            AnswerEvent next = ready.isEmpty() ? pull(patience) : ready.remove();
            over = next instanceof AnswerEvent.Done || next instanceof AnswerEvent.Failed;
            return Optional.ofNullable(next);
        } catch (RuntimeException | Error bug) {
            if (!over && !closed.get()) {
                ledger.broke();
            }
            throw bug;
        } finally {
            pulling.unlock();
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            stop();
            pulling.lock();
            try {
                // What was found while the first call was made.
                stop();
                ledger.cancelled();
            } finally {
                pulling.unlock();
            }
            health.drain(budget.forDrain());
        }
    }

    /** Ends whatever runs, and so wakes whoever waits for it. */
    private void stop() {
        course.close();
        Leg running = leg;
        if (running != null) {
            running.close();
        }
    }

    private @Nullable AnswerEvent pull(Duration patience) {
        Deadline until = Deadline.after(patience, ticker);
        int passed = 0;
        while (ready.isEmpty() && !budget.isOver()) {
            boolean came = step(budget.within(until.remaining(ticker)));
            // Behind a sign of life may be something to read; but signs may come for ever.
            if (ready.isEmpty() && until.isPast(ticker) && (!came || ++passed > MOST_PASSED)) {
                return null;
            }
        }
        if (ready.isEmpty()) {
            stop();
            fail(new AnswerFailure.OutOfTime(ledger.reports()));
        }
        return ready.remove();
    }

    /** Waits for one thing to happen, and says whether it has. */
    private boolean step(Duration patience) {
        Leg running = leg;
        if (running == null) {
            return search(patience);
        }
        try {
            return switch (running.next(untilLate(running, patience))) {
                case Leg.Came(var event) -> {
                    take(event);
                    leaveIfLate(running);
                    yield true;
                }
                case Leg.Apart _ -> {
                    stop();
                    fail(new AnswerFailure.BrokenOff(ledger.reports(), Halt.APART));
                    yield true;
                }
                case Leg.Nothing _ -> leaveIfLate(running);
            };
        } catch (ProviderException e) {
            leg = null;
            broke(running.target(), e.failure());
            return true;
        }
    }

    private Duration untilLate(Leg running, Duration patience) {
        if (!running.isJoining() || !course.canAskAnother()) {
            return patience;
        }
        Duration late = running.untilLate();
        return late.compareTo(patience) < 0 ? late : patience;
    }

    /**
     * Leaves who brings nothing for the reader, though it brings something: its thoughts on how to
     * go on, or all of the text again. To the reader that is silence, and somebody else is ready.
     */
    private boolean leaveIfLate(Leg running) {
        boolean isLate =
                running.isJoining() && running.untilLate().isZero() && course.canAskAnother();
        if (isLate) {
            running.close();
            leg = null;
            broke(running.target(), running.lateness());
        }
        return isLate;
    }

    private boolean search(Duration patience) {
        return switch (course.search(question, patience)) {
            case Course.Found found -> {
                take(found);
                yield true;
            }
            case Course.GaveUp(var failure) -> {
                fail(
                        hasBroken && !(failure instanceof AnswerFailure.OutOfTime)
                                ? new AnswerFailure.BrokenOff(ledger.reports(), Halt.NOBODY_LEFT)
                                : failure);
                yield true;
            }
            case Course.Waiting _ -> false;
        };
    }

    /** That target brings the content. */
    void take(Course.Found found) {
        try {
            begin(found);
        } catch (RuntimeException | Error bug) {
            found.attempt().close();
            throw bug;
        }
    }

    private void begin(Course.Found found) {
        Target target = found.attempt().target();
        Splice splice = continuation == null ? null : continuation.splice(target);
        leg = new Leg(found.attempt(), found.first(), splice);
        if (broken != null && continuation == null) {
            ready.add(
                    new AnswerEvent.Reset(
                            broken.target(), target, broken.reason(), delivered.at()));
            delivered.clear();
        } else {
            ready.addAll(found.switches());
        }
        broken = null;
        if (found.usage() != null) {
            ready.add(soFar(found.usage()));
        }
    }

    private void take(StreamEvent event) {
        switch (event) {
            case StreamEvent.Content content -> {
                delivered.add(content);
                ready.add(new AnswerEvent.Delta(content));
            }
            case StreamEvent.UsageReport(var usage) -> ready.add(soFar(usage));
            case StreamEvent.Finish(var reason) -> {
                ledger.completed();
                ready.add(new AnswerEvent.Done(reason, ledger.usage(), ledger.reports()));
            }
            case StreamEvent.Opened _, StreamEvent.Alive _ -> {}
        }
    }

    private void broke(Target target, ProviderFailure failure) {
        switch (sequels.after(failure, delivered, !hasBroken)) {
            case Sequel.Continued(var next) -> {
                continuation = next;
                question = next;
            }
            case Sequel.Restarted(var anew) -> {
                broken = new Break(target, failure.reason());
                question = anew;
            }
            case Sequel.Ended(var why) -> {
                fail(new AnswerFailure.BrokenOff(ledger.reports(), why));
                return;
            }
        }
        hasBroken = true;
        course.left(target, failure.reason(), delivered.at());
    }

    private void fail(AnswerFailure failure) {
        ledger.failed(failure);
        ready.add(new AnswerEvent.Failed(failure, delivered.at(), delivered.isResumable()));
    }

    private AnswerEvent soFar(Usage ofThisAttempt) {
        return ledger.soFar(Objects.requireNonNull(leg).target(), ofThisAttempt);
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
