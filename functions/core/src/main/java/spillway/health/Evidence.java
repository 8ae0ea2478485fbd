package spillway.health;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one process has seen of a target since it last told: added to the fleet's counters in one
 * write.
 *
 * @param reporter the process
 * @param version of the target's state when the newest of the attempts began
 * @param window the breaker's window; counted in two halves
 * @param successes attempts that answered
 * @param firstContent their times to first content
 * @param failures attempts that failed and count against health
 * @param reasons all failed attempts by {@link spillway.chat.ProviderFailure#reason}, also those
 *     that do not count
 * @param probeOk how a probe ended; null when none did
 */
public record Evidence(
        String reporter,
        long version,
        Duration window,
        long successes,
        Latencies firstContent,
        long failures,
        Map<String, Long> reasons,
        @Nullable Boolean probeOk) {
    public Evidence {
        Objects.requireNonNull(reporter);
        Objects.requireNonNull(firstContent);
        reasons = Map.copyOf(reasons);
        if (window.toMillis() < 2) {
            throw new IllegalArgumentException(
                    "window is " + window + "; at least 2 ms are needed, for two halves");
        }
    }

    /** The length of half the window, in ms. */
    public long halfMillis() {
        return window.toMillis() / 2;
    }
}
