package spillway.config;

import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Timers;
import spillway.health.BreakerSettings;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.Mistakes;
import spillway.json.Words;

/**
 * Reads timers and breaker settings, each as changes to what would hold otherwise. For one file.
 */
final class Settings {
    private static final int MOST_THROUGHPUT = 10_000;
    private static final List<String> TIMERS =
            List.of(
                    "connect",
                    "headers",
                    "first_content",
                    "last_first_content",
                    "next_event",
                    "thinking",
                    "throughput");
    private static final List<String> BREAKER =
            List.of("failures", "failure_share", "reporters", "window", "open", "open_max", "ramp");

    private final Mistakes mistakes;

    Settings(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** What an object changes about timers; nothing when there is none. */
    UnaryOperator<Timers> timers(@Nullable Json value) {
        if (value == null) {
            return UnaryOperator.identity();
        }
        Fields fields = Fields.ofValue(value, mistakes, TIMERS);
        Duration connect = duration(fields, "connect");
        Duration headers = duration(fields, "headers");
        Duration firstContent = duration(fields, "first_content");
        Duration lastFirstContent = duration(fields, "last_first_content");
        Duration nextEvent = duration(fields, "next_event");
        Duration thinking = thinking(fields);
        Integer throughput = fields.integer("throughput", 0, MOST_THROUGHPUT);
        return otherwise ->
                new Timers(
                        requireNonNullElse(connect, otherwise.connect()),
                        requireNonNullElse(headers, otherwise.headers()),
                        requireNonNullElse(firstContent, otherwise.firstContent()),
                        requireNonNullElse(lastFirstContent, otherwise.lastFirstContent()),
                        requireNonNullElse(nextEvent, otherwise.nextEvent()),
                        requireNonNullElse(thinking, otherwise.thinking()),
                        requireNonNullElse(throughput, otherwise.throughput()));
    }

    /** Zero for {@code off}; null when there is none. */
    private @Nullable Duration thinking(Fields fields) {
        return fields.get("thinking") instanceof Json.Text(_, var text) && text.equals("off")
                ? Duration.ZERO
                : duration(fields, "thinking", ", or off");
    }

    /** The breaker's settings, where the object says nothing as they are. */
    BreakerSettings breaker(@Nullable Json value, BreakerSettings otherwise) {
        if (value == null) {
            return otherwise;
        }
        Fields fields = Fields.ofValue(value, mistakes, BREAKER);
        Integer failures = fields.integer("failures", 1, 1_000_000);
        Double share = fields.number("failure_share", 0.001, 1);
        Integer reporters = fields.integer("reporters", 1, 1000);
        Duration window = duration(fields, "window", otherwise.window());
        Duration open = duration(fields, "open", otherwise.open());
        Duration openMax = duration(fields, "open_max", otherwise.openMax());
        Duration ramp = duration(fields, "ramp", otherwise.ramp());
        if (window.toMillis() < 2) {
            mistakes.add(
                    value, "has a window of " + window.toMillis() + " ms; at least 2ms is needed");
            return otherwise;
        }
        if (openMax.compareTo(open) < 0) {
            mistakes.add(
                    value,
                    "comes to open_max "
                            + openMax.toMillis()
                            + "ms, which is less than open "
                            + open.toMillis()
                            + "ms; as much at least is needed");
            return otherwise;
        }
        return new BreakerSettings(
                requireNonNullElse(failures, otherwise.failures()),
                requireNonNullElse(share, otherwise.failureShare()),
                requireNonNullElse(reporters, otherwise.reporters()),
                window,
                open,
                openMax,
                ramp);
    }

    /** A span of time; null when there is none. */
    @Nullable Duration duration(Fields fields, String name) {
        return duration(fields, name, "");
    }

    private @Nullable Duration duration(Fields fields, String name, String orElse) {
        String text = fields.text(name);
        if (text == null) {
            return null;
        }
        Duration span = Durations.parse(text).orElse(null);
        if (span == null) {
            mistakes.add(
                    fields.place(name),
                    "is "
                            + Words.quote(text)
                            + "; a time from 1ms to 60m is needed, such as 250ms, 3s or 2m"
                            + orElse);
        }
        return span;
    }

    private Duration duration(Fields fields, String name, Duration otherwise) {
        return requireNonNullElse(duration(fields, name), otherwise);
    }
}
