package spillway.config;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.Mistakes;
import spillway.json.Words;
import spillway.usage.Tariff;
import spillway.usage.TokenPrices;

/** Reads the tariffs of models, in USD per million tokens. For one file. */
final class TariffReader {
    private static final int MOST_TARIFFS = 64;
    private static final int MOST_TIERS = 16;
    private static final int MOST_INPUT_TOKENS = 1_000_000_000;
    private static final int MOST_SOURCE = 500;

    private static final List<String> PRICES =
            List.of("input", "cache_read", "cache_write", "output", "reasoning");
    private static final List<String> TARIFF = with("from", "source", "above");
    private static final List<String> TIER = with("input_tokens");

    /** As many decimals as leave a whole number of pico-dollars for a token. */
    private static final Pattern PRICE = Pattern.compile("[0-9]{1,5}(?:\\.[0-9]{1,6})?");

    private final Mistakes mistakes;

    TariffReader(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** The tariffs of a model; none says that its cost is not known. */
    List<Tariff> tariffs(Fields models, String model) {
        List<Tariff> tariffs = new ArrayList<>();
        Set<Instant> begun = new HashSet<>();
        for (Json value : models.elements(model, MOST_TARIFFS)) {
            Tariff tariff = tariff(value);
            if (tariff != null && !begun.add(tariff.from())) {
                mistakes.add(value, "begins when another tariff of this model begins");
            } else if (tariff != null) {
                tariffs.add(tariff);
            }
        }
        return tariffs;
    }

    private @Nullable Tariff tariff(Json value) {
        Fields fields = Fields.ofValue(value, mistakes, TARIFF);
        Instant from = from(fields);
        fields.text("source", MOST_SOURCE);
        TokenPrices prices = value instanceof Json.Obj ? prices(fields) : null;
        List<Tariff.Tier> tiers = new ArrayList<>();
        for (Json each : fields.elements("above", MOST_TIERS)) {
            addTier(each, tiers);
        }
        return from == null || prices == null ? null : new Tariff(from, prices, tiers);
    }

    private void addTier(Json value, List<Tariff.Tier> tiers) {
        Fields fields = Fields.ofValue(value, mistakes, TIER);
        if (!(value instanceof Json.Obj)) {
            return;
        }
        fields.require("input_tokens");
        Integer above = fields.integer("input_tokens", 1, MOST_INPUT_TOKENS);
        TokenPrices prices = prices(fields);
        if (above == null || prices == null) {
            return;
        }
        if (!tiers.isEmpty() && above <= tiers.getLast().above()) {
            mistakes.add(
                    fields.place("input_tokens"),
                    "is "
                            + above
                            + ", but the tier before is for more than "
                            + tiers.getLast().above()
                            + "; the shorter prompts come first");
            return;
        }
        tiers.add(new Tariff.Tier(above, prices));
    }

    /** The beginning of that day in UTC; the beginning of all time where none is said. */
    private @Nullable Instant from(Fields fields) {
        if (fields.get("from") == null) {
            return Instant.MIN;
        }
        String text = fields.text("from");
        if (text == null) {
            return null;
        }
        try {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException _) {
            mistakes.add(
                    fields.place("from"),
                    "is " + Words.quote(text) + "; a day is needed, such as 2026-11-25");
            return null;
        }
    }

    private @Nullable TokenPrices prices(Fields fields) {
        fields.require("input");
        fields.require("output");
        Long input = price(fields, "input", null);
        Long output = price(fields, "output", null);
        Long cacheRead = price(fields, "cache_read", input);
        Long cacheWrite = price(fields, "cache_write", input);
        Long reasoning = price(fields, "reasoning", output);
        return input == null
                        || output == null
                        || cacheRead == null
                        || cacheWrite == null
                        || reasoning == null
                ? null
                : new TokenPrices(input, cacheRead, cacheWrite, output, reasoning);
    }

    /**
     * Of one token, in pico-dollars: a million times fewer dollars, a million million more picos.
     */
    private @Nullable Long price(Fields fields, String name, @Nullable Long otherwise) {
        Json value = fields.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Json.Num(_, var text) && PRICE.matcher(text).matches()) {
            return new BigDecimal(text).movePointRight(6).longValueExact();
        }
        mistakes.add(
                value,
                (value instanceof Json.Num(_, var text) && text.length() <= 30
                                ? "is " + text
                                : "is " + value.kind())
                        + "; US dollars per million tokens are needed, from 0 to 99999.999999 with"
                        + " at most six decimals, such as 0.25");
        return null;
    }

    private static List<String> with(String... others) {
        List<String> names = new ArrayList<>(List.of(others));
        names.addAll(PRICES);
        return List.copyOf(names);
    }
}
