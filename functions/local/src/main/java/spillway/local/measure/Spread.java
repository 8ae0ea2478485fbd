package spillway.local.measure;

import java.util.Arrays;
import java.util.Locale;

/** Nanoseconds in order of size. */
final class Spread {
    private final long[] sorted;

    Spread(long[] nanos) {
        sorted = nanos.clone();
        Arrays.sort(sorted);
    }

    /** The smallest value that so many percent do not exceed, in milliseconds. */
    double millis(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(0, rank - 1)] / 1e6;
    }

    int size() {
        return sorted.length;
    }

    /** Median, 99th percentile and largest, as cells of a table. */
    String cells() {
        return String.format(
                Locale.ROOT, "%.2f | %.2f | %.2f", millis(50), millis(99), millis(100));
    }
}
