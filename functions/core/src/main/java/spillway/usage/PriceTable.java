package spillway.usage;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import spillway.chat.Usage;

/**
 * What the models of all providers cost, over time. Immutable.
 *
 * <p>A model has the prices of its exact name. Where there are none for a name that ends in a date,
 * as those of fixed versions do ({@code gpt-6-luna-2026-09-22}, {@code claude-haiku-4-5-20251001}),
 * it has the prices of the name without the date. No other name is like another.
 */
public final class PriceTable {
    /** Knows no price. */
    public static final PriceTable NONE = new PriceTable(Map.of());

    private static final Pattern DATED =
            Pattern.compile("(.+)-(?:[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})");

    /** The newest tariff first. */
    private final Map<String, List<Tariff>> byTarget = new HashMap<>();

    /**
     * A table.
     *
     * @param byTarget the tariffs of each {@code provider/model}, in any order; none means that its
     *     cost is not known
     */
    public PriceTable(Map<String, List<Tariff>> byTarget) {
        byTarget.forEach(
                (target, tariffs) ->
                        this.byTarget.put(
                                target,
                                tariffs.stream()
                                        .sorted(Comparator.comparing(Tariff::from).reversed())
                                        .toList()));
    }

    /**
     * What that use of a model costs, by the newest tariff that had begun.
     *
     * @param startedAt when the attempt began
     * @return null when no price is known; what has used no tokens costs nothing at any price
     */
    public @Nullable Cost cost(String provider, String model, Usage usage, Instant startedAt) {
        if (usage.equals(Usage.NONE)) {
            return Cost.NONE;
        }
        for (Tariff tariff : tariffs(provider, model)) {
            if (!tariff.from().isAfter(startedAt)) {
                return tariff.pricesFor(usage.inputTokens()).of(usage);
            }
        }
        return null;
    }

    /** Whether a price of that model is known at that time. */
    public boolean knows(String provider, String model, Instant at) {
        return tariffs(provider, model).stream().anyMatch(tariff -> !tariff.from().isAfter(at));
    }

    /** The name whose prices another name has too, unless it has its own; itself if none. */
    public static String withoutDate(String name) {
        Matcher dated = DATED.matcher(name);
        return dated.matches() ? dated.group(1) : name;
    }

    private List<Tariff> tariffs(String provider, String model) {
        String target = provider + "/" + model;
        List<Tariff> own = byTarget.get(target);
        return own != null ? own : byTarget.getOrDefault(withoutDate(target), List.of());
    }
}
