package spillway.aws;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import spillway.aws.config.ConfigurationException;
import spillway.aws.config.Environment;
import spillway.aws.config.GatewayConfigs;
import spillway.config.GatewayConfig;
import spillway.json.JsonBytes;
import spillway.routing.Route;
import spillway.routing.RoutingStrategies;

/**
 * Says what the environment asks of the gateway, without starting any of it: to see in a moment
 * whether a routes file is right. Takes the place of a function's main class in its package.
 */
public final class Check {
    /** The exit status when the environment asks for what cannot be. */
    static final int MISTAKEN = 2;

    private Check() {}

    /**
     * Writes a JSON object in one line to standard output; or every mistake, a line each, to
     * standard error and ends with status 2.
     */
    public static void main(String[] args) {
        System.exit(run(Environment.ofProcess(), System.out, System.err));
    }

    static int run(Environment environment, PrintStream out, PrintStream err) {
        try {
            GatewayConfig config = GatewayConfigs.read(environment, RoutingStrategies.names());
            Fleet.settings(environment);
            out.println(describe(environment, config));
            return 0;
        } catch (ConfigurationException e) {
            err.println(e.mistakes());
            return MISTAKEN;
        }
    }

    private static String describe(Environment environment, GatewayConfig config) {
        var json = new JsonBytes();
        json.beginObject().field("default_route", config.defaultRoute());
        json.name("routes").beginArray();
        config.routes().forEach((name, route) -> route(name, route, json));
        json.endArray().name("missing_keys").beginArray();
        for (Map.Entry<String, String> missing : MissingKeys.of(environment, config).entrySet()) {
            json.beginObject()
                    .field("provider", missing.getKey())
                    .field("key", missing.getValue())
                    .endObject();
        }
        json.endArray().endObject();
        return new String(json.buffer(), 0, json.length(), StandardCharsets.UTF_8);
    }

    private static void route(String name, Route route, JsonBytes json) {
        json.beginObject().field("name", name).field("strategy", route.strategy());
        json.name("targets").beginArray();
        for (Route.Group group : route.groups()) {
            group.members().forEach(member -> json.value(member.target().id()));
        }
        json.endArray().endObject();
    }
}
