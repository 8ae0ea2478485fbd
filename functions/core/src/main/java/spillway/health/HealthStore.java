package spillway.health;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The table that the fleet's health lives in: primitives, each one read or one atomic write. What
 * to write is decided by {@link BreakerRule}.
 *
 * <p>Safe to call from many threads. Blocks, for a bounded time. Any method may throw an unchecked
 * exception, which means that the table could not be reached.
 */
public interface HealthStore {
    /**
     * What is known of those targets, possibly some milliseconds old; one of which nothing is known
     * is missing.
     */
    Map<String, TargetHealth> board(Set<String> targets);

    /** Adds to the target's counters and tells what they have come to. */
    Counters add(String target, Evidence evidence, Instant now);

    /**
     * Replaces a state by another, if it is still the one of that version. Sets state, since, open
     * until, back-off, disabled for and reason; raises the version by one; ends a running probe's
     * lease. Fence and cooldown stay.
     */
    Written transition(TargetHealth from, TargetHealth to);

    /**
     * Takes the one lease to probe a target, if it is open and due and no lease is live; raises the
     * fence by one. Who asks again gets the same lease.
     *
     * @param owner this one attempt, not its process
     * @param until when others may take it
     */
    Written leaseProbe(String target, String owner, Instant now, Instant until);

    /** Ends a probe with a new state, as {@link #transition} does, if its lease is the newest. */
    Written settleProbe(ProbeLease lease, TargetHealth to);

    /** Ends a probe that has shown nothing, if its lease is the newest. */
    Written releaseProbe(ProbeLease lease);

    /** Asks all to leave a target alone until then, unless they are asked to for longer. */
    Written coolDown(String target, Instant until);

    /** The counters of those targets, for reports. */
    Map<String, Tally> tallies(Set<String> targets, Instant now);

    /**
     * What a conditional write came to.
     *
     * @param made whether it was written
     * @param now what is known after it, or what stood against it
     */
    record Written(boolean made, TargetHealth now) {
        public Written {
            Objects.requireNonNull(now);
        }
    }
}
