package spillway.http;

import java.io.IOException;
import java.util.Map;

/**
 * Where an answer goes. One thread uses it: {@link #start} once, then {@link #write} and {@link
 * #flush}, at the end perhaps {@link #fail}. Whoever made it ends the answer when the endpoint
 * returns.
 */
public interface ResponseSink {
    /**
     * Commits status and headers. Nothing need leave before the first {@link #flush}.
     *
     * @param headers names in lower case
     * @throws IllegalStateException when called twice
     */
    void start(int status, Map<String, String> headers) throws IOException;

    /** Adds bytes to the body. */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Sends what was written, at once. */
    void flush() throws IOException;

    /**
     * Marks the answer as failed after it has begun, for whoever counts invocations; the reader has
     * already been told in the body. The last call.
     *
     * @param reason letters only, such as {@code UpstreamFailed}
     */
    void fail(String reason) throws IOException;
}
