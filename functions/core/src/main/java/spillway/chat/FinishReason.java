package spillway.chat;

/** Why a complete answer ended. */
public enum FinishReason {
    /** The model had said all, or met a stop text. */
    STOP("stop"),
    /** The limit of tokens, or of the model's window, was reached. */
    LENGTH("length"),
    /** The model waits for the results of the tools it called. */
    TOOL_CALLS("tool_calls"),
    /** The model or a filter of its provider would not answer. */
    REFUSAL("refusal");

    private final String wireName;

    FinishReason(String wireName) {
        this.wireName = wireName;
    }

    /** The name on our own wire. */
    public String wireName() {
        return wireName;
    }
}
