package spillway.health;

import java.time.Duration;

/**
 * When a target's shared breaker opens, and for how long.
 *
 * @param failures in the window, fleet-wide, that open it
 * @param failureShare of all attempts in the window that must have failed, above 0 to 1
 * @param reporters different processes that must have seen a failure, unless one alone goes on
 *     failing
 * @param window over which is counted, in two halves
 * @param open how long it stays open the first time; doubles up to {@code openMax}
 * @param openMax the longest it stays open
 * @param ramp how long its share takes to grow back to all
 */
public record BreakerSettings(
        int failures,
        double failureShare,
        int reporters,
        Duration window,
        Duration open,
        Duration openMax,
        Duration ramp) {

    public static final BreakerSettings DEFAULT =
            new BreakerSettings(
                    3,
                    0.5,
                    2,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30));

    public BreakerSettings {
        if (failures < 1 || reporters < 1 || !(failureShare > 0 && failureShare <= 1)) {
            throw new IllegalArgumentException(
                    "failures "
                            + failures
                            + ", reporters "
                            + reporters
                            + " and failureShare "
                            + failureShare
                            + " must be at least 1, at least 1 and in (0, 1]");
        }
        if (window.toMillis() < 2
                || open.toMillis() < 1
                || openMax.compareTo(open) < 0
                || ramp.isNegative()) {
            throw new IllegalArgumentException(
                    "window "
                            + window
                            + ", open "
                            + open
                            + ", openMax "
                            + openMax
                            + ", ramp "
                            + ramp
                            + " do not make sense together");
        }
    }
}
