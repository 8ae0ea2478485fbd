package spillway.routing;

import java.util.List;
import java.util.SplittableRandom;
import spillway.health.LocalView;

/** Orders the ready members of one group, the chosen first: all that strategies differ in. */
@FunctionalInterface
interface GroupOrder {
    List<Scored> order(List<Route.Member> ready, LocalView local, SplittableRandom random);

    /**
     * A member's place.
     *
     * @param index in the list that was ordered
     * @param score what it was ordered by; lower is better
     * @param why in words, from values only
     */
    record Scored(int index, double score, String why) {}
}
