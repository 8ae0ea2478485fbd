package spillway.testkit.lambda;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error as the platform keeps it.
 *
 * @param type such as {@code Function.UpstreamFailed}; what does not look like that has become
 *     {@code Function.Unknown} or {@code Runtime.Unknown}
 * @param body what the runtime sent about it, usually JSON; of a trailer, decoded
 */
public record RuntimeError(String type, String body) {
    // As the platform's code has it: a match anywhere in the value will do.
    private static final Pattern KNOWN = Pattern.compile("(Runtime|Function)\\.[A-Z][a-zA-Z]+");

    static RuntimeError reported(@Nullable String type, String body) {
        return new RuntimeError(normalised(type == null ? "" : type), body);
    }

    private static String normalised(String type) {
        if (KNOWN.matcher(type).find()) {
            return type;
        }
        return type.startsWith("Function.") ? "Function.Unknown" : "Runtime.Unknown";
    }
}
