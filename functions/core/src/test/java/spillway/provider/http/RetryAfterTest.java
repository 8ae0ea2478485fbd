package spillway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "retry-after-ms: 150|PT0.15S",
                "retry-after-ms: 150.5|PT0.1505S",
                "retry-after-ms: soon; retry-after: 3|PT3S",
                "retry-after-ms: 10; retry-after: 3|PT0.01S",
                "retry-after: 2|PT2S",
                "retry-after: 0|PT0S",
                "retry-after: 1.5|PT1.5S",
                "retry-after: 999999999999|PT24H",
                "retry-after: Sun, 22 Nov 2026 10:00:30 GMT|PT30S",
                "retry-after: Sun, 22 Nov 2026 09:00:00 GMT|PT0S",
                "retry-after: Thu, 31 Dec 2099 09:00:00 GMT|PT24H",
                "retry-after: -1|",
                "retry-after: tomorrow|",
                "retry-after: tomorrow; x-ratelimit-reset-requests: 120ms|PT0.12S",
                "x-ratelimit-reset-tokens: 50.529s|PT50.529S",
                "x-ratelimit-reset-tokens: 6m0s|PT6M",
                "x-ratelimit-reset-tokens: 1h2m3s4ms|PT1H2M3.004S",
                "x-ratelimit-reset-tokens: 5us|PT0.000005S",
                "x-ratelimit-reset-tokens: 5ns|PT0.000000005S",
                "x-ratelimit-reset-tokens: 5 parsecs|",
                "x-ratelimit-reset-tokens: 6m0s; x-ratelimit-reset-requests: 1s|PT1S",
                "x-ratelimit-reset-requests: 1s; x-ratelimit-reset-tokens: 6m0s|PT1S",
                "x-ratelimit-reset-tokens: 6m0s; x-ratelimit-remaining-tokens: 0;"
                        + " x-ratelimit-reset-requests: 1s; x-ratelimit-remaining-requests: 9|PT6M",
                "x-ratelimit-reset-tokens: 1s; x-ratelimit-remaining-tokens: 0;"
                        + " x-ratelimit-reset-requests: 6m; x-ratelimit-remaining-requests: 0|PT6M",
                "anthropic-ratelimit-input-tokens-reset: 2026-11-22T10:01:00Z|PT1M",
                "anthropic-ratelimit-requests-reset: 2026-11-22T12:01:00+02:00|PT1M",
                "anthropic-ratelimit-tokens-reset: 2026-11-22T09:01:00Z|PT0S",
                "x-other: 7|",
                "|"
            })
    void reads(String headers, Duration expected) {
        Map<String, String> byName = new HashMap<>();
        if (headers != null) {
            for (String header : headers.split("; ", -1)) {
                String[] parts = header.split(": ", 2);
                byName.put(parts[0], parts[1]);
            }
        }

        assertThat(RetryAfter.of(byName::get, NOW)).isEqualTo(expected);
    }

    @Test
    void isBoundedInBothDirections() {
        assertThat(RetryAfter.of(_ -> "+999999999-12-31T23:59:59Z", NOW))
                .isIn(null, Duration.ofDays(1));
    }
}
