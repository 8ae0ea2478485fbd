package spillway.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import spillway.local.http.Header;
import spillway.local.http.HttpHandler;
import spillway.local.http.HttpRequest;
import spillway.local.http.HttpResponse;

/** Tells at {@code GET /local/routes} what can be asked for. */
final class RoutesDocument implements HttpHandler {
    static final String PATH = "/local/routes";

    private static final List<Header> HEADERS =
            List.of(
                    new Header("content-type", "application/json"),
                    new Header("cache-control", "no-store"));

    private final Source source;

    /** Where the configuration comes from; may take its time. */
    @FunctionalInterface
    interface Source {
        Configuration configuration() throws IOException;
    }

    RoutesDocument(Source source) {
        this.source = source;
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws IOException {
        if (!request.method().equals("GET")) {
            Problems.send(
                    response, 405, "The routes are read with GET.", new Header("allow", "GET"));
            return;
        }
        byte[] body = source.configuration().json().getBytes(StandardCharsets.UTF_8);
        response.send(200, HEADERS, body);
    }
}
