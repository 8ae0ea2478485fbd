package spillway.api;

import java.time.Clock;
import java.util.List;
import spillway.config.GatewayConfig;
import spillway.gateway.Gateway;
import spillway.health.HealthHistory;
import spillway.health.HealthReports;
import spillway.http.Endpoint;

/** The endpoints, as each function serves them. {@code openapi.yaml} describes them. */
public final class Api {
    static final String GENERATE = "/v1/stream/generate";
    static final String STREAM = "/v1/stream/stream";
    static final String STATUS = "/v1/stream/providers/status";
    static final String HEALTH = "/v1/stream/providers/health";

    private Api() {}

    /** {@code POST /v1/stream/generate}. */
    public static EndpointTable generate(
            Gateway gateway, GatewayConfig config, ErrorListener errors) {
        var endpoint = new AnswerEndpoint(gateway, new NativeDialect(config.defaultRoute()));
        return new EndpointTable(
                List.of(new EndpointTable.Entry("POST", GENERATE, endpoint)), errors);
    }

    /** {@code GET /v1/stream/stream}. */
    public static EndpointTable stream(
            Gateway gateway, GatewayConfig config, ErrorListener errors) {
        var endpoint = new StreamEndpoint(gateway, config.defaultRoute());
        return new EndpointTable(List.of(new EndpointTable.Entry("GET", STREAM, endpoint)), errors);
    }

    /** {@code GET /v1/stream/providers/status} and {@code …/health}. */
    public static EndpointTable providers(
            HealthReports reports,
            HealthHistory history,
            GatewayConfig config,
            Clock clock,
            ErrorListener errors) {
        var status = new ProviderStatusEndpoint(reports, config.targets(), clock);
        var health = new ProviderHealthEndpoint(reports, history, clock);
        return new EndpointTable(
                List.of(
                        new EndpointTable.Entry("GET", STATUS, status),
                        new EndpointTable.Entry("HEAD", STATUS, withoutBody(status)),
                        new EndpointTable.Entry("GET", HEALTH, health),
                        new EndpointTable.Entry("HEAD", HEALTH, withoutBody(health))),
                errors);
    }

    private static Endpoint withoutBody(Endpoint endpoint) {
        return (request, sink) -> endpoint.handle(request, new BodilessSink(sink));
    }
}
