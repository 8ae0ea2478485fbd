package spillway.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What the fleet has seen of its targets over the last hours, for whoever looks from outside. Safe
 * to use from many threads; never throws because its source cannot be reached.
 */
@FunctionalInterface
public interface HealthHistory {
    /** What is known now; may be remembered for a minute. */
    Reading read();

    /** Where nothing is recorded. */
    static HealthHistory absent(String reason) {
        Reading absent = new Absent(reason);
        return () -> absent;
    }

    /** A history, or why there is none. */
    sealed interface Reading {}

    /**
     * There is none.
     *
     * @param reason in words that may be shown
     */
    record Absent(String reason) implements Reading {
        public Absent {
            Objects.requireNonNull(reason);
        }
    }

    /**
     * There is one.
     *
     * @param readAt when it was read from its source
     * @param period what one point stands for
     */
    record Recorded(Instant readAt, Duration period, List<Series> series) implements Reading {
        public Recorded {
            Objects.requireNonNull(readAt);
            Objects.requireNonNull(period);
            series = List.copyOf(series);
        }
    }

    /**
     * One measure of one target.
     *
     * @param target its {@code provider/model}
     * @param measure such as {@code attempts}, {@code failures} or {@code first_content_ms_p50}
     * @param points oldest first; a period without a value has no point
     */
    record Series(String target, String measure, List<Point> points) {
        public Series {
            Objects.requireNonNull(target);
            Objects.requireNonNull(measure);
            points = List.copyOf(points);
        }
    }

    /**
     * One value.
     *
     * @param at when its period began
     */
    record Point(Instant at, double value) {
        public Point {
            Objects.requireNonNull(at);
        }
    }
}
