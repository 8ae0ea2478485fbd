package spillway.provider.catalog;

import java.time.Clock;
import spillway.provider.ApiKey;
import spillway.provider.ChatProvider;
import spillway.provider.ProviderSettings;
import spillway.provider.anthropic.AnthropicProvider;
import spillway.provider.http.ProviderHttp;
import spillway.provider.openai.OpenAiProvider;
import spillway.provider.scripted.ScriptedProvider;

/**
 * Makes providers by their settings. All share one HTTP client, so one per process is enough. Safe
 * to use from many threads.
 */
public final class Providers implements AutoCloseable {
    private final ProviderHttp http;

    /**
     * A maker with a client of its own.
     *
     * @param clock tells how far off a time is that a provider names
     */
    public Providers(Clock clock) {
        this.http = new ProviderHttp(clock);
    }

    /**
     * The provider of those settings.
     *
     * @throws IllegalArgumentException when its base URL is not one of HTTP
     */
    public ChatProvider of(ProviderSettings settings, ApiKey key) {
        return switch (settings.kind()) {
            case OPENAI -> new OpenAiProvider(http, settings.baseUrl(), key);
            case ANTHROPIC -> new AnthropicProvider(http, settings.baseUrl(), key);
            case SCRIPTED -> new ScriptedProvider();
        };
    }

    /** Closes the connections that nobody uses: they would not outlive a snapshot. */
    public void closeIdle() {
        http.closeIdle();
    }

    /** Closes what no open stream uses. */
    @Override
    public void close() {
        http.close();
    }
}
