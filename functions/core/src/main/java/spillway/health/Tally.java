package spillway.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The fleet's counters of a target for reports: a span of time that is not over and the whole one
 * before it.
 *
 * @param lastEvidenceAt when anything was last told of it; null if nothing is left of it
 * @param lastProbeAt when a probe last ended; null if none did
 * @param lastProbeOk how it ended
 */
public record Tally(
        Span current,
        Span previous,
        @Nullable Instant lastEvidenceAt,
        @Nullable Instant lastProbeAt,
        @Nullable Boolean lastProbeOk) {
    /** How long a span is. */
    public static final Duration SPAN = Duration.ofSeconds(150);

    public static final Tally NOTHING = new Tally(Span.NOTHING, Span.NOTHING, null, null, null);

    /** The number of the span that moment is in. */
    public static long spanOf(Instant moment) {
        return Math.floorDiv(moment.toEpochMilli(), SPAN.toMillis());
    }

    /** How many seconds both spans cover at that moment. */
    public static int secondsAt(Instant moment) {
        return Math.toIntExact(
                SPAN.toSeconds() + Math.floorMod(moment.getEpochSecond(), SPAN.toSeconds()));
    }

    /** Both together. */
    public Span both() {
        return current.plus(previous);
    }

    /**
     * The mean time to first content in ms, the span before counting half; null when nothing
     * answered: an EWMA in steps of a span.
     */
    public @Nullable Double firstContentEwmaMillis() {
        double weight = current.firstContent.count() + previous.firstContent.count() / 2.0;
        return weight == 0
                ? null
                : (current.firstContent.sumMillis() + previous.firstContent.sumMillis() / 2.0)
                        / weight;
    }

    /**
     * What was counted in a span.
     *
     * @param successes attempts that answered
     * @param failures attempts that failed and count against health
     * @param failuresByReason all failed attempts
     * @param firstContent of those that answered
     */
    public record Span(
            long successes,
            long failures,
            Map<String, Long> failuresByReason,
            Latencies firstContent) {
        public static final Span NOTHING = new Span(0, 0, Map.of(), Latencies.NONE);

        public Span {
            failuresByReason = Map.copyOf(failuresByReason);
            Objects.requireNonNull(firstContent);
        }

        /** All attempts. */
        public long attempts() {
            return successes + failuresByReason.values().stream().mapToLong(Long::longValue).sum();
        }

        /** This and that. */
        public Span plus(Span other) {
            return new Span(
                    successes + other.successes,
                    failures + other.failures,
                    Sums.of(failuresByReason, other.failuresByReason),
                    firstContent.plus(other.firstContent));
        }
    }
}
