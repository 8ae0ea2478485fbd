package spillway.http;

import java.io.IOException;

/** Answers requests. Safe to use from many threads. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers one request, whole, before it returns.
     *
     * @throws IOException when the reader is gone
     */
    void handle(Request request, ResponseSink sink) throws IOException;
}
