package spillway.routing;

import java.time.Instant;
import spillway.health.Board;
import spillway.health.LocalView;

/** Orders the targets of a route. A pure function of its arguments: the same in, the same out. */
@FunctionalInterface
public interface RoutingStrategy {
    /**
     * Decides.
     *
     * @param now the time of day, for what the board says of times
     * @param seed the only randomness it may use
     */
    Decision decide(Route route, Board board, LocalView local, Instant now, long seed);
}
