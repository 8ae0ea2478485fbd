package spillway.provider;

import spillway.chat.ProviderException;
import spillway.chat.StreamEvent;

/**
 * A provider's answer, pulled.
 *
 * <p>One thread calls {@link #next}; any thread may {@link #close}. It ends by {@link
 * StreamEvent.Finish} or by an exception, never by silence, and is not read after either.
 */
public interface ChatStream extends AutoCloseable {
    /**
     * The next event; blocks until there is one. The first call sends the request and returns
     * {@link StreamEvent.Opened} when the response headers are here.
     *
     * @throws ProviderException when the answer cannot go on; also when the stream was closed
     *     meanwhile
     */
    StreamEvent next() throws ProviderException;

    /**
     * Ends the call and its connection, wherever it is, and wakes a blocked {@link #next}.
     * Idempotent; never blocks.
     */
    @Override
    void close();
}
