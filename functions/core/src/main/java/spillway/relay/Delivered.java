package spillway.relay;

import spillway.chat.StreamEvent;

/** What the reader has of an answer. For the one thread that pulls it. */
final class Delivered {
    /** The longest text that is kept, in characters; an answer is some thousands. */
    static final int MOST_KEPT = 1024 * 1024;

    private final boolean isPlain;
    private final boolean isKept;
    private final StringBuilder text = new StringBuilder();
    private long at;
    private boolean inThought;
    private boolean isMoreThanText;

    /**
     * @param isPlain whether the text stands for itself, and is no document with a form
     * @param isKept whether {@link #text} will be asked for
     */
    Delivered(boolean isPlain, boolean isKept) {
        this.isPlain = isPlain;
        this.isKept = isKept;
    }

    void add(StreamEvent.Content content) {
        inThought = content instanceof StreamEvent.ReasoningDelta;
        switch (content) {
            case StreamEvent.TextDelta(var more) -> {
                at += more.length();
                if (isKept && at <= MOST_KEPT) {
                    text.append(more);
                }
            }
            case StreamEvent.ReasoningDelta _ -> {}
            case StreamEvent.RefusalDelta _,
                    StreamEvent.ToolCallStarted _,
                    StreamEvent.ToolCallDelta _,
                    StreamEvent.ToolCallEnded _ ->
                    isMoreThanText = true;
        }
    }

    /** The reader has thrown all away. */
    void clear() {
        text.setLength(0);
        at = 0;
        inThought = false;
        isMoreThanText = false;
    }

    /** How many characters of text. */
    long at() {
        return at;
    }

    /** Whether it is text that can be gone on from. */
    boolean isResumable() {
        return isPlain && at > 0 && !inThought && !isMoreThanText;
    }

    /** Whether there is more text than is kept. */
    boolean isTooLong() {
        return at > MOST_KEPT;
    }

    /** The text, if it is kept and not too long. */
    String text() {
        return text.toString();
    }
}
