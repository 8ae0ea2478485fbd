package spillway.routing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import spillway.health.Board;
import spillway.health.BreakerSettings;
import spillway.health.LocalView;

/** Takes targets as they are written: the first that is ready. */
public final class Ordered implements RoutingStrategy {
    private final Deciding deciding;

    /**
     * @param breakers by target id, for the length of the ramp
     */
    public Ordered(Map<String, BreakerSettings> breakers) {
        this.deciding = new Deciding(breakers, Ordered::order);
    }

    @Override
    public Decision decide(Route route, Board board, LocalView local, Instant now, long seed) {
        return deciding.decide(route, board, local, now, seed);
    }

    private static List<GroupOrder.Scored> order(
            List<Route.Member> ready, LocalView local, SplittableRandom random) {
        List<GroupOrder.Scored> scored = new ArrayList<>();
        for (int i = 0; i < ready.size(); i++) {
            scored.add(new GroupOrder.Scored(i, i, "as written"));
        }
        return scored;
    }
}
