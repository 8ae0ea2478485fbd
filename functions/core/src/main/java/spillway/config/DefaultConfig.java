package spillway.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.health.BreakerSettings;
import spillway.provider.ProviderSettings;
import spillway.provider.ProviderSettings.Kind;
import spillway.routing.Route;

/**
 * What is sensible without a routes file: one route named {@code default} over the providers whose
 * keys are set, with a small model of each, so that either can take the other's place.
 */
public final class DefaultConfig {
    private static final String ROUTE = "default";
    private static final String NO_KEY =
            "No provider is configured: set OPENAI_API_KEY or ANTHROPIC_API_KEY, or both so that one"
                    + " can take the other's place (OPENAI_BASE_URL and ANTHROPIC_BASE_URL lead to"
                    + " other hosts); or write a routes file, in which a provider of kind"
                    + " \"scripted\" answers without a key.";

    private DefaultConfig() {}

    /**
     * Reads the names that the vendors' own SDKs read: {@code OPENAI_API_KEY}, {@code
     * OPENAI_BASE_URL}, {@code ANTHROPIC_API_KEY}, {@code ANTHROPIC_BASE_URL}; and {@code
     * SPILLWAY_OPENAI_MODEL}, {@code SPILLWAY_ANTHROPIC_MODEL}, {@code SPILLWAY_ALLOW_HTTP}.
     *
     * @param values like those of the environment; the keys themselves are not kept
     * @param strategy the name of the default strategy
     * @throws ConfigException when no key is set, or an address is none
     */
    public static GatewayConfig from(Map<String, String> values, String strategy)
            throws ConfigException {
        List<String> mistakes = new ArrayList<>();
        SequencedMap<String, ProviderSettings> providers = new LinkedHashMap<>();
        List<Route.Member> members = new ArrayList<>();
        SequencedMap<String, BreakerSettings> breakers = new LinkedHashMap<>();
        var vendors = new Vendors(values);
        for (Vendor vendor : Vendor.values()) {
            if (vendors.value(Vendors.keyName(vendor.kind)).isEmpty()) {
                continue;
            }
            Optional<String> mistake = vendors.mistake(vendor.kind);
            if (mistake.isPresent()) {
                mistakes.add(mistake.get());
                continue;
            }
            ProviderSettings provider = vendor.provider(vendors.baseUrl(vendor.kind));
            var target = new Target(provider.id(), vendor.model(vendors));
            providers.put(provider.id(), provider);
            members.add(new Route.Member(target, 1, Timers.DEFAULT));
            breakers.put(target.id(), BreakerSettings.DEFAULT);
        }
        if (members.isEmpty() && mistakes.isEmpty()) {
            mistakes.add(NO_KEY);
        }
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
        var route =
                new Route(
                        ROUTE,
                        List.of(new Route.Group(members)),
                        strategy,
                        Route.DEFAULT_FAILOVER_BUDGET);
        var routes = new LinkedHashMap<String, Route>();
        routes.put(ROUTE, route);
        return new GatewayConfig(
                providers, routes, ROUTE, breakers, ListPrices.with(providers.values(), Map.of()));
    }

    /** A vendor that the environment can name. */
    private enum Vendor {
        OPENAI(Kind.OPENAI, "gpt-6-luna"),
        ANTHROPIC(Kind.ANTHROPIC, "claude-haiku-5-5");

        private final Kind kind;
        private final String model;

        Vendor(Kind kind, String model) {
            this.kind = kind;
            this.model = model;
        }

        ProviderSettings provider(URI baseUrl) {
            String id = name().toLowerCase(Locale.ROOT);
            return new ProviderSettings(id, kind, baseUrl, Vendors.keyName(kind));
        }

        String model(Vendors vendors) {
            String own = vendors.value("SPILLWAY_" + name() + "_MODEL");
            return own.isEmpty() ? model : own;
        }
    }
}
