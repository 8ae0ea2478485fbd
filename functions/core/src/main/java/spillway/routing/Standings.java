package spillway.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import spillway.health.Board;
import spillway.health.BreakerSettings;
import spillway.health.LocalView;
import spillway.health.TargetHealth;

/** What each target may be used for, by the board and by what was seen here. Pure. */
final class Standings {
    /** A target in the ramp gets no less than this share. */
    private static final double LEAST_SHARE = 0.1;

    private final Map<String, BreakerSettings> breakers;
    private final Board board;
    private final LocalView local;
    private final Instant now;
    private final SplittableRandom random;

    /**
     * @param breakers by target id; one that is missing has the default
     */
    Standings(
            Map<String, BreakerSettings> breakers,
            Board board,
            LocalView local,
            Instant now,
            SplittableRandom random) {
        this.breakers = breakers;
        this.board = board;
        this.local = local;
        this.now = now;
        this.random = random;
    }

    /** Draws once for a target in the ramp. */
    Verdict of(String target) {
        TargetHealth health = board.of(target);
        if (local.of(target).open()) {
            return new Verdict(
                    Standing.FAILING_HERE, "failing here, and the table cannot be reached");
        }
        if (isAhead(health.cooldownUntil())) {
            return new Verdict(
                    Standing.HELD_BACK,
                    "cooling for " + millisTo(health.cooldownUntil()) + " ms after a rate limit");
        }
        return switch (health.state()) {
            case CLOSED -> new Verdict(Standing.READY, "well");
            case RAMP -> ramping(health);
            case OPEN -> open(health);
        };
    }

    private Verdict ramping(TargetHealth health) {
        Duration ramp = breakers.getOrDefault(health.target(), BreakerSettings.DEFAULT).ramp();
        double elapsed = Duration.between(health.since(), now).toMillis();
        double share = ramp.isZero() ? 1 : Math.clamp(elapsed / ramp.toMillis(), LEAST_SHARE, 1);
        boolean isIn = random.nextDouble() < share;
        String reason = "back, with " + Math.round(share * 100) + " % of its share";
        return isIn
                ? new Verdict(Standing.READY, reason)
                : new Verdict(Standing.DEFERRED, reason + ", not in it this time");
    }

    private Verdict open(TargetHealth health) {
        String why = health.disabledFor() == null ? "open: " : "account refused: ";
        if (isAhead(health.openUntil())) {
            return new Verdict(
                    Standing.HELD_BACK,
                    why + health.reason() + ", for " + millisTo(health.openUntil()) + " ms more");
        }
        return isAhead(health.probeUntil())
                ? new Verdict(Standing.HELD_BACK, why + health.reason() + ", a probe is running")
                : new Verdict(Standing.DUE, why + health.reason() + ", due for a probe");
    }

    private boolean isAhead(@Nullable Instant moment) {
        return moment != null && moment.isAfter(now);
    }

    private long millisTo(@Nullable Instant moment) {
        return moment == null ? 0 : Duration.between(now, moment).toMillis();
    }

    /** How a target stands before the route as a whole is looked at. */
    enum Standing {
        READY,
        /** In the ramp and not drawn: behind all that are ready. */
        DEFERRED,
        /** Open, and no probe runs. */
        DUE,
        /** Open, or cooling. */
        HELD_BACK,
        /** This process's own breaker would not admit it. */
        FAILING_HERE
    }

    /** A standing and why. */
    record Verdict(Standing standing, String reason) {}
}
