package spillway.routing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Function;
import spillway.health.BreakerSettings;

/** The strategies by the names that a route gives. To add one, name it here. */
public final class RoutingStrategies {
    /** The name of the strategy of a route that names none. */
    public static final String DEFAULT = "p2c";

    private static final Map<String, Function<Map<String, BreakerSettings>, RoutingStrategy>> ALL =
            all();

    private final Map<String, RoutingStrategy> strategies = new LinkedHashMap<>();

    /**
     * @param breakers by target id, for the length of the ramp
     */
    public RoutingStrategies(Map<String, BreakerSettings> breakers) {
        ALL.forEach((name, make) -> strategies.put(name, make.apply(breakers)));
    }

    /** The strategy of that name. */
    public Optional<RoutingStrategy> named(String name) {
        return Optional.ofNullable(strategies.get(name));
    }

    /** All names there are, the default first. */
    public static SequencedSet<String> names() {
        return new java.util.LinkedHashSet<>(ALL.keySet());
    }

    private static Map<String, Function<Map<String, BreakerSettings>, RoutingStrategy>> all() {
        Map<String, Function<Map<String, BreakerSettings>, RoutingStrategy>> all =
                new LinkedHashMap<>();
        all.put(DEFAULT, PowerOfTwoChoices::new);
        all.put("weighted", Weighted::new);
        all.put("ordered", Ordered::new);
        return all;
    }
}
