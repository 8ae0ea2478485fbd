package spillway.health;

import java.time.Duration;

/**
 * How a process takes part in the fleet's health.
 *
 * @param fresh a board that is not older is not read again
 * @param usable a board that is not older is decided on when there is no newer
 * @param firstRead the longest wait for a board when there is no usable one
 * @param leaseWait the longest wait for the lease to probe; who has none by then does not probe
 * @param probeLease how long one probe keeps others from probing
 * @param tellEvery the least time between two writes of successes per target
 * @param accountRetry how long an account that was refused is left alone before one attempt is made
 *     to see whether somebody has acted
 * @param coolDown after a rate limit that does not say how long to wait
 * @param coolDownMax the longest wait that a rate limit can ask for
 * @param aloneFor a process that has gone on failing so long opens a breaker without a second
 *     witness
 */
public record FleetHealthSettings(
        Duration fresh,
        Duration usable,
        Duration firstRead,
        Duration leaseWait,
        Duration probeLease,
        Duration tellEvery,
        Duration accountRetry,
        Duration coolDown,
        Duration coolDownMax,
        Duration aloneFor) {

    public static final FleetHealthSettings DEFAULT =
            new FleetHealthSettings(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(2));

    /** The same, with another time until an account that was refused is tried again. */
    public FleetHealthSettings withAccountRetry(Duration value) {
        return new FleetHealthSettings(
                fresh,
                usable,
                firstRead,
                leaseWait,
                probeLease,
                tellEvery,
                value,
                coolDown,
                coolDownMax,
                aloneFor);
    }

    public FleetHealthSettings {
        for (Duration duration :
                new Duration[] {
                    fresh,
                    usable,
                    firstRead,
                    leaseWait,
                    probeLease,
                    tellEvery,
                    accountRetry,
                    coolDown,
                    coolDownMax,
                    aloneFor
                }) {
            if (duration.isNegative()) {
                throw new IllegalArgumentException(
                        "a duration is " + duration + "; at least 0 is needed");
            }
        }
    }
}
