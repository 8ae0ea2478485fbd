package spillway.chat;

import java.util.Objects;

/**
 * One step of a model's answer, in the order the provider produced it.
 *
 * <p>A stream is: one {@link Opened}, then any mix of {@link Alive}, {@link UsageReport} and {@link
 * Content}, then one {@link Finish}. A stream without {@link Finish} was cut off and ends by a
 * {@link ProviderException}.
 */
public sealed interface StreamEvent {

    /**
     * What the reader of the answer gets to see. The first of these commits the answer to its
     * target.
     */
    sealed interface Content extends StreamEvent {}

    /**
     * The provider has accepted the request: its response headers are here. Always the first event.
     */
    record Opened() implements StreamEvent {}

    /** The provider is alive but has said nothing: a ping, a comment, a role, an empty delta. */
    record Alive() implements StreamEvent {}

    /** Text to append to the answer; never empty. */
    record TextDelta(String text) implements Content {
        public TextDelta {
            requireNotEmpty(text, "text");
        }

        @Override
        public String toString() {
            return "TextDelta[" + text.length() + " chars]";
        }
    }

    /** Text to append to what the model shows of its thinking; never empty. */
    record ReasoningDelta(String text) implements Content {
        public ReasoningDelta {
            requireNotEmpty(text, "text");
        }

        @Override
        public String toString() {
            return "ReasoningDelta[" + text.length() + " chars]";
        }
    }

    /** Text to append to the reason why the model will not answer; never empty. */
    record RefusalDelta(String text) implements Content {
        public RefusalDelta {
            requireNotEmpty(text, "text");
        }

        @Override
        public String toString() {
            return "RefusalDelta[" + text.length() + " chars]";
        }
    }

    /** The model begins to call a tool. Indexes count from 0 without gaps. */
    record ToolCallStarted(int index, String id, String name) implements Content {
        public ToolCallStarted {
            Objects.requireNonNull(id);
            Objects.requireNonNull(name);
        }
    }

    /** JSON text to append to the arguments of the call of that index; never empty. */
    record ToolCallDelta(int index, String arguments) implements Content {
        public ToolCallDelta {
            requireNotEmpty(arguments, "arguments");
        }

        @Override
        public String toString() {
            return "ToolCallDelta[" + index + ", " + arguments.length() + " chars]";
        }
    }

    /**
     * The arguments of the call of that index are whole. A call without this was cut off and must
     * not be run.
     */
    record ToolCallEnded(int index) implements Content {}

    /** What the answer has cost so far. Each report replaces the one before. */
    record UsageReport(Usage usage) implements StreamEvent {
        public UsageReport {
            Objects.requireNonNull(usage);
        }
    }

    /** The answer is complete. Nothing follows, and an answer without it was cut off. */
    record Finish(FinishReason reason) implements StreamEvent {
        public Finish {
            Objects.requireNonNull(reason);
        }
    }

    private static void requireNotEmpty(String value, String name) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " is empty; an empty delta is no content");
        }
    }
}
