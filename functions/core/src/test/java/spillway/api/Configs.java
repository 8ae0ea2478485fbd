package spillway.api;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import spillway.attempt.Timers;
import spillway.config.GatewayConfig;
import spillway.health.BreakerSettings;
import spillway.provider.ProviderSettings;
import spillway.routing.Route;

/** Configurations for tests. */
final class Configs {
    private Configs() {}

    /** One route over both providers. */
    static GatewayConfig simple() {
        var openai =
                new ProviderSettings(
                        "openai",
                        ProviderSettings.Kind.OPENAI,
                        URI.create("https://api.openai.com/v1"),
                        "OPENAI_API_KEY");
        var route =
                new Route(
                        "default",
                        List.of(
                                new Route.Group(
                                        List.of(
                                                new Route.Member(Samples.OPENAI, 1, Timers.DEFAULT),
                                                new Route.Member(
                                                        Samples.ANTHROPIC, 1, Timers.DEFAULT)))),
                        "p2c",
                        Route.DEFAULT_FAILOVER_BUDGET);
        return new GatewayConfig(
                new LinkedHashMap<>(Map.of("openai", openai)),
                new LinkedHashMap<>(Map.of("default", route)),
                "default",
                new LinkedHashMap<>(Map.of(Samples.OPENAI.id(), BreakerSettings.DEFAULT)));
    }
}
