package spillway.local;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.ScriptedProviderServer;
import spillway.testkit.provider.Wire;

/** Stand-ins for the real providers, that can be broken. Safe to use from many threads. */
public final class ScriptedProviders implements AutoCloseable {
    private static final Duration ACCOUNT_RETRY = Duration.ofSeconds(2);

    private final SequencedMap<String, ScriptedProviderServer> servers = new LinkedHashMap<>();
    private final Map<String, String> broken = new TreeMap<>();

    ScriptedProviders() {
        servers.put("openai", ScriptedProviderServer.start(Wire.OPENAI, 0));
        servers.put("anthropic", ScriptedProviderServer.start(Wire.ANTHROPIC, 0));
    }

    /** What tells the functions to use them. */
    Map<String, String> variables() {
        return Map.of(
                "OPENAI_BASE_URL",
                server("openai").baseUrl().toString(),
                "OPENAI_API_KEY",
                "scripted",
                "ANTHROPIC_BASE_URL",
                server("anthropic").baseUrl().toString(),
                "ANTHROPIC_API_KEY",
                "scripted",
                // One that has refused the account is asked again soon after it was healed.
                "SPILLWAY_ACCOUNT_RETRY_MS",
                Long.toString(ACCOUNT_RETRY.toMillis()));
    }

    /** The server that stands in for that provider. */
    public ScriptedProviderServer server(String name) {
        ScriptedProviderServer server = servers.get(name);
        if (server == null) {
            throw new IllegalArgumentException(
                    "no scripted provider " + name + "; there are " + servers.keySet());
        }
        return server;
    }

    /** Their names, and for each the name of its fault if it is broken. */
    synchronized SequencedMap<String, Optional<String>> state() {
        SequencedMap<String, Optional<String>> state = new LinkedHashMap<>();
        servers.keySet().forEach(name -> state.put(name, Optional.ofNullable(broken.get(name))));
        return state;
    }

    boolean knows(String name) {
        return servers.containsKey(name);
    }

    /** Breaks one; false when there is no such fault. */
    synchronized boolean breakWith(String name, String faultName) {
        Fault fault = Fault.catalogue().get(faultName);
        if (fault == null) {
            return false;
        }
        server(name).breakWith(fault);
        broken.put(name, faultName);
        return true;
    }

    /** Makes one well again. */
    public synchronized void heal(String name) {
        server(name).heal();
        broken.remove(name);
    }

    @Override
    public void close() {
        servers.values().forEach(ScriptedProviderServer::close);
    }
}
