package spillway.relay;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import spillway.health.TargetHealth;

/** Targets that are not well, in few words. */
final class Sick {
    private Sick() {}

    static TargetHealth open(String target, @Nullable Instant until) {
        return health(target, TargetHealth.State.OPEN, until, null, null, "unavailable");
    }

    static TargetHealth openForNoReason(String target) {
        return health(target, TargetHealth.State.OPEN, null, null, null, "");
    }

    static TargetHealth cooling(String target, Instant until) {
        return health(target, TargetHealth.State.CLOSED, null, until, null, "");
    }

    static TargetHealth disabled(String target) {
        return health(
                target, TargetHealth.State.CLOSED, null, null, "401 bad key", "account_refused");
    }

    private static TargetHealth health(
            String target,
            TargetHealth.State state,
            @Nullable Instant openUntil,
            @Nullable Instant cooldownUntil,
            @Nullable String disabledFor,
            String reason) {
        return new TargetHealth(
                target,
                state,
                1,
                Instant.EPOCH,
                openUntil,
                1,
                0,
                null,
                cooldownUntil,
                disabledFor,
                reason);
    }
}
