package spillway.local.http;

import java.io.IOException;

/**
 * Answers requests. Safe to use from many threads; each call runs on a virtual thread of its own.
 */
@FunctionalInterface
public interface HttpHandler {
    /**
     * Answers one request, whole, before it returns. An answer that has begun but not ended, or an
     * exception, closes the connection.
     *
     * @throws IOException when the client is gone
     */
    void handle(HttpRequest request, HttpResponse response) throws IOException;
}
