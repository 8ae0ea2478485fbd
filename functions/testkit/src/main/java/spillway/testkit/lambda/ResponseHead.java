package spillway.testkit.lambda;

import org.jspecify.annotations.Nullable;

/**
 * How a response begins.
 *
 * @param contentType null when the runtime named none
 * @param streaming whether the mode header said so; its absence is allowed, and then this is false
 */
public record ResponseHead(@Nullable String contentType, boolean streaming) {}
