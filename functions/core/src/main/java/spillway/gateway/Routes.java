package spillway.gateway;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import spillway.attempt.Target;
import spillway.config.GatewayConfig;
import spillway.routing.Route;

/**
 * What a caller can ask for, by name:
 *
 * <ul>
 *   <li>a route;
 *   <li>{@code provider/model}: that target alone, so nobody takes over when it fails;
 *   <li>a model: all targets of that model, as one group.
 * </ul>
 *
 * <p>No name is the default route, and so is {@code default} where nothing is called that. Where a
 * name means several, the first of this list counts. What a target or a model does not say of
 * itself (strategy, budget, tries, weight, timers) it has from the first route that holds it.
 */
final class Routes {
    private record Place(Route route, Route.Member member) {}

    private final Map<String, Route> byName = new HashMap<>();

    Routes(GatewayConfig config) {
        Route usual = Objects.requireNonNull(config.routes().get(config.defaultRoute()));
        List<Place> places = config.routes().values().stream().flatMap(Routes::places).toList();
        // What comes later wins.
        byName.put("", usual);
        byName.put("default", usual);
        addGroups(places, Target::model);
        addGroups(places, Target::id);
        byName.putAll(config.routes());
    }

    Optional<Route> find(String asked) {
        return Optional.ofNullable(byName.get(asked));
    }

    private void addGroups(List<Place> places, Function<Target, String> naming) {
        places.stream()
                .collect(Collectors.groupingBy(place -> naming.apply(place.member().target())))
                .forEach((name, sharing) -> byName.put(name, groupOf(name, sharing)));
    }

    private static Route groupOf(String name, List<Place> sharing) {
        Map<Target, Route.Member> members = new LinkedHashMap<>();
        for (Place place : sharing) {
            members.putIfAbsent(place.member().target(), place.member());
        }
        Route like = sharing.getFirst().route();
        return new Route(
                name,
                List.of(new Route.Group(List.copyOf(members.values()))),
                like.strategy(),
                like.failoverBudget(),
                like.tries(),
                like.contract());
    }

    private static Stream<Place> places(Route route) {
        return route.groups().stream()
                .flatMap(group -> group.members().stream())
                .map(member -> new Place(route, member));
    }
}
