package spillway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.chat.FinishReason;
import spillway.health.SmallestChat;
import spillway.provider.ProviderSettings;
import spillway.provider.catalog.Providers;
import spillway.time.Ticker;

class PrimerProviderTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "ANTHROPIC"})
    void answersInBothDialects(ProviderSettings.Kind kind) {
        AtomicInteger contents = new AtomicInteger();
        try (var server = PrimerProvider.start();
                var clients = new Providers(Clock.systemUTC())) {
            var settings = new ProviderSettings("p", kind, URI.create(server.url()), "PRIMER_KEY");
            var chat =
                    new SmallestChat(
                            Map.of("p", clients.of(settings, () -> "primer")),
                            new Timers(LONG, LONG, LONG, LONG, LONG),
                            Ticker.SYSTEM);

            assertThat(chat.call(new Target("p", "m"), _ -> contents.incrementAndGet()))
                    .isEqualTo(new AttemptOutcome.Answered(FinishReason.STOP));
            assertThat(contents).hasValue(1);
        }
    }
}
