package spillway.attempt;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import spillway.chat.FinishReason;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.ProviderFailure.Phase;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.time.Deadline;
import spillway.time.Ticker;
import spillway.usage.UsageMeter;

/**
 * One call to one target, with its timers and its one outcome.
 *
 * <p>Its own virtual thread reads the provider's stream and hands over a few events at most; one
 * thread takes them by {@link #next}, any thread may {@link #close}. A timer is a wait with a
 * limit, a slow reader is back-pressure, cancelling is closing the stream.
 *
 * <p>The outcome is made in {@link #end} and nowhere else. When the call that made it returns, the
 * listener has been told and the stream is closed.
 */
public final class Attempt implements AutoCloseable {
    private final Call call;
    private final AttemptListener listener;
    private final Ticker ticker;
    private final long started;
    private final UsageMeter meter;
    private final Wire wire;

    // Of the reading thread alone.
    private boolean opened;
    private boolean showsLife;
    private long lastEvent;

    private final Object lock = new Object();
    // Guarded by the lock.
    private @Nullable Duration firstContent;
    private @Nullable AttemptReport report;

    private Attempt(Call call, AttemptListener listener, Ticker ticker) {
        this.call = call;
        this.listener = listener;
        this.ticker = ticker;
        this.meter = new UsageMeter(call.request());
        this.started = ticker.nanos();
        this.wire = new Wire(call, meter, ticker);
    }

    /**
     * Makes the call. The listener hears of its end, whatever happens, also when this throws for
     * want of a thread; the caller closes it.
     */
    public static Attempt start(Call call, AttemptListener listener, Ticker ticker) {
        return start(
                call, listener, ticker, Thread.ofVirtual().name("attempt " + call.target())::start);
    }

    static Attempt start(Call call, AttemptListener listener, Ticker ticker, Executor thread) {
        Attempt attempt = new Attempt(call, listener, ticker);
        try {
            thread.execute(attempt.wire::read);
        } catch (RuntimeException | Error e) {
            // Says nothing about the target.
            attempt.close();
            throw e;
        }
        return attempt;
    }

    /** Whom this attempt is made to. */
    public Target target() {
        return call.target();
    }

    /**
     * The next event, or empty when none came in that time. {@link StreamEvent.Finish} is the last.
     *
     * @throws ProviderException the attempt has failed: by what the provider did, by a timer, or by
     *     a whole stream with nothing in it
     * @throws IllegalStateException after its end, or when it was closed meanwhile
     */
    public Optional<StreamEvent> next(Duration patience) throws ProviderException {
        Deadline until = Deadline.after(patience, ticker);
        while (true) {
            Timer timer = timer();
            StreamEvent event = poll(Math.min(left(until), left(timer.end())));
            if (event != null && (timer.isStoppedBy(event) || !timer.end().isPast(ticker))) {
                return Optional.of(taken(event));
            }
            requireRunning();
            if (timer.end().isPast(ticker)) {
                throw failed(new ProviderException(timer.ranOut()));
            }
            if (until.isPast(ticker)) {
                return Optional.empty();
            }
        }
    }

    /**
     * From now on rings that bell whenever {@link #next} may have more, so that one thread can wait
     * for several attempts: it asks each of them without patience, then waits at the bell, but not
     * beyond the first {@link #untilTimer}.
     */
    public void ringing(Bell bell) {
        wire.whenFilled(bell::ring);
    }

    /** No bell is rung any more. */
    public void ringingNone() {
        wire.whenFilled(() -> {});
    }

    /** How long until a timer of this attempt runs out, if nothing comes before. */
    public Duration untilTimer() {
        return timer().end().remaining(ticker);
    }

    /** How long a reader may wait for the first he gets of it, while another could take over. */
    public Duration firstContentLimit() {
        Duration thinking = call.timers().thinking();
        return thinking.compareTo(call.firstContent()) > 0 ? thinking : call.firstContent();
    }

    /** How long until that is over. */
    public Duration untilLate() {
        return new Deadline(started + firstContentLimit().toNanos()).remaining(ticker);
    }

    /** Ends the attempt as cancelled, unless it has ended. Idempotent; never blocks. */
    @Override
    public void close() {
        end(new AttemptOutcome.Cancelled());
    }

    /** Ends the attempt as one that another was faster than, unless it has ended. */
    public void lose() {
        end(new AttemptOutcome.LostRace());
    }

    private @Nullable StreamEvent poll(long nanos) throws ProviderException {
        try {
            return wire.poll(nanos);
        } catch (ProviderException failure) {
            throw failed(failure);
        }
    }

    private StreamEvent taken(StreamEvent event) throws ProviderException {
        lastEvent = ticker.nanos();
        synchronized (lock) {
            requireRunning();
            switch (event) {
                case StreamEvent.Opened _ -> opened = true;
                case StreamEvent.Content _ -> noteContent();
                case StreamEvent.Finish(var reason) -> finish(reason);
                case StreamEvent.Alive _, StreamEvent.UsageReport _ -> showsLife = true;
            }
        }
        return event;
    }

    private void noteContent() {
        if (firstContent == null) {
            firstContent = Duration.ofNanos(lastEvent - started);
            listener.firstContent(firstContent);
        }
    }

    private void finish(FinishReason reason) throws ProviderException {
        // A model that says nothing and calls that the end has not answered; any other reason for
        // an end explains why there is nothing.
        if (firstContent == null && reason == FinishReason.STOP) {
            throw failed(new ProviderException(new ProviderFailure.Empty()));
        }
        end(new AttemptOutcome.Answered(reason));
    }

    private ProviderException failed(ProviderException reason) {
        synchronized (lock) {
            requireRunning();
            end(new AttemptOutcome.Failed(reason.failure(), firstContent != null));
        }
        return reason;
    }

    /** The one place where an outcome becomes a report. */
    private void end(AttemptOutcome outcome) {
        synchronized (lock) {
            if (report != null) {
                return;
            }
            wire.close();
            report =
                    new AttemptReport(
                            call.number(),
                            call.target(),
                            outcome,
                            firstContent,
                            Duration.ofNanos(ticker.nanos() - started),
                            usageOf(outcome));
            listener.ended(report);
        }
    }

    private Usage usageOf(AttemptOutcome outcome) {
        return switch (outcome) {
            case AttemptOutcome.Answered _ -> meter.whole();
            case AttemptOutcome.Failed(var failure, _) when isError(failure) -> meter.refused();
            case AttemptOutcome.Failed _, AttemptOutcome.Cancelled _, AttemptOutcome.LostRace _ ->
                    meter.broken();
        };
    }

    /** Whether the provider has said itself that it will not answer. */
    private static boolean isError(ProviderFailure failure) {
        return switch (failure) {
            case ProviderFailure.Unavailable _,
                    ProviderFailure.RateLimited _,
                    ProviderFailure.AccountRefused _,
                    ProviderFailure.Rejected _,
                    ProviderFailure.Untranslatable _,
                    ProviderFailure.ErrorEvent _ ->
                    true;
            case ProviderFailure.Unreachable _,
                    ProviderFailure.TimedOut _,
                    ProviderFailure.CutOff _,
                    ProviderFailure.Malformed _,
                    ProviderFailure.Empty _,
                    ProviderFailure.KeyMissing _ ->
                    false;
        };
    }

    private void requireRunning() {
        synchronized (lock) {
            if (report != null) {
                throw new IllegalStateException(
                        "the attempt has ended: " + report.outcome().wireName());
            }
        }
    }

    private long left(Deadline deadline) {
        return deadline.nanos() - ticker.nanos();
    }

    /** The timer that applies now. */
    private Timer timer() {
        Timers timers = call.timers();
        if (!opened) {
            Duration headers = timers.headers();
            boolean sooner = headers.compareTo(call.firstContent()) < 0;
            return new Timer(Phase.HEADERS, started, sooner ? headers : call.firstContent());
        }
        return firstContent == null
                ? firstContentTimer(timers)
                : new Timer(Phase.NEXT_EVENT, lastEvent, timers.nextEvent());
    }

    /** Life is waited for while it lasts, up to the limit of thinking. */
    private Timer firstContentTimer(Timers timers) {
        if (!showsLife || timers.thinking().compareTo(call.firstContent()) <= 0) {
            return new Timer(Phase.FIRST_CONTENT, started, call.firstContent());
        }
        var silence = new Timer(Phase.FIRST_CONTENT, lastEvent, timers.firstContent());
        var thinking = new Timer(Phase.FIRST_CONTENT, started, timers.thinking());
        return left(silence.end()) < left(thinking.end()) ? silence : thinking;
    }
}
