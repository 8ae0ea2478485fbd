package spillway.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import spillway.http.ResponseSink;

/** Keeps what it is told, flush by flush, and can lose its reader. */
final class RecordingSink implements ResponseSink {
    int status;
    Map<String, String> headers = Map.of();
    final List<String> flushes = new ArrayList<>();
    @Nullable String failure;
    int flushesUntilReaderLeaves = Integer.MAX_VALUE;

    private final ByteArrayOutputStream unflushed = new ByteArrayOutputStream();

    @Override
    public void start(int newStatus, Map<String, String> newHeaders) {
        if (status != 0) {
            throw new IllegalStateException("started twice");
        }
        status = newStatus;
        headers = Map.copyOf(newHeaders);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        if (status == 0) {
            throw new IllegalStateException("written before the start");
        }
        unflushed.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        if (flushes.size() >= flushesUntilReaderLeaves) {
            throw new IOException("the reader is gone");
        }
        flushes.add(unflushed.toString(StandardCharsets.UTF_8));
        unflushed.reset();
    }

    @Override
    public void fail(String reason) {
        if (failure != null) {
            throw new IllegalStateException("failed twice");
        }
        failure = reason;
    }

    /** Everything that reached the reader. */
    String body() {
        return String.join("", flushes);
    }
}
