package spillway.time;

import java.time.Duration;

/**
 * A point on the monotonic clock ({@link System#nanoTime}) at which a wait ends. Not comparable
 * between processes, nor across a snapshot.
 */
public record Deadline(long nanos) {

    private static final Duration MAX = Duration.ofDays(365);

    /** That long from now, but a year at most; negative durations are past at once. */
    public static Deadline after(Duration duration, Ticker ticker) {
        Duration span = duration.isNegative() ? Duration.ZERO : duration;
        return new Deadline(ticker.nanos() + (span.compareTo(MAX) > 0 ? MAX : span).toNanos());
    }

    /** What is left; never negative. */
    public Duration remaining(Ticker ticker) {
        return Duration.ofNanos(Math.max(0, nanos - ticker.nanos()));
    }

    /** Whether nothing is left. */
    public boolean isPast(Ticker ticker) {
        return nanos - ticker.nanos() <= 0;
    }
}
