package spillway.usage;

import org.jspecify.annotations.Nullable;
import spillway.chat.ChatRequest;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;

/**
 * Measures what one call costs while its events pass. What the provider says counts; what it does
 * not say is estimated. Safe to use from many threads.
 */
public final class UsageMeter {
    private final ChatRequest request;
    private @Nullable Usage reported;
    private boolean opened;
    private long outputBytes;

    public UsageMeter(ChatRequest request) {
        this.request = request;
    }

    /** An event has come from the provider. */
    public synchronized void add(StreamEvent event) {
        switch (event) {
            case StreamEvent.UsageReport(var usage) -> reported = usage;
            case StreamEvent.Content content -> outputBytes += Tokens.bytesOf(content);
            case StreamEvent.Opened _ -> opened = true;
            case StreamEvent.Alive _, StreamEvent.Finish _ -> {}
        }
    }

    /**
     * The cost of a call that has come to its end: the provider's last word on it, if it had one.
     */
    public synchronized Usage whole() {
        return reported == null ? estimate() : reported;
    }

    /**
     * The cost of a call that was broken off. A report from before the break (some providers begin
     * with one) knows the input but not all of the output. Without one it is estimated, from the
     * response headers on: whoever has sent them is at work, and bills the prompt. {@link
     * Usage#NONE} before them.
     */
    public synchronized Usage broken() {
        return reported == null && opened ? estimate() : refused();
    }

    /**
     * The cost of a call that its provider has broken off by an error, which it bills only as far
     * as it has answered. {@link Usage#NONE} when nothing has come that costs.
     */
    public synchronized Usage refused() {
        if (reported == null) {
            return outputBytes == 0 ? Usage.NONE : estimate();
        }
        long output = Tokens.of(outputBytes);
        return output <= reported.outputTokens()
                ? reported
                : new Usage(
                        reported.inputTokens(),
                        output,
                        reported.cacheReadTokens(),
                        reported.cacheWriteTokens(),
                        reported.reasoningTokens(),
                        true);
    }

    private Usage estimate() {
        return new Usage(Tokens.of(Tokens.bytesOf(request)), Tokens.of(outputBytes), 0, 0, 0, true);
    }
}
