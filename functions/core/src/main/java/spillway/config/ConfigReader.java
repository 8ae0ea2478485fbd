package spillway.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Timers;
import spillway.health.BreakerSettings;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.Mistakes;
import spillway.json.Words;
import spillway.provider.ProviderSettings;
import spillway.routing.Route;

/** Reads a routes file from its JSON. For one file. */
final class ConfigReader {
    private static final List<String> KNOWN =
            List.of("providers", "defaults", "targets", "routes", "default_route", "prices");
    private static final String DEFAULT_ROUTE = "default";

    private final Mistakes mistakes;
    private final Settings settings;
    private final TargetNames targetNames;
    private final ProvidersReader providersReader;
    private final RouteReader routeReader;
    private final PricesReader pricesReader;
    private final SequencedMap<String, ProviderSettings> providers = new LinkedHashMap<>();
    private final SequencedMap<String, Route> routes = new LinkedHashMap<>();
    private final Map<String, BreakerSettings> breakers = new HashMap<>();
    private BreakerSettings breaker = BreakerSettings.DEFAULT;

    ConfigReader(Mistakes mistakes, List<String> strategies, Vendors vendors) {
        this.mistakes = mistakes;
        providersReader = new ProvidersReader(mistakes, vendors);
        settings = new Settings(mistakes);
        targetNames = new TargetNames(mistakes);
        routeReader = new RouteReader(mistakes, settings, targetNames, strategies);
        pricesReader = new PricesReader(mistakes, targetNames);
    }

    /** The configuration, or null when it has mistakes, which are noted then. */
    @Nullable GatewayConfig read(Json document) {
        Fields fields = Fields.ofValue(document, mistakes, KNOWN);
        if (!(document instanceof Json.Obj)) {
            return null;
        }
        fields.require("providers");
        fields.require("routes");
        fields.ifObject("providers", this::readProviders);
        fields.ifObject("defaults", this::readDefaults);
        fields.ifObject("targets", this::readTargets);
        fields.ifObject("routes", this::readRoutes);
        fields.ifObject("targets", this::checkUsed);
        fields.ifObject("prices", pricesReader::read);
        String defaultRoute = defaultRoute(fields);
        return mistakes.isEmpty()
                ? new GatewayConfig(
                        providers,
                        routes,
                        defaultRoute,
                        breakersOfAll(),
                        pricesReader.table(providers.values()))
                : null;
    }

    private void readProviders(Json.Obj all) {
        all.members()
                .forEach(
                        (id, value) -> {
                            targetNames.addProvider(id);
                            providersReader
                                    .provider(id, place(all, id), value)
                                    .ifPresent(provider -> providers.put(id, provider));
                        });
        if (all.members().isEmpty()) {
            mistakes.add(all, "is empty; at least one provider is needed");
        }
    }

    private void readDefaults(Json.Obj object) {
        Fields fields =
                Fields.of(
                        object,
                        mistakes,
                        List.of(
                                "timers",
                                "breaker",
                                "strategy",
                                "failover_budget",
                                "hold",
                                "on_break",
                                "retry",
                                "retry_after",
                                "too_long",
                                "hedge"));
        routeReader.defaults(fields);
        breaker = settings.breaker(fields.get("breaker"), breaker);
    }

    private void readTargets(Json.Obj all) {
        all.members()
                .forEach(
                        (id, value) -> {
                            targetNames.parse(id, place(all, id));
                            Fields fields =
                                    Fields.ofValue(
                                            value,
                                            mistakes,
                                            List.of("timers", "breaker", "prefill"));
                            UnaryOperator<Timers> timers = settings.timers(fields.get("timers"));
                            routeReader.target(id, timers);
                            routeReader.prefill(id, fields.bool("prefill"));
                            breakers.put(id, settings.breaker(fields.get("breaker"), breaker));
                        });
    }

    private void readRoutes(Json.Obj all) {
        all.members()
                .forEach(
                        (name, value) ->
                                routeReader
                                        .route(name, place(all, name), value)
                                        .ifPresent(route -> routes.put(name, route)));
        if (all.members().isEmpty()) {
            mistakes.add(all, "is empty; at least one route is needed");
        }
    }

    /** Settings of a target that nothing uses are a slip of the hand, most likely in its name. */
    private void checkUsed(Json.Obj all) {
        var used = targetNames.used();
        for (String id : all.members().keySet()) {
            if (!used.contains(id)) {
                mistakes.add(
                        place(all, id), "is a target of no route" + Words.suggestion(id, used));
            }
        }
    }

    /** The one named; else the one called default; else the only one. */
    private String defaultRoute(Fields fields) {
        Json.Obj all = fields.get("routes") instanceof Json.Obj it ? it : null;
        if (all == null || all.members().isEmpty()) {
            return "";
        }
        var names = all.members().sequencedKeySet();
        String named = fields.text("default_route");
        if (named != null) {
            if (!names.contains(named)) {
                mistakes.add(
                        fields.place("default_route"),
                        "is "
                                + Words.quote(named)
                                + ", which is no route"
                                + Words.suggestion(named, names));
            }
            return named;
        }
        if (names.contains(DEFAULT_ROUTE)) {
            return DEFAULT_ROUTE;
        }
        if (names.size() > 1) {
            mistakes.add(
                    fields.missing("default_route"),
                    "is missing; with several routes, none called default, one of them must be named");
        }
        return names.getFirst();
    }

    private SequencedMap<String, BreakerSettings> breakersOfAll() {
        var all = new LinkedHashMap<String, BreakerSettings>();
        for (String id : targetNames.used()) {
            all.put(id, breakers.getOrDefault(id, breaker));
        }
        return all;
    }

    private static Json.Place place(Json.Obj object, String name) {
        return Objects.requireNonNull(object.names().get(name));
    }
}
