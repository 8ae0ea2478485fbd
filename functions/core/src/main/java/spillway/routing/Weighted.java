package spillway.routing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import spillway.health.Board;
import spillway.health.BreakerSettings;
import spillway.health.LocalView;

/**
 * Draws by weight alone; the others follow, drawn by weight from those that are left.
 *
 * <p>Each gets an exponential waiting time with its weight as rate; the order of these is that of
 * drawing without replacement.
 */
public final class Weighted implements RoutingStrategy {
    private final Deciding deciding;

    /**
     * @param breakers by target id, for the length of the ramp
     */
    public Weighted(Map<String, BreakerSettings> breakers) {
        this.deciding = new Deciding(breakers, Weighted::order);
    }

    @Override
    public Decision decide(Route route, Board board, LocalView local, Instant now, long seed) {
        return deciding.decide(route, board, local, now, seed);
    }

    static List<GroupOrder.Scored> order(
            List<Route.Member> ready, LocalView local, SplittableRandom random) {
        List<GroupOrder.Scored> scored = new ArrayList<>();
        for (int i = 0; i < ready.size(); i++) {
            int weight = ready.get(i).weight();
            double wait = -Math.log(1 - random.nextDouble()) / weight;
            scored.add(new GroupOrder.Scored(i, wait, "weight " + weight));
        }
        scored.sort(Comparator.comparingDouble(GroupOrder.Scored::score));
        return scored;
    }
}
