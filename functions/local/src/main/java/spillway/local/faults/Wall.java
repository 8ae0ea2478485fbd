package spillway.local.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import spillway.testkit.provider.Attempt;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.ScriptedProviderServer;
import spillway.testkit.provider.Wire;

/**
 * Providers of both wires that break by model, and one of each where nobody listens. Its providers
 * are named after it in a routes file.
 */
final class Wall implements AutoCloseable {
    private final String name;
    private final Map<Wire, ScriptedProviderServer> answering = new EnumMap<>(Wire.class);
    private final Map<Wire, ScriptedProviderServer> gone = new EnumMap<>(Wire.class);

    /**
     * @param pace from token to token, and before the first
     */
    Wall(String name, Duration pace) {
        this.name = name;
        for (Wire wire : Wire.values()) {
            ScriptedProviderServer well = ScriptedProviderServer.start(wire, 0);
            well.answer(Text.WHOLE, pace, pace);
            answering.put(wire, well);
            ScriptedProviderServer closed = ScriptedProviderServer.start(wire, 0);
            closed.breakWith(Fault.Dead.REFUSED);
            gone.put(wire, closed);
        }
    }

    /** Breaks the target as its leg says, and names it as a routes file does. */
    String stand(Leg leg) {
        Fault fault = leg.fault();
        if (fault != null && fault != Fault.Dead.REFUSED) {
            ScriptedProviderServer server = server(leg.wire());
            if (leg.time() != null) {
                server.breakFor(leg.model(), fault, leg.time());
            } else {
                server.breakNext(leg.model(), fault, leg.times());
            }
        }
        return target(leg);
    }

    /** What a routes file and an answer call the leg. */
    String target(Leg leg) {
        return provider(leg.wire(), leg.fault() == Fault.Dead.REFUSED) + "/" + leg.model();
    }

    /** Adds its providers to those of a routes file. */
    void describe(ObjectNode providers) {
        for (Wire wire : Wire.values()) {
            describe(providers.putObject(provider(wire, false)), wire, server(wire));
            describe(providers.putObject(provider(wire, true)), wire, closed(wire));
        }
    }

    private static void describe(ObjectNode provider, Wire wire, ScriptedProviderServer server) {
        provider.put("kind", kind(wire));
        provider.put("base_url", server.baseUrl().toString());
        provider.put("key", "SCRIPTED_API_KEY");
    }

    /** The requests for that leg, oldest first. One to where nobody listens leaves no trace. */
    List<Attempt> attempts(Leg leg) {
        return server(leg.wire()).attempts().stream()
                .filter(attempt -> attempt.model().equals(leg.model()))
                .toList();
    }

    /** Requests that are being answered. */
    int active() {
        return servers().mapToInt(ScriptedProviderServer::activeRequests).sum();
    }

    /** Connections that are open, idle ones included. */
    int open() {
        return servers().mapToInt(ScriptedProviderServer::openConnections).sum();
    }

    List<Integer> ports() {
        return servers().map(server -> server.baseUrl().getPort()).toList();
    }

    private Stream<ScriptedProviderServer> servers() {
        return answering.values().stream();
    }

    private String provider(Wire wire, boolean isGone) {
        return name + "-" + kind(wire) + (isGone ? "-gone" : "");
    }

    private ScriptedProviderServer server(Wire wire) {
        return java.util.Objects.requireNonNull(answering.get(wire));
    }

    private ScriptedProviderServer closed(Wire wire) {
        return java.util.Objects.requireNonNull(gone.get(wire));
    }

    static String kind(Wire wire) {
        return switch (wire) {
            case OPENAI -> "openai";
            case ANTHROPIC -> "anthropic";
        };
    }

    @Override
    public void close() {
        answering.values().forEach(ScriptedProviderServer::close);
        gone.values().forEach(ScriptedProviderServer::close);
    }
}
