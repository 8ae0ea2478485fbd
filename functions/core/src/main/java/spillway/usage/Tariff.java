package spillway.usage;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a model costs from some time on, until a newer tariff applies.
 *
 * @param from when it begins, this moment included
 * @param prices of prompts that no tier is for
 * @param tiers of longer prompts, the shortest first: the whole call has the prices of the last
 *     tier that its prompt is above
 */
public record Tariff(Instant from, TokenPrices prices, List<Tier> tiers) {

    /**
     * Other prices for long prompts.
     *
     * @param above the prompt must have more input tokens than that, cached ones included
     */
    public record Tier(long above, TokenPrices prices) {
        public Tier {
            Objects.requireNonNull(prices);
        }
    }

    public Tariff {
        Objects.requireNonNull(from);
        Objects.requireNonNull(prices);
        tiers = List.copyOf(tiers);
        for (int i = 1; i < tiers.size(); i++) {
            if (tiers.get(i).above() <= tiers.get(i - 1).above()) {
                throw new IllegalArgumentException(
                        "the tier above "
                                + tiers.get(i).above()
                                + " follows the one above "
                                + tiers.get(i - 1).above()
                                + "; the shortest comes first");
            }
        }
    }

    TokenPrices pricesFor(long inputTokens) {
        TokenPrices applying = prices;
        for (Tier tier : tiers) {
            if (inputTokens > tier.above()) {
                applying = tier.prices();
            }
        }
        return applying;
    }
}
