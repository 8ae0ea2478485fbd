package spillway.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import spillway.api.Api;
import spillway.audit.AuditLog;
import spillway.aws.config.Environment;
import spillway.aws.config.FirstCall;
import spillway.aws.config.GatewayConfigs;
import spillway.aws.config.Variable;
import spillway.aws.url.FunctionUrlHandler;
import spillway.config.GatewayConfig;
import spillway.gateway.Gateway;
import spillway.gateway.RoutingGateway;
import spillway.health.FleetHealth;
import spillway.health.FleetHealthSettings;
import spillway.health.HealthHistory;
import spillway.health.HealthListener;
import spillway.http.Endpoint;
import spillway.http.ResponseSink;
import spillway.provider.ChatProvider;
import spillway.provider.catalog.Providers;
import spillway.routing.RoutingStrategies;
import spillway.time.Ticker;

/**
 * Runs requests through a gateway of its own before a snapshot is taken, so that the snapshot holds
 * the classes and the compiled code of a request, down to the provider's wire. Nothing of it is
 * kept: what this process knows of its targets stays nothing.
 */
final class Primer implements AutoCloseable {
    private static final String BODY = "{\\\"prompt\\\": \\\"Hello.\\\"}";
    private static final int ROUNDS = 20;

    private final PrimerProvider provider = PrimerProvider.start();
    private final Providers clients = new Providers(Clock.systemUTC());
    private final Environment environment =
            Environment.of(Map.of(Variable.SPILLWAY_ROUTES.name(), routes(provider.url())));
    private final GatewayConfig config =
            GatewayConfigs.read(environment, RoutingStrategies.names());
    private final Randomness random = new Randomness();
    private final FleetHealth health =
            Fleet.health(
                    Fleet.store(environment, new FirstCall()),
                    config,
                    FleetHealthSettings.DEFAULT,
                    random,
                    new Instance(random),
                    HealthListener.NONE);

    private Primer() {}

    private static String routes(String url) {
        return """
        {"providers": {"a": {"kind": "openai", "base_url": "%1$s", "key": "PRIMER_KEY"},
                       "b": {"kind": "anthropic", "base_url": "%1$s", "key": "PRIMER_KEY"}},
         "routes": {"default": {"groups": [["a/primer", "b/primer"]]}}}
        """
                .formatted(url);
    }

    /** Takes some hundred milliseconds. */
    static void prime() {
        try (Primer primer = new Primer()) {
            primer.run();
        }
    }

    @Override
    public void close() {
        clients.close();
        provider.close();
    }

    private void run() {
        Gateway gateway = gateway();
        FunctionUrlHandler generate = handler(Api.generate(gateway, config, (_, _) -> {}));
        FunctionUrlHandler stream = handler(Api.stream(gateway, config, (_, _) -> {}));
        FunctionUrlHandler status =
                handler(
                        Api.providers(
                                health,
                                HealthHistory.absent("primer"),
                                config,
                                Clock.systemUTC(),
                                (_, _) -> {}));
        for (int i = 0; i < ROUNDS; i++) {
            serve(generate, event("POST", "/v1/stream/generate", "", BODY));
            serve(stream, event("GET", "/v1/stream/stream", "prompt=Hello.", ""));
            serve(status, event("GET", "/v1/stream/providers/status", "", ""));
        }
    }

    private Gateway gateway() {
        Map<String, ChatProvider> byId = new HashMap<>();
        config.providers().forEach((id, kind) -> byId.put(id, clients.of(kind, () -> "primer")));
        return new RoutingGateway(
                config,
                byId,
                Spillway.strategies(config),
                health,
                AuditLog.NONE,
                random,
                Clock.systemUTC(),
                Ticker.SYSTEM);
    }

    private static FunctionUrlHandler handler(Endpoint endpoint) {
        return new FunctionUrlHandler(endpoint, Ticker.SYSTEM);
    }

    private static byte[] event(String method, String path, String query, String body) {
        String event =
                "{\"version\":\"2.0\",\"rawPath\":\""
                        + path
                        + "\",\"rawQueryString\":\""
                        + query
                        + "\",\"headers\":{\"content-type\":\"application/json\"},"
                        + "\"requestContext\":{\"requestId\":\"primer\",\"http\":{\"method\":\""
                        + method
                        + "\"}},\"body\":\""
                        + body
                        + "\"}";
        return event.getBytes(StandardCharsets.UTF_8);
    }

    private static void serve(FunctionUrlHandler handler, byte[] event) {
        try {
            handler.serve(
                    new ByteArrayInputStream(event),
                    new Nowhere(),
                    "primer",
                    Duration.ofSeconds(10));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where answers to nobody go. */
    private static final class Nowhere implements ResponseSink {
        @Override
        public void start(int status, Map<String, String> headers) {
            if (status != 200) {
                throw new IllegalStateException("a primed request was answered with " + status);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {}

        @Override
        public void flush() {}

        @Override
        public void fail(String reason) {
            throw new IllegalStateException("a primed request failed: " + reason);
        }
    }
}
