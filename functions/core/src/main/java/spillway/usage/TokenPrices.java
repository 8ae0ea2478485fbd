package spillway.usage;

import org.jspecify.annotations.Nullable;
import spillway.chat.Usage;

/**
 * What one token of each sort costs, in pico-dollars: 1 USD per million tokens is 1,000,000.
 *
 * @param input a token of the prompt that no cache had to do with
 * @param cacheRead a token of the prompt that was read from the provider's cache
 * @param cacheWrite a token of the prompt that was written to it
 * @param output a token of the answer
 * @param reasoning a token of thinking
 */
public record TokenPrices(
        long input, long cacheRead, long cacheWrite, long output, long reasoning) {
    public TokenPrices {
        if (input < 0 || cacheRead < 0 || cacheWrite < 0 || output < 0 || reasoning < 0) {
            throw new IllegalArgumentException(
                    "a price is negative: "
                            + input
                            + ", "
                            + cacheRead
                            + ", "
                            + cacheWrite
                            + ", "
                            + output
                            + ", "
                            + reasoning);
        }
    }

    /**
     * What that use costs. Tokens of the cache are part of the input, those of reasoning part of
     * the output; a provider that reports a part larger than its whole is billed for the part.
     *
     * @return null when the counts are so large that they cannot be true
     */
    @Nullable Cost of(Usage usage) {
        try {
            long cached = Math.addExact(usage.cacheReadTokens(), usage.cacheWriteTokens());
            long plain = Math.max(0, usage.inputTokens() - cached);
            long answer = Math.max(0, usage.outputTokens() - usage.reasoningTokens());
            long sum = Math.multiplyExact(plain, input);
            sum = Math.addExact(sum, Math.multiplyExact(usage.cacheReadTokens(), cacheRead));
            sum = Math.addExact(sum, Math.multiplyExact(usage.cacheWriteTokens(), cacheWrite));
            sum = Math.addExact(sum, Math.multiplyExact(answer, output));
            sum = Math.addExact(sum, Math.multiplyExact(usage.reasoningTokens(), reasoning));
            return new Cost(sum, usage.estimated());
        } catch (ArithmeticException _) {
            return null;
        }
    }
}
