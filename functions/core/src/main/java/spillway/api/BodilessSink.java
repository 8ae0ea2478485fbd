package spillway.api;

import java.io.IOException;
import java.util.Map;
import spillway.http.ResponseSink;

/** Passes on status and headers alone, as HEAD is answered (RFC 9110, 9.3.2). */
final class BodilessSink implements ResponseSink {
    private final ResponseSink sink;

    BodilessSink(ResponseSink sink) {
        this.sink = sink;
    }

    @Override
    public void start(int status, Map<String, String> headers) throws IOException {
        sink.start(status, headers);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {}

    @Override
    public void flush() throws IOException {
        sink.flush();
    }

    @Override
    public void fail(String reason) throws IOException {
        sink.fail(reason);
    }
}
