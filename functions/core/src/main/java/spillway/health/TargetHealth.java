package spillway.health;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the fleet has agreed on about one target. Times are of the wall clock, since instances share
 * them.
 *
 * @param target its {@code provider/model}
 * @param version counts the transitions; a transition is written only over the version it was made
 *     from
 * @param since when this state began
 * @param openUntil when an open target may be probed; null unless open
 * @param backoff how many times in a row it has opened, which lengthens the next time
 * @param fence counts the probe leases; a probe's result counts only under the fence it was given
 * @param probeUntil when the running probe's lease ends; null if none runs
 * @param cooldownUntil until when a rate limit asks us to wait; null if none does
 * @param disabledFor why the account is refused there, until an operator changes something; null if
 *     it is not
 * @param reason why this state, as a {@link spillway.chat.ProviderFailure#reason}; empty when it
 *     was always well
 */
public record TargetHealth(
        String target,
        State state,
        long version,
        Instant since,
        @Nullable Instant openUntil,
        int backoff,
        long fence,
        @Nullable Instant probeUntil,
        @Nullable Instant cooldownUntil,
        @Nullable String disabledFor,
        String reason) {

    public TargetHealth {
        Objects.requireNonNull(target);
        Objects.requireNonNull(state);
        Objects.requireNonNull(since);
        Objects.requireNonNull(reason);
    }

    /** A target of which nothing bad is known. */
    public static TargetHealth well(String target) {
        return new TargetHealth(
                target, State.CLOSED, 0, Instant.EPOCH, null, 0, 0, null, null, null, "");
    }

    /** The states of the shared breaker. */
    public enum State {
        /** Well: serves. */
        CLOSED,
        /** Sick: serves nothing but one probe at a time once {@code openUntil} has passed. */
        OPEN,
        /** Back: serves a share that grows to all within the ramp. */
        RAMP;

        /** The name on our own wire. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
