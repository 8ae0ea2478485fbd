package spillway.health;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that can be told of one target, fleet-wide, from the table. Counts cover the last {@code
 * windowSeconds}.
 *
 * @param successes attempts that answered, in the window
 * @param failures attempts that failed and count against health, in the window
 * @param failuresByReason all failed attempts in the window by {@link
 *     spillway.chat.ProviderFailure#reason}, also those that do not count against health
 * @param firstContentEwmaMillis the EWMA of the time to first content; null when nothing was seen
 * @param lastProbeAt when it was last probed; null if never
 * @param lastProbeOk how that probe ended; null if it never ended
 * @param trafficShare its share of all attempts in the window, 0 to 1
 */
public record TargetReport(
        TargetHealth health,
        int windowSeconds,
        long successes,
        long failures,
        Map<String, Long> failuresByReason,
        @Nullable Double firstContentEwmaMillis,
        @Nullable Percentiles firstContent,
        @Nullable Instant lastProbeAt,
        @Nullable Boolean lastProbeOk,
        double trafficShare) {
    public TargetReport {
        Objects.requireNonNull(health);
        failuresByReason = Map.copyOf(failuresByReason);
    }

    /** Of the time to first content, in ms; upper bounds of histogram buckets. */
    public record Percentiles(double p50, double p90, double p99) {}
}
