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
 * Draws two by weight and takes the one that is likely to answer sooner; the others follow in that
 * order, those that are alike drawn by weight.
 *
 * <p>What is compared is the peak EWMA of the time to first content times one more than the
 * attempts in flight. A target whose time is not known is taken to be as fast as the fastest known
 * of its group. Two are drawn with replacement, so that alike targets get their weights' shares
 * exactly and the slowest still gets the square of its own, enough to notice that it has become
 * faster.
 */
public final class PowerOfTwoChoices implements RoutingStrategy {
    private final Deciding deciding;

    /**
     * @param breakers by target id, for the length of the ramp
     */
    public PowerOfTwoChoices(Map<String, BreakerSettings> breakers) {
        this.deciding = new Deciding(breakers, PowerOfTwoChoices::order);
    }

    @Override
    public Decision decide(Route route, Board board, LocalView local, Instant now, long seed) {
        return deciding.decide(route, board, local, now, seed);
    }

    private static List<GroupOrder.Scored> order(
            List<Route.Member> ready, LocalView local, SplittableRandom random) {
        double fastest = fastestKnown(ready, local);
        List<GroupOrder.Scored> scored = new ArrayList<>();
        for (int i = 0; i < ready.size(); i++) {
            LocalView.Seen seen = local.of(ready.get(i).target().id());
            scored.add(scored(i, seen, fastest));
        }
        GroupOrder.Scored one = scored.get(draw(ready, random));
        GroupOrder.Scored other = scored.get(draw(ready, random));
        GroupOrder.Scored chosen = other.score() < one.score() ? other : one;
        List<GroupOrder.Scored> order = new ArrayList<>();
        // Drawn by weight, so that alike targets share by weight what falls back to them, too.
        Weighted.order(ready, local, random).forEach(drawn -> order.add(scored.get(drawn.index())));
        order.remove(chosen);
        order.sort(Comparator.comparingDouble(GroupOrder.Scored::score));
        order.addFirst(chosen);
        return order;
    }

    private static GroupOrder.Scored scored(int index, LocalView.Seen seen, double fastest) {
        boolean isKnown = seen.firstContentMillis() > 0;
        double millis = isKnown ? seen.firstContentMillis() : fastest;
        String time = isKnown ? Math.round(millis) + " ms" : "time unknown";
        return new GroupOrder.Scored(
                index,
                millis * (seen.inFlight() + 1),
                time + ", " + seen.inFlight() + " in flight");
    }

    private static double fastestKnown(List<Route.Member> ready, LocalView local) {
        double fastest = Double.POSITIVE_INFINITY;
        for (Route.Member member : ready) {
            double millis = local.of(member.target().id()).firstContentMillis();
            fastest = millis > 0 ? Math.min(fastest, millis) : fastest;
        }
        return fastest == Double.POSITIVE_INFINITY ? 1 : fastest;
    }

    private static int draw(List<Route.Member> ready, SplittableRandom random) {
        long weights = 0;
        for (Route.Member member : ready) {
            weights += member.weight();
        }
        long ticket = random.nextLong(weights);
        int index = 0;
        while (ticket >= ready.get(index).weight()) {
            ticket -= ready.get(index).weight();
            index++;
        }
        return index;
    }
}
