package spillway.usage;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What something has cost, exactly: whole millionths of a millionth of a US dollar. That is small
 * enough for one token at any price per million tokens with six decimals, and large enough for nine
 * million dollars. Where a cost is not known there is none of these; it is never 0 then.
 *
 * @param picoDollars at least 0; 1 USD is 1,000,000,000,000
 * @param estimated whether it is of tokens that we counted ourselves
 */
public record Cost(long picoDollars, boolean estimated) {
    /** What is known to have cost nothing. */
    public static final Cost NONE = new Cost(0, false);

    private static final int DECIMALS = 12;

    public Cost {
        if (picoDollars < 0) {
            throw new IllegalArgumentException("a cost is negative: " + picoDollars);
        }
    }

    /** The sum of both, estimated if either is; null when one is not known. */
    public static @Nullable Cost sum(@Nullable Cost one, @Nullable Cost other) {
        if (one == null || other == null) {
            return null;
        }
        long sum = one.picoDollars + other.picoDollars;
        // What no answer can cost comes from counts that cannot be true.
        return sum < 0 ? null : new Cost(sum, one.estimated || other.estimated);
    }

    /** In US dollars, not rounded, without zeros at the end. */
    public BigDecimal usd() {
        BigDecimal usd = BigDecimal.valueOf(picoDollars, DECIMALS).stripTrailingZeros();
        return usd.scale() < 0 ? usd.setScale(0) : usd;
    }

    /** In US dollars as a plain decimal, such as {@code 0.0000125}: never with an exponent. */
    public String text() {
        return usd().toPlainString();
    }
}
