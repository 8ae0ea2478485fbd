package spillway.provider.scripted;

import java.time.Duration;
import spillway.chat.ChatRequest;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;

/**
 * Answers in the process, word by word, so that a stack without keys still streams. The same
 * request gets the same answer; the prompt is never quoted.
 */
public final class ScriptedProvider implements ChatProvider {
    private static final Duration FIRST_TOKEN = Duration.ofMillis(50);
    private static final Duration NEXT_TOKEN = Duration.ofMillis(20);

    private final Duration firstToken;
    private final Duration nextToken;
    private final Pacing pacing;

    /** At the pace of a quick model. */
    public ScriptedProvider() {
        this(FIRST_TOKEN, NEXT_TOKEN, Pacing.REAL);
    }

    /**
     * At a pace of one's own.
     *
     * @param firstToken from the start to the first word
     * @param nextToken between two words
     */
    public ScriptedProvider(Duration firstToken, Duration nextToken, Pacing pacing) {
        this.firstToken = firstToken;
        this.nextToken = nextToken;
        this.pacing = pacing;
    }

    @Override
    public ChatStream call(ChatRequest request, Duration connectTimeout) {
        return new ScriptedStream(ScriptedAnswer.to(request), firstToken, nextToken, pacing);
    }
}
