package spillway.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.chat.ChatRequest;
import spillway.routing.OnBreak;

/**
 * What a client asks for.
 *
 * @param onBreak what becomes of the answer if it breaks; null leaves it to the route
 */
public record Asked(ChatRequest request, @Nullable OnBreak onBreak) {
    public Asked {
        Objects.requireNonNull(request);
    }
}
