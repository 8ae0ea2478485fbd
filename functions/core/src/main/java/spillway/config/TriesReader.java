package spillway.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.Mistakes;
import spillway.json.Words;
import spillway.routing.Tries;
import spillway.routing.Tries.DailyCap;
import spillway.routing.Tries.Hedge;
import spillway.routing.Tries.TooLong;

/**
 * Reads {@code retry}, {@code retry_after}, {@code too_long} and {@code hedge}, each as a change to
 * what would hold otherwise.
 */
final class TriesReader {
    private static final List<String> KNOWN_OF_HEDGE = List.of("after", "until_known", "daily_cap");
    private static final Map<String, TooLong> TOO_LONG =
            Map.of("reject", TooLong.REJECT, "next", TooLong.NEXT);
    private static final String P95 = "p95";
    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3})?)%");
    private static final int MOST_HEDGES = 1_000_000;

    private final Mistakes mistakes;
    private final Settings settings;

    TriesReader(Mistakes mistakes, Settings settings) {
        this.mistakes = mistakes;
        this.settings = settings;
    }

    Tries read(Fields fields, Tries otherwise) {
        Integer retries = fields.integer("retry", 0, 1);
        Duration retryAfter = settings.duration(fields, "retry_after");
        TooLong tooLong = fields.oneOf("too_long", TOO_LONG);
        return new Tries(
                Objects.requireNonNullElse(retries, otherwise.retries()),
                Objects.requireNonNullElse(retryAfter, otherwise.retryAfter()),
                Objects.requireNonNullElse(tooLong, otherwise.tooLong()),
                hedge(fields.get("hedge"), otherwise.hedge()));
    }

    private @Nullable Hedge hedge(@Nullable Json value, @Nullable Hedge otherwise) {
        return switch (value) {
            case null -> otherwise;
            case Json.Bool(_, var on) -> on ? usual(otherwise) : null;
            case Json.Obj object -> hedge(object, usual(otherwise));
            case Json other -> {
                mistakes.add(other, "is " + other.kind() + "; an object, true or false is needed");
                yield otherwise;
            }
        };
    }

    private static Hedge usual(@Nullable Hedge otherwise) {
        return otherwise == null ? Hedge.DEFAULT : otherwise;
    }

    private Hedge hedge(Json.Obj object, Hedge otherwise) {
        Fields fields = Fields.of(object, mistakes, KNOWN_OF_HEDGE);
        Duration untilKnown = settings.duration(fields, "until_known");
        return new Hedge(
                after(fields, otherwise),
                Objects.requireNonNullElse(untilKnown, otherwise.untilKnown()),
                cap(fields, otherwise));
    }

    private @Nullable Duration after(Fields fields, Hedge otherwise) {
        String text = fields.text("after");
        if (text == null) {
            return otherwise.after();
        }
        Duration span = Durations.parse(text).orElse(null);
        if (span == null && !text.equals(P95)) {
            mistakes.add(
                    fields.place("after"),
                    "is "
                            + Words.quote(text)
                            + "; p95 or a time from 1ms to 60m is needed, such as 800ms or 2s");
        }
        return span;
    }

    private DailyCap cap(Fields fields, Hedge otherwise) {
        return switch (fields.get("daily_cap")) {
            case null -> otherwise.dailyCap();
            case Json.Text(var place, var text) -> {
                var matcher = PERCENT.matcher(text);
                double percent = matcher.matches() ? Double.parseDouble(matcher.group(1)) : -1;
                if (percent < 0 || percent > 100) {
                    mistakes.add(
                            place,
                            "is "
                                    + Words.quote(text)
                                    + "; a share from 0% to 100% of the day's requests is needed, such as 5%");
                    yield otherwise.dailyCap();
                }
                yield new DailyCap.Share(percent / 100);
            }
            case Json _ -> {
                Integer most = fields.integer("daily_cap", 0, MOST_HEDGES);
                yield most == null ? otherwise.dailyCap() : new DailyCap.Count(most);
            }
        };
    }
}
