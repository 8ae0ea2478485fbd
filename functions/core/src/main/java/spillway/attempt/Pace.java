package spillway.attempt;

import java.time.Duration;
import spillway.chat.StreamEvent;

/**
 * Whether a provider that has begun to answer goes on fast enough: how many characters came in the
 * last window of waiting for it. Time in which nobody waits, since a slow reader holds up the call,
 * does not pass here. For the one thread that waits.
 *
 * <p>Silence is left to the timer between events: only an event shows that a stream is slow and not
 * dead, so only at events is it judged.
 */
final class Pace {
    /** The window slides by one part; what is counted is between one window and one part more. */
    private static final int PARTS = 16;

    private final long[] parts = new long[PARTS + 1];
    private final long partNanos;
    private final double least;
    private boolean begun;
    private long waited;

    /**
     * @param charactersPerSecond that must come in each window; 0 is always met
     */
    Pace(int charactersPerSecond, Duration window) {
        this.partNanos = Math.max(1, window.toNanos() / PARTS);
        this.least = charactersPerSecond * (window.toNanos() / 1e9);
    }

    /** An event has come after that wait. Counts from the first content. */
    void add(StreamEvent event, long waitedNanos) {
        if (begun) {
            pass(waitedNanos);
        }
        if (event instanceof StreamEvent.Content content) {
            begun = true;
            parts[part()] += characters(content);
        }
    }

    /** Whether that is too slow to wait for the next event. */
    boolean isTooSlow() {
        if (waited < PARTS * partNanos) {
            return false;
        }
        long characters = 0;
        for (long part : parts) {
            characters += part;
        }
        return characters < least;
    }

    private void pass(long nanos) {
        long before = waited / partNanos;
        waited += nanos;
        long passed = Math.min(waited / partNanos - before, parts.length);
        for (long i = 1; i <= passed; i++) {
            parts[(int) ((before + i) % parts.length)] = 0;
        }
    }

    private int part() {
        return (int) (waited / partNanos % parts.length);
    }

    private static int characters(StreamEvent.Content content) {
        return switch (content) {
            case StreamEvent.TextDelta(var text) -> text.length();
            case StreamEvent.ReasoningDelta(var text) -> text.length();
            case StreamEvent.RefusalDelta(var text) -> text.length();
            case StreamEvent.ToolCallStarted(_, _, var name) -> name.length();
            case StreamEvent.ToolCallDelta(_, var arguments) -> arguments.length();
            case StreamEvent.ToolCallEnded _ -> 0;
        };
    }
}
