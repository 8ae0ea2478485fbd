package spillway.chat;

import java.util.Objects;

/** Whether the model calls a tool. */
public sealed interface ToolChoice {

    /** The model decides. */
    record Auto() implements ToolChoice {}

    /** No tool is called. */
    record None() implements ToolChoice {}

    /** Some tool is called. */
    record Required() implements ToolChoice {}

    /** The tool of that name is called. */
    record Named(String name) implements ToolChoice {
        public Named {
            Objects.requireNonNull(name);
        }
    }
}
