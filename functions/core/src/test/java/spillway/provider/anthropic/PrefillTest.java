package spillway.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import spillway.provider.http.ProviderHttp;

class PrefillTest {
    @ParameterizedTest
    @CsvSource({
        "claude-2.1, true",
        "claude-instant-1.2, true",
        "claude-3-5-sonnet-20241022, true",
        "claude-3-7-sonnet-latest, true",
        "claude-opus-4-20250514, true",
        "claude-sonnet-4-0, true",
        "claude-opus-4-1-20250805, true",
        "claude-haiku-4-5, true",
        "claude-sonnet-4-5@20250929, true",
        "claude-opus-4-6, false",
        "claude-sonnet-4-6, false",
        "claude-opus-4-7, false",
        "claude-sonnet-5, false",
        "claude-haiku-5-5, false",
        "claude-fable-5-1, false",
        "claude-30, false",
        "llama-4, false",
    })
    void modelsBeforeFourSixTakeABeginning(String model, boolean takes) {
        try (var http = new ProviderHttp(Clock.systemUTC())) {
            var provider =
                    new AnthropicProvider(http, URI.create("http://127.0.0.1:1"), () -> "key");

            assertThat(provider.acceptsPrefill(model)).isEqualTo(takes);
        }
    }
}
