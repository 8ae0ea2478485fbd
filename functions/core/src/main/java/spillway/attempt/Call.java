package spillway.attempt;

import java.time.Duration;
import java.util.Objects;
import spillway.chat.ChatRequest;
import spillway.provider.ChatProvider;

/**
 * What an attempt is to do.
 *
 * @param number counts from 1 within a request
 * @param request its model is the target's
 * @param firstContent from the start to the first content, at least 1 ms: the timer of the target,
 *     or less where others wait for their turn
 */
public record Call(
        int number,
        Target target,
        ChatProvider provider,
        ChatRequest request,
        Timers timers,
        Duration firstContent) {
    public Call {
        Objects.requireNonNull(target);
        Objects.requireNonNull(provider);
        Objects.requireNonNull(request);
        Objects.requireNonNull(timers);
        if (firstContent.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "firstContent is " + firstContent + "; at least 1 ms is needed");
        }
    }
}
