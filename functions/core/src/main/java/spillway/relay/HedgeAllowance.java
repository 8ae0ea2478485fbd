package spillway.relay;

import java.time.Instant;
import spillway.routing.Tries.DailyCap;

/**
 * How much duplicate work a day allows, per route; a day is one of UTC. Safe to use from many
 * threads; never blocks for long.
 */
public interface HedgeAllowance {
    /** A request of that route came, which may be hedged. */
    void asked(String route, Instant at);

    /** Takes one hedge of that day's; false if the cap is reached. */
    boolean take(String route, DailyCap cap, Instant at);
}
