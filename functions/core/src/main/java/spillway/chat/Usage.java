package spillway.chat;

/**
 * Tokens that an answer has used. All counts are at least 0.
 *
 * @param inputTokens all tokens of the prompt, those read from or written to a cache included
 * @param outputTokens all tokens generated, those of reasoning included
 * @param cacheReadTokens of the input, those read from the provider's cache
 * @param cacheWriteTokens of the input, those written to the provider's cache
 * @param reasoningTokens of the output, those spent on thinking
 * @param estimated true when the provider did not say and we counted ourselves
 */
public record Usage(
        long inputTokens,
        long outputTokens,
        long cacheReadTokens,
        long cacheWriteTokens,
        long reasoningTokens,
        boolean estimated) {

    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, false);

    public Usage {
        if (inputTokens < 0
                || outputTokens < 0
                || cacheReadTokens < 0
                || cacheWriteTokens < 0
                || reasoningTokens < 0) {
            throw new IllegalArgumentException(
                    "a count of tokens is negative: "
                            + inputTokens
                            + ", "
                            + outputTokens
                            + ", "
                            + cacheReadTokens
                            + ", "
                            + cacheWriteTokens
                            + ", "
                            + reasoningTokens);
        }
    }

    /** The sum of both; estimated if either is. */
    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens,
                cacheReadTokens + other.cacheReadTokens,
                cacheWriteTokens + other.cacheWriteTokens,
                reasoningTokens + other.reasoningTokens,
                estimated || other.estimated);
    }
}
