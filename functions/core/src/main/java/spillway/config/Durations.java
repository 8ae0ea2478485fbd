package spillway.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Spans of time as people write them: {@code 250ms}, {@code 3s}, {@code 1.5s}, {@code 2m}. */
final class Durations {
    private static final Duration MOST = Duration.ofHours(1);
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m)");

    private Durations() {}

    /** At least 1 ms and at most an hour; else empty. */
    static Optional<Duration> parse(String text) {
        var matcher = SPAN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        double number = Double.parseDouble(matcher.group(1));
        double millis =
                switch (matcher.group(2)) {
                    case "ms" -> number;
                    case "s" -> number * 1000;
                    default -> number * 60_000;
                };
        var span = Duration.ofMillis(Math.round(millis));
        return span.isZero() || span.compareTo(MOST) > 0 ? Optional.empty() : Optional.of(span);
    }
}
