package spillway.attempt;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.chat.Usage;

/**
 * One attempt, told when it has ended.
 *
 * @param number counts from 1 within a request
 * @param firstContent from the attempt's start to its first content; null if none came
 * @param elapsed from the attempt's start to its end
 * @param usage what it has cost; {@link Usage#NONE} when nothing is known
 */
public record AttemptReport(
        int number,
        Target target,
        AttemptOutcome outcome,
        @Nullable Duration firstContent,
        Duration elapsed,
        Usage usage) {
    public AttemptReport {
        Objects.requireNonNull(target);
        Objects.requireNonNull(outcome);
        Objects.requireNonNull(elapsed);
        Objects.requireNonNull(usage);
    }
}
