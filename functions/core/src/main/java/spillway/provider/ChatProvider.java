package spillway.provider;

import java.time.Duration;
import spillway.chat.ChatRequest;

/**
 * One vendor's chat API.
 *
 * <p>Implementations translate and nothing else: they do not retry, log or count. They are
 * immutable and safe to call from many threads.
 */
@FunctionalInterface
public interface ChatProvider {
    /**
     * Prepares a call; nothing is sent until the first {@link ChatStream#next}. The caller closes
     * the stream.
     *
     * @param request its model is the name that this provider knows
     * @param connectTimeout the longest wait for a connection, at least 1 ms
     */
    ChatStream call(ChatRequest request, Duration connectTimeout);

    /**
     * Whether that model goes on from exactly where the last message ends, if that is the
     * assistant's and does not end in white space. Whoever does not know says no.
     *
     * @param model the name that this provider knows
     */
    default boolean acceptsPrefill(String model) {
        return false;
    }
}
