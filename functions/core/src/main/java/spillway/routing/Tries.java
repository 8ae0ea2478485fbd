package spillway.routing;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a route spends on an answer beyond asking its targets once, one after the other.
 *
 * @param retries how often one request may ask the same target again where that is wise: 0 or 1
 * @param retryAfter the longest pause that a target may ask for and be asked again after it, though
 *     another could be asked at once; at least zero
 * @param tooLong what becomes of a request that is too long for a target
 * @param hedge when another target is asked beside one that is slow; null for never
 */
public record Tries(int retries, Duration retryAfter, TooLong tooLong, @Nullable Hedge hedge) {
    /** So short a pause costs a reader less than to begin anew with somebody else. */
    public static final Duration DEFAULT_RETRY_AFTER = Duration.ofMillis(250);

    public static final Tries DEFAULT = new Tries(1, null);

    /** What becomes of a request that has more tokens than a target can read. */
    public enum TooLong {
        /** It is refused, as the caller's matter. */
        REJECT,
        /** The next target is asked, which may be able to read more. */
        NEXT
    }

    public Tries {
        Objects.requireNonNull(tooLong);
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "retryAfter is " + retryAfter + "; at least 0 is needed");
        }
        if (retries < 0 || retries > 1) {
            throw new IllegalArgumentException("retries is " + retries + "; 0 or 1 is needed");
        }
    }

    /** The same, where nothing is said of long pauses and of long requests. */
    public Tries(int retries, @Nullable Hedge hedge) {
        this(retries, DEFAULT_RETRY_AFTER, TooLong.REJECT, hedge);
    }

    /**
     * When another target is asked beside one that is slow, at most once in a request.
     *
     * @param after how long it may be without content; null for its own p95
     * @param untilKnown the same as long as its p95 is not known
     * @param dailyCap the most duplicate work in a day
     */
    public record Hedge(@Nullable Duration after, Duration untilKnown, DailyCap dailyCap) {
        public static final Hedge DEFAULT =
                new Hedge(null, Duration.ofSeconds(1), new DailyCap.Share(0.05));

        public Hedge {
            Objects.requireNonNull(dailyCap);
            if (untilKnown.toMillis() < 1 || (after != null && after.toMillis() < 1)) {
                throw new IllegalArgumentException(
                        "a hedge comes after "
                                + (after == null ? untilKnown : after)
                                + "; at least 1 ms is needed");
            }
        }
    }

    /** The most hedges of one route in a day. */
    public sealed interface DailyCap {
        /** That many. */
        record Count(int most) implements DailyCap {
            public Count {
                if (most < 0) {
                    throw new IllegalArgumentException(
                            "a cap is " + most + "; at least 0 is needed");
                }
            }
        }

        /** That share of the day's requests until then: 0.05 allows the first to the 20th. */
        record Share(double ofRequests) implements DailyCap {
            public Share {
                if (!(ofRequests >= 0 && ofRequests <= 1)) {
                    throw new IllegalArgumentException(
                            "a share is " + ofRequests + "; from 0 to 1 is needed");
                }
            }
        }

        /** Whether one more fits, after so many in so many requests. */
        default boolean allows(long hedges, long requests) {
            return switch (this) {
                case Count(var most) -> hedges < most;
                case Share(var share) -> hedges + 1 <= share * requests;
            };
        }
    }
}
