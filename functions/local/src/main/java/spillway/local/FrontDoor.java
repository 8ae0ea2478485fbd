package spillway.local;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import spillway.local.http.Header;
import spillway.local.http.HttpHandler;
import spillway.local.http.HttpRequest;
import spillway.local.http.HttpResponse;

/**
 * Finds who answers a path, after seeing that it was this machine's user who asked: a page of
 * another site could otherwise spend the user's keys or break his providers.
 */
final class FrontDoor implements HttpHandler {
    private static final Set<String> OWN_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

    private final Routes routes;
    private final List<String> origins;

    /**
     * Who answers what.
     *
     * @param gatewayRoutes tells what can be asked for
     * @param local answers below {@code /local/}; null where there is nothing to break
     */
    record Routes(
            HttpHandler generate,
            HttpHandler stream,
            HttpHandler providerStatus,
            HttpHandler console,
            HttpHandler gatewayRoutes,
            @Nullable HttpHandler local) {}

    /**
     * @param origins of other sites whose pages may ask the gateway
     */
    FrontDoor(Routes routes, List<String> origins) {
        this.routes = routes;
        this.origins = List.copyOf(origins);
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws IOException {
        if (!isOwnName(request.header("host"))) {
            Problems.send(
                    response,
                    421,
                    "The host is another; this gateway is asked as 127.0.0.1 or localhost.");
        } else if (!isTrusted(request)) {
            Problems.send(
                    response,
                    403,
                    "The request comes from a page of another site; SPILLWAY_CORS_ORIGINS may name it.");
        } else {
            route(request, response);
        }
    }

    private void route(HttpRequest request, HttpResponse response) throws IOException {
        String path = request.path();
        if (path.equals("/v1/stream/generate")) {
            routes.generate.handle(request, response);
        } else if (path.equals("/v1/stream/stream")) {
            routes.stream.handle(request, response);
        } else if (path.startsWith("/v1/stream/providers/")) {
            routes.providerStatus.handle(request, response);
        } else if (path.equals("/")) {
            console(request, response);
        } else if (path.equals(RoutesDocument.PATH)) {
            routes.gatewayRoutes.handle(request, response);
        } else if (path.startsWith("/local/") && routes.local != null) {
            routes.local.handle(request, response);
        } else {
            Problems.send(
                    response,
                    404,
                    "There is nothing at this path; the gateway answers at /v1/stream/generate,"
                            + " /v1/stream/stream, /v1/stream/providers/status and"
                            + " /v1/stream/providers/health.");
        }
    }

    private void console(HttpRequest request, HttpResponse response) throws IOException {
        if (request.method().equals("GET") || request.method().equals("HEAD")) {
            routes.console.handle(request, response);
        } else {
            Problems.send(
                    response,
                    405,
                    "The console is read with GET.",
                    new Header("allow", "GET, HEAD"));
        }
    }

    /** A name that points here only today would give another site's pages our origin. */
    private static boolean isOwnName(@Nullable String host) {
        if (host == null) {
            // HTTP/1.0, which no browser speaks.
            return true;
        }
        int colon = host.lastIndexOf(':');
        boolean hasPort = colon > host.lastIndexOf(']');
        String name = hasPort ? host.substring(0, colon) : host;
        return OWN_NAMES.contains(name.toLowerCase(Locale.ROOT));
    }

    private boolean isTrusted(HttpRequest request) {
        @Nullable String origin = request.header("origin");
        if (origin != null) {
            return origin.equals("http://" + request.header("host"))
                    || (isGateway(request) && (origins.contains(origin) || origins.contains("*")));
        }
        // A browser leaves the origin out of plain GETs, such as an image's.
        @Nullable String site = request.header("sec-fetch-site");
        return site == null
                || site.equals("same-origin")
                || site.equals("none")
                || request.path().equals("/");
    }

    private static boolean isGateway(HttpRequest request) {
        return request.path().startsWith("/v1/");
    }
}
