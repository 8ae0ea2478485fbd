package spillway.aws.url;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import spillway.http.ResponseSink;
import spillway.runtime.ResponseStream;

/** An answer on its way out of Lambda. */
final class LambdaSink implements ResponseSink {
    private final ResponseStream stream;
    private boolean started;

    LambdaSink(ResponseStream stream) {
        this.stream = stream;
    }

    /** Whether the status is spent. */
    boolean isStarted() {
        return started;
    }

    @Override
    public void start(int status, Map<String, String> headers) throws IOException {
        if (started) {
            throw new IllegalStateException("the answer has been started before");
        }
        started = true;
        stream.httpPrelude(status, headers, List.of());
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        stream.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        stream.flush();
    }

    @Override
    public void fail(String reason) throws IOException {
        stream.fail(reason, "the reader has been told in the body");
    }
}
