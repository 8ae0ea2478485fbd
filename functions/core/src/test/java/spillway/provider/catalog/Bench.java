package spillway.provider.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.Tool;
import spillway.chat.ToolChoice;
import spillway.provider.ApiKey;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.provider.ProviderSettings;
import spillway.testkit.provider.ScriptedProviderServer;
import spillway.testkit.provider.Wire;

/** A real provider of one kind before a real server of that wire. */
final class Bench implements AutoCloseable {
    static final String TEXT = "one two three four five six";
    private static final Duration CONNECT = Duration.ofSeconds(2);

    final ScriptedProviderServer server;
    final Providers providers = new Providers(Clock.systemUTC());
    final ChatProvider provider;
    final AtomicInteger keysRefused = new AtomicInteger();

    Bench(Wire wire) {
        server = ScriptedProviderServer.start(wire, 0);
        server.answer(TEXT, Duration.ZERO, Duration.ZERO);
        ProviderSettings.Kind kind =
                switch (wire) {
                    case OPENAI -> ProviderSettings.Kind.OPENAI;
                    case ANTHROPIC -> ProviderSettings.Kind.ANTHROPIC;
                };
        provider = providers.of(new ProviderSettings("p", kind, server.baseUrl(), "KEY"), key());
    }

    ChatStream call() {
        return provider.call(request(), CONNECT);
    }

    Heard hear() {
        try (ChatStream stream = call()) {
            return Heard.of(stream);
        }
    }

    static ChatRequest request() {
        return new ChatRequest(
                "model-1",
                List.of(new Message.Instructions("Be kind."), new Message.User("the prompt")),
                99,
                null,
                null,
                List.of(),
                List.of(new Tool("weather", "tells it", "{\"type\":\"object\"}")),
                new ToolChoice.Auto());
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting for: " + what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        providers.close();
        server.close();
    }

    private ApiKey key() {
        return new ApiKey() {
            @Override
            public String reveal() {
                return " sk-the-key\n";
            }

            @Override
            public void refused() {
                keysRefused.incrementAndGet();
            }
        };
    }
}
