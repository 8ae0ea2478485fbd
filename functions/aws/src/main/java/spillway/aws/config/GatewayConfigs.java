package spillway.aws.config;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import spillway.config.ConfigException;
import spillway.config.DefaultConfig;
import spillway.config.GatewayConfig;
import spillway.config.RoutesFile;

/** What the environment says of routes and providers. */
public final class GatewayConfigs {
    /** The keys that a secret is presumed to hold: it is not read before it must be. */
    private static final List<Variable> KEYS =
            List.of(Variable.OPENAI_API_KEY, Variable.ANTHROPIC_API_KEY);

    private GatewayConfigs() {}

    /**
     * Reads it: the routes file, or else a route over the providers whose keys are set. With a
     * secret all keys count as set; one that turns out to be missing fails the attempts to its
     * provider alone.
     *
     * @param strategies the names of the routing strategies there are, the default first
     * @throws ConfigurationException with every mistake
     */
    public static GatewayConfig read(
            Environment environment, SequencedCollection<String> strategies) {
        try {
            Optional<Environment.Routes> routes = environment.routes();
            if (routes.isPresent()) {
                return RoutesFile.read(
                        routes.get().source(),
                        routes.get().json().getBytes(StandardCharsets.UTF_8),
                        strategies,
                        presumed(environment));
            }
            return DefaultConfig.from(presumed(environment), strategies.getFirst());
        } catch (ConfigException e) {
            throw new ConfigurationException(String.join("\n", e.mistakes()));
        }
    }

    /** The variables that are documented, and none else. */
    private static Map<String, String> presumed(Environment environment) {
        Map<String, String> values = new HashMap<>();
        if (environment.get(Variable.SPILLWAY_KEYS_SECRET).isPresent()) {
            KEYS.forEach(key -> values.put(key.name(), "in the secret"));
        }
        for (Variable variable : Variable.values()) {
            environment.get(variable).ifPresent(value -> values.put(variable.name(), value));
        }
        return values;
    }
}
