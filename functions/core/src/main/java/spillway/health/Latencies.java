package spillway.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Times to first content, counted in fixed buckets so that what many processes saw can be added up.
 * A value.
 *
 * @param counts by bucket, as many as {@link #BOUNDS_MILLIS} has bounds and one more for what is
 *     slower
 * @param sumMillis of all of them
 */
public record Latencies(List<Long> counts, long sumMillis) {
    /** The upper bounds of the buckets but the last, each included, in ms. */
    public static final List<Integer> BOUNDS_MILLIS =
            List.of(
                    25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1_200, 1_600, 2_400, 3_200,
                    4_800, 6_400, 9_600, 15_000, 30_000, 60_000);

    public static final Latencies NONE =
            new Latencies(Collections.nCopies(BOUNDS_MILLIS.size() + 1, 0L), 0);

    /** How much slower than the last bound the last bucket is taken to be. */
    private static final int BEYOND = 2;

    public Latencies {
        counts = List.copyOf(counts);
        if (counts.size() != BOUNDS_MILLIS.size() + 1) {
            throw new IllegalArgumentException(
                    counts.size() + " buckets; " + (BOUNDS_MILLIS.size() + 1) + " are needed");
        }
    }

    /** One. */
    public static Latencies of(Duration firstContent) {
        long millis = Math.max(0, firstContent.toMillis());
        Long[] counts = new Long[BOUNDS_MILLIS.size() + 1];
        Arrays.fill(counts, 0L);
        counts[bucketOf(millis)] = 1L;
        return new Latencies(List.of(counts), millis);
    }

    /** These and those. */
    public Latencies plus(Latencies other) {
        List<Long> sums = new ArrayList<>(counts.size());
        for (int i = 0; i < counts.size(); i++) {
            sums.add(counts.get(i) + other.counts.get(i));
        }
        return new Latencies(sums, sumMillis + other.sumMillis);
    }

    /** How many there are. */
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /**
     * The time that this share of them did not exceed, as the upper bound of its bucket, in ms; 0
     * when there are none.
     *
     * @param share above 0 to 1
     */
    public double percentile(double share) {
        long rank = (long) Math.ceil(count() * share);
        long below = 0;
        for (int i = 0; i < counts.size(); i++) {
            below += counts.get(i);
            if (below >= rank && below > 0) {
                return i < BOUNDS_MILLIS.size()
                        ? BOUNDS_MILLIS.get(i)
                        : (double) BOUNDS_MILLIS.getLast() * BEYOND;
            }
        }
        return 0;
    }

    private static int bucketOf(long millis) {
        int bucket = 0;
        while (bucket < BOUNDS_MILLIS.size() && millis > BOUNDS_MILLIS.get(bucket)) {
            bucket++;
        }
        return bucket;
    }
}
