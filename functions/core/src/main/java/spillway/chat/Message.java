package spillway.chat;

import java.util.List;
import java.util.Objects;

/** One turn of a conversation. {@code toString} tells sizes only: no prompt reaches a log. */
public sealed interface Message {

    /** Instructions that stand above the conversation. */
    record Instructions(String text) implements Message {
        public Instructions {
            Objects.requireNonNull(text);
        }

        @Override
        public String toString() {
            return "Instructions[" + text.length() + " chars]";
        }
    }

    /** What the user said. */
    record User(String text) implements Message {
        public User {
            Objects.requireNonNull(text);
        }

        @Override
        public String toString() {
            return "User[" + text.length() + " chars]";
        }
    }

    /**
     * What the model said, with the tools it called; the text may be empty when there are calls.
     */
    record Assistant(String text, List<ToolCall> calls) implements Message {
        public Assistant {
            Objects.requireNonNull(text);
            calls = List.copyOf(calls);
        }

        @Override
        public String toString() {
            return "Assistant[" + text.length() + " chars, " + calls.size() + " calls]";
        }
    }

    /** What a tool answered to the call of that id. */
    record ToolResult(String callId, String text) implements Message {
        public ToolResult {
            Objects.requireNonNull(callId);
            Objects.requireNonNull(text);
        }

        @Override
        public String toString() {
            return "ToolResult[" + text.length() + " chars]";
        }
    }

    /**
     * A finished call of a tool.
     *
     * @param arguments the arguments as JSON text
     */
    record ToolCall(String id, String name, String arguments) {
        public ToolCall {
            Objects.requireNonNull(id);
            Objects.requireNonNull(name);
            Objects.requireNonNull(arguments);
        }

        @Override
        public String toString() {
            return "ToolCall[" + name + ", " + arguments.length() + " chars]";
        }
    }
}
