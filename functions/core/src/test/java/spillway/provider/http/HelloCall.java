package spillway.provider.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.ToolChoice;
import spillway.provider.ChatStream;
import spillway.provider.openai.OpenAiProvider;

/** The plainest call of a provider, for tests of what carries it. */
final class HelloCall {
    private HelloCall() {}

    /** Not sent before the stream is read. */
    static ChatStream to(ProviderHttp http, URI url) {
        return new OpenAiProvider(http, url, () -> "a-key")
                .call(
                        new ChatRequest(
                                "model-1",
                                List.of(new Message.User("hello")),
                                null,
                                null,
                                null,
                                List.of(),
                                List.of(),
                                new ToolChoice.Auto()),
                        Duration.ofSeconds(5));
    }
}
