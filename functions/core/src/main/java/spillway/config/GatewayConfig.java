package spillway.config;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import spillway.attempt.Target;
import spillway.health.BreakerSettings;
import spillway.provider.ProviderSettings;
import spillway.routing.Route;
import spillway.usage.PriceTable;

/**
 * What the gateway is told to do: what a routes file says, or what is sensible without one.
 *
 * @param providers by id
 * @param routes by name
 * @param defaultRoute the route of a request that names none
 * @param breakers by target id, for every target of every route
 * @param prices of the models, where they are known
 */
public record GatewayConfig(
        SequencedMap<String, ProviderSettings> providers,
        SequencedMap<String, Route> routes,
        String defaultRoute,
        SequencedMap<String, BreakerSettings> breakers,
        PriceTable prices) {
    public GatewayConfig {
        providers = copy(providers);
        routes = copy(routes);
        breakers = copy(breakers);
        Objects.requireNonNull(defaultRoute);
        Objects.requireNonNull(prices);
        if (!routes.containsKey(defaultRoute)) {
            throw new IllegalArgumentException(
                    "the default route is "
                            + defaultRoute
                            + ", but the routes are "
                            + String.join(", ", routes.keySet()));
        }
    }

    /** A gateway that knows no prices. */
    public GatewayConfig(
            SequencedMap<String, ProviderSettings> providers,
            SequencedMap<String, Route> routes,
            String defaultRoute,
            SequencedMap<String, BreakerSettings> breakers) {
        this(providers, routes, defaultRoute, breakers, PriceTable.NONE);
    }

    /** Every target of every route, each once, in the order of the file. */
    public SequencedSet<Target> targets() {
        var targets = new LinkedHashSet<Target>();
        for (Route route : routes.values()) {
            for (Route.Group group : route.groups()) {
                group.members().forEach(member -> targets.add(member.target()));
            }
        }
        return targets;
    }

    private static <V> SequencedMap<String, V> copy(Map<String, V> map) {
        return java.util.Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
    }
}
