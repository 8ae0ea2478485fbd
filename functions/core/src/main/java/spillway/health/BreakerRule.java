package spillway.health;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import spillway.health.TargetHealth.State;

/** When a target's shared breaker changes its state, and to what. Pure. */
final class BreakerRule {
    /** During the ramp so few failures open it again. */
    private static final int FAILURES_IN_RAMP = 2;

    private static final double JITTER = 0.2;

    private final BreakerSettings settings;

    BreakerRule(BreakerSettings settings) {
        this.settings = settings;
    }

    /**
     * Whether failures open the breaker.
     *
     * @param version under which the failed attempt began
     * @param aloneLongEnough whether this process has gone on failing so long that it needs no
     *     second witness
     */
    boolean opens(
            TargetHealth from,
            Counters counters,
            long version,
            boolean aloneLongEnough,
            Instant now) {
        return switch (from.state()) {
            case OPEN -> false;
            case RAMP ->
                    isRampOver(from, now)
                            ? isSick(counters, aloneLongEnough)
                            : version == from.version()
                                    && counters.failuresInState()
                                            >= Math.min(FAILURES_IN_RAMP, settings.failures());
            case CLOSED -> isSick(counters, aloneLongEnough);
        };
    }

    private boolean isSick(Counters counters, boolean aloneLongEnough) {
        return counters.failures() >= settings.failures()
                && counters.failures()
                        >= settings.failureShare() * (counters.failures() + counters.successes())
                && (counters.reporters() >= settings.reporters() || aloneLongEnough);
    }

    /** Whether a target in the ramp has got all of its share back. */
    boolean isRampOver(TargetHealth health, Instant now) {
        return !now.isBefore(health.since().plus(settings.ramp()));
    }

    /**
     * Opened, or still open after a failed probe, twice as long each time.
     *
     * @param jitter 0 to 1
     */
    TargetHealth opened(TargetHealth from, Instant now, String reason, double jitter) {
        Instant since = from.state() == State.OPEN ? from.since() : now;
        Instant until = now.plus(openFor(from.backoff(), jitter));
        return next(from, State.OPEN, since, until, from.backoff() + 1, from.disabledFor(), reason);
    }

    private Duration openFor(int backoff, double jitter) {
        double longest = (double) settings.openMax().toMillis();
        double doubled = settings.open().toMillis() * Math.pow(2, Math.min(backoff, 30));
        double spread = Math.min(doubled, longest) * (1 + JITTER * (2 * jitter - 1));
        return Duration.ofMillis(Math.round(Math.min(spread, longest)));
    }

    /** Open because the account is refused, until somebody may look whether it still is. */
    static TargetHealth disabled(TargetHealth from, Instant now, Instant until, String reason) {
        Instant since = from.disabledFor() == null ? now : from.since();
        return next(from, State.OPEN, since, until, from.backoff(), reason, reason);
    }

    /** Back, with a growing share; what was wrong stays as the reason. */
    static TargetHealth recovered(TargetHealth from, Instant now) {
        return next(from, State.RAMP, now, null, from.backoff(), null, from.reason());
    }

    /** Well. */
    static TargetHealth closed(TargetHealth from, Instant now) {
        return next(from, State.CLOSED, now, null, 0, null, from.reason());
    }

    private static TargetHealth next(
            TargetHealth from,
            State state,
            Instant since,
            @Nullable Instant openUntil,
            int backoff,
            @Nullable String disabledFor,
            String reason) {
        return new TargetHealth(
                from.target(),
                state,
                from.version() + 1,
                since,
                openUntil,
                backoff,
                from.fence(),
                null,
                from.cooldownUntil(),
                disabledFor,
                reason);
    }
}
