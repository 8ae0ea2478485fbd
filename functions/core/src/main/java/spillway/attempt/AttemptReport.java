package spillway.attempt;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.chat.Usage;
import spillway.usage.Cost;

/**
 * One attempt, told when it has ended.
 *
 * @param number counts from 1 within a request
 * @param firstContent from the attempt's start to its first content; null if none came
 * @param elapsed from the attempt's start to its end
 * @param usage what it has used; {@link Usage#NONE} when nothing is known
 * @param cost of that use; null when no price is known, or nobody has priced it yet
 */
public record AttemptReport(
        int number,
        Target target,
        AttemptOutcome outcome,
        @Nullable Duration firstContent,
        Duration elapsed,
        Usage usage,
        @Nullable Cost cost) {
    public AttemptReport {
        Objects.requireNonNull(target);
        Objects.requireNonNull(outcome);
        Objects.requireNonNull(elapsed);
        Objects.requireNonNull(usage);
    }

    /** An attempt that nobody has priced. */
    public AttemptReport(
            int number,
            Target target,
            AttemptOutcome outcome,
            @Nullable Duration firstContent,
            Duration elapsed,
            Usage usage) {
        this(number, target, outcome, firstContent, elapsed, usage, null);
    }

    /** The same attempt at that cost. */
    public AttemptReport withCost(@Nullable Cost priced) {
        return new AttemptReport(number, target, outcome, firstContent, elapsed, usage, priced);
    }

    /** What all of them have cost; null when the cost of one is not known. */
    public static @Nullable Cost costOf(List<AttemptReport> attempts) {
        Cost sum = Cost.NONE;
        for (AttemptReport attempt : attempts) {
            sum = Cost.sum(sum, attempt.cost());
        }
        return sum;
    }
}
