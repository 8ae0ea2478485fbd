package spillway.api;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import spillway.http.ResponseSink;

/** Adds the headers that every answer has; an endpoint's own win. */
final class GuardedSink implements ResponseSink {
    private static final Map<String, String> HEADERS =
            Map.of(
                    "cache-control", "no-store",
                    "content-security-policy", "default-src 'none'; frame-ancestors 'none'",
                    "cross-origin-resource-policy", "same-origin",
                    "referrer-policy", "no-referrer",
                    "strict-transport-security", "max-age=63072000; includeSubDomains",
                    "x-content-type-options", "nosniff");

    private final ResponseSink sink;
    private final String requestId;
    private boolean started;

    GuardedSink(ResponseSink sink, String requestId) {
        this.sink = sink;
        this.requestId = requestId;
    }

    /** Whether the status is spent. */
    boolean isStarted() {
        return started;
    }

    @Override
    public void start(int status, Map<String, String> headers) throws IOException {
        started = true;
        var all = new LinkedHashMap<>(HEADERS);
        all.putAll(headers);
        all.put("x-request-id", requestId);
        sink.start(status, all);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        sink.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        sink.flush();
    }

    @Override
    public void fail(String reason) throws IOException {
        sink.fail(reason);
    }
}
