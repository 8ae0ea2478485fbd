package spillway.provider.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long a provider asks us to wait, from whichever header it says it in: {@code retry-after-ms},
 * {@code retry-after} in seconds or as an HTTP date, OpenAI's {@code x-ratelimit-reset-*} as Go
 * durations, Anthropic's {@code anthropic-ratelimit-*-reset} as RFC 3339 times.
 */
final class RetryAfter {
    /** A header must not put a provider away for good. */
    private static final Duration MOST = Duration.ofDays(1);

    private static final Pattern NUMBER = Pattern.compile("\\d{1,12}(\\.\\d{1,9})?");
    private static final Pattern GO_PART =
            Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|us|µs|ns|h|m|s)");
    private static final Pattern GO_DURATION = Pattern.compile("(" + GO_PART.pattern() + "){1,8}");

    private static final List<Limit> LIMITS =
            List.of(
                    new Limit("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
                    new Limit("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
                    anthropic("requests"),
                    anthropic("tokens"),
                    anthropic("input-tokens"),
                    anthropic("output-tokens"));

    private RetryAfter() {}

    /** A limit by its two headers. */
    private record Limit(String remaining, String reset) {}

    /**
     * The wait that the headers ask for; null when they do not say.
     *
     * @param headers a header by its name in lower case
     */
    static @Nullable Duration of(Function<String, @Nullable String> headers, Instant now) {
        Duration wait = millis(headers.apply("retry-after-ms"));
        if (wait == null) {
            wait = secondsOrDate(headers.apply("retry-after"), now);
        }
        if (wait == null) {
            wait = reset(headers, now);
        }
        return wait == null ? null : bounded(wait);
    }

    /**
     * The latest reset of the limits that are used up; if none says that it is, the earliest of
     * all, since waiting too long costs more than one more refusal.
     */
    private static @Nullable Duration reset(
            Function<String, @Nullable String> headers, Instant now) {
        Duration usedUp = null;
        Duration earliest = null;
        for (Limit limit : LIMITS) {
            Duration wait = goDurationOrTime(headers.apply(limit.reset()), now);
            if (wait == null) {
                continue;
            }
            if ("0".equals(headers.apply(limit.remaining()))
                    && (usedUp == null || wait.compareTo(usedUp) > 0)) {
                usedUp = wait;
            }
            if (earliest == null || wait.compareTo(earliest) < 0) {
                earliest = wait;
            }
        }
        return usedUp == null ? earliest : usedUp;
    }

    private static @Nullable Duration millis(@Nullable String value) {
        return value != null && NUMBER.matcher(value).matches()
                ? nanos(Double.parseDouble(value) * 1e6)
                : null;
    }

    private static @Nullable Duration secondsOrDate(@Nullable String value, Instant now) {
        if (value == null) {
            return null;
        }
        if (NUMBER.matcher(value).matches()) {
            return nanos(Double.parseDouble(value) * 1e9);
        }
        return until(value, DateTimeFormatter.RFC_1123_DATE_TIME, now);
    }

    private static @Nullable Duration goDurationOrTime(@Nullable String value, Instant now) {
        if (value == null) {
            return null;
        }
        return GO_DURATION.matcher(value).matches()
                ? goDuration(value)
                : until(value, DateTimeFormatter.ISO_OFFSET_DATE_TIME, now);
    }

    private static Duration goDuration(String value) {
        double nanos = 0;
        Matcher part = GO_PART.matcher(value);
        while (part.find()) {
            nanos += Double.parseDouble(part.group(1)) * nanosPer(part.group(2));
        }
        return nanos(nanos);
    }

    private static double nanosPer(String unit) {
        return switch (unit) {
            case "h" -> 3600e9;
            case "m" -> 60e9;
            case "s" -> 1e9;
            case "ms" -> 1e6;
            case "ns" -> 1;
            default -> 1e3;
        };
    }

    private static @Nullable Duration until(String time, DateTimeFormatter format, Instant now) {
        try {
            return Duration.between(now, ZonedDateTime.parse(time, format).toInstant());
        } catch (DateTimeException | ArithmeticException _) {
            return null;
        }
    }

    private static Duration nanos(double nanos) {
        return Duration.ofNanos((long) Math.min(nanos, (double) MOST.toNanos()));
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(MOST) > 0 ? MOST : wait;
    }

    private static Limit anthropic(String what) {
        return new Limit(
                "anthropic-ratelimit-" + what + "-remaining",
                "anthropic-ratelimit-" + what + "-reset");
    }
}
