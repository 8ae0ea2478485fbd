package spillway.chat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A function that the model may call.
 *
 * @param parameters a JSON Schema object, as JSON text
 */
public record Tool(String name, @Nullable String description, String parameters) {
    public Tool {
        Objects.requireNonNull(name);
        Objects.requireNonNull(parameters);
    }
}
