package spillway.local.url;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import spillway.local.http.Header;
import spillway.local.http.HttpRequest;

/**
 * The CORS settings of a Function URL. Lambda answers the preflight itself and adds the headers to
 * every answer, so a function must not.
 *
 * @param origins allowed, or {@code *}; none means that CORS is not configured
 */
public record Cors(
        List<String> origins,
        List<String> methods,
        List<String> requestHeaders,
        List<String> exposedHeaders,
        Duration maxAge) {
    /** Not configured: nothing is added, and a preflight goes to the function. */
    public static final Cors NONE =
            new Cors(List.of(), List.of(), List.of(), List.of(), Duration.ZERO);

    public Cors {
        origins = List.copyOf(origins);
        methods = List.copyOf(methods);
        requestHeaders = List.copyOf(requestHeaders);
        exposedHeaders = List.copyOf(exposedHeaders);
    }

    /** Whether the request is a preflight, to be answered here. */
    boolean answers(HttpRequest request) {
        return !origins.isEmpty()
                && request.method().equals("OPTIONS")
                && request.header("origin") != null
                && request.header("access-control-request-method") != null;
    }

    /** What every answer to this request gets. */
    List<Header> headers(HttpRequest request) {
        @Nullable String allowed = allowedOrigin(request.header("origin"));
        if (allowed == null) {
            return List.of();
        }
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("access-control-allow-origin", allowed));
        headers.add(new Header("vary", "Origin"));
        if (!exposedHeaders.isEmpty()) {
            headers.add(
                    new Header("access-control-expose-headers", String.join(",", exposedHeaders)));
        }
        return headers;
    }

    /** What the answer to a preflight gets. */
    List<Header> preflightHeaders(HttpRequest request) {
        List<Header> headers = new ArrayList<>(headers(request));
        if (!headers.isEmpty()) {
            headers.add(new Header("access-control-allow-methods", String.join(",", methods)));
            headers.add(
                    new Header("access-control-allow-headers", String.join(",", requestHeaders)));
            headers.add(new Header("access-control-max-age", Long.toString(maxAge.toSeconds())));
        }
        return headers;
    }

    private @Nullable String allowedOrigin(@Nullable String origin) {
        if (origin == null) {
            return null;
        }
        if (origins.contains("*")) {
            return "*";
        }
        return origins.contains(origin) ? origin : null;
    }
}
