package spillway.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Attempt;
import spillway.attempt.Target;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;

/**
 * What one target brings of an answer, joined to what others brought before. One thread pulls it,
 * any thread may {@link #close}.
 */
final class Leg implements AutoCloseable {
    /** What a pull comes to. */
    sealed interface Heard {}

    /** That is for the reader, or about the attempt. */
    record Came(StreamEvent event) implements Heard {}

    /** Nothing in that time. */
    record Nothing() implements Heard {}

    /** It does not go on where the text ended. */
    record Apart() implements Heard {}

    /** What is not for the reader shows that somebody works. */
    private static final Came AT_WORK = new Came(new StreamEvent.Alive());

    private static final Apart APART = new Apart();
    private static final Nothing NOTHING = new Nothing();

    private final Attempt attempt;
    private @Nullable StreamEvent held;
    private @Nullable Splice splice;

    /**
     * @param held what it has already brought
     * @param splice what joins it; null if nothing came before
     */
    Leg(Attempt attempt, StreamEvent held, @Nullable Splice splice) {
        this.attempt = attempt;
        this.held = held;
        this.splice = splice;
    }

    Target target() {
        return attempt.target();
    }

    /** Whether nothing of it has reached the reader yet, since it has not joined. */
    boolean isJoining() {
        return splice != null;
    }

    /** How long until it has kept its reader waiting for too long, if it is joining. */
    Duration untilLate() {
        return attempt.untilLate();
    }

    /** What it is, if it is late. */
    ProviderFailure lateness() {
        return new ProviderFailure.TimedOut(
                ProviderFailure.Phase.FIRST_CONTENT, attempt.firstContentLimit());
    }

    /**
     * Waits that long for the next.
     *
     * @throws ProviderException the attempt has failed
     * @throws IllegalStateException when closed, also meanwhile
     */
    Heard next(Duration patience) throws ProviderException {
        StreamEvent event = held;
        held = null;
        if (event == null) {
            event = attempt.next(patience).orElse(null);
        }
        if (event == null) {
            return NOTHING;
        }
        return splice == null ? new Came(event) : joined(event, splice);
    }

    /** Ends the attempt, unless it has ended. Idempotent; never blocks. */
    @Override
    public void close() {
        attempt.close();
    }

    private Heard joined(StreamEvent event, Splice joining) {
        return switch (event) {
            case StreamEvent.TextDelta(var text) -> joined(joining.add(text));
            // About how to go on, which is not for the reader.
            case StreamEvent.ReasoningDelta _ -> AT_WORK;
            case StreamEvent.RefusalDelta _,
                    StreamEvent.ToolCallStarted _,
                    StreamEvent.ToolCallDelta _,
                    StreamEvent.ToolCallEnded _,
                    StreamEvent.Finish _ -> {
                splice = null;
                yield joining.joinsIfItEnds() ? new Came(event) : APART;
            }
            case StreamEvent.Opened _, StreamEvent.Alive _, StreamEvent.UsageReport _ ->
                    new Came(event);
        };
    }

    private Heard joined(Splice.Step step) {
        return switch (step) {
            case Splice.Repeating _ -> AT_WORK;
            case Splice.Apart _ -> APART;
            case Splice.Joined(var fresh) -> {
                splice = null;
                yield fresh.isEmpty() ? AT_WORK : new Came(new StreamEvent.TextDelta(fresh));
            }
        };
    }
}
