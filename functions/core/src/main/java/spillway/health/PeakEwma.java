package spillway.health;

import java.time.Duration;
import spillway.time.Ticker;

/**
 * An average of durations that follows a rise at once and a fall slowly, and fades when nothing is
 * seen, so that a target that was slow once is tried again. Safe to use from many threads.
 */
final class PeakEwma {
    /** After that long without news, a value has faded to 37 %. */
    private static final double FADE_NANOS = Duration.ofSeconds(10).toNanos();

    /** What is less is as good as unknown. */
    private static final double UNKNOWN_BELOW_MILLIS = 1;

    private final Ticker ticker;
    private double millis;
    private long seenAt;

    PeakEwma(Ticker ticker) {
        this.ticker = ticker;
    }

    synchronized void observe(Duration duration) {
        double seen = duration.toNanos() / 1e6;
        long now = ticker.nanos();
        double kept = kept(now);
        millis = seen >= millis * kept ? seen : millis * kept + seen * (1 - kept);
        seenAt = now;
    }

    /** In ms; 0 when unknown. */
    synchronized double millis() {
        double faded = millis * kept(ticker.nanos());
        return faded < UNKNOWN_BELOW_MILLIS ? 0 : faded;
    }

    /** Never above 1, since the monotonic clock may step back over a snapshot. */
    private double kept(long now) {
        return Math.exp(-Math.max(0, now - seenAt) / FADE_NANOS);
    }
}
