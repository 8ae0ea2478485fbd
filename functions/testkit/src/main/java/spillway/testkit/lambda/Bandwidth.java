package spillway.testkit.lambda;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How fast a response body may pass: a bucket that starts full and is refilled in steps.
 *
 * @param burstBytes what passes at once; {@link Long#MAX_VALUE} for no limit at all
 * @param bytesPerSecond what passes later
 * @param nanoClock a monotonic clock
 * @param sleeper waits that long
 */
public record Bandwidth(
        long burstBytes, long bytesPerSecond, LongSupplier nanoClock, Sleeper sleeper) {
    private static final long STEP_NANOS = 125_000_000;

    /** Waits. An argument, so that a test need not. */
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    /** Lambda's own: 6 MiB at once, then 2 MiB a second in steps of an eighth of a second. */
    public static final Bandwidth LAMBDA =
            new Bandwidth(6L << 20, 2L << 20, System::nanoTime, Thread::sleep);

    /** No limit. */
    public static final Bandwidth UNLIMITED =
            new Bandwidth(Long.MAX_VALUE, 0, System::nanoTime, Thread::sleep);

    /** A full bucket for one response; one thread uses it. */
    Bucket bucket() {
        return new Bucket();
    }

    final class Bucket {
        private long left = burstBytes;
        private long refilledAt = nanoClock.getAsLong();

        /** Returns when that many bytes may pass. */
        void take(int bytes) throws InterruptedException {
            if (burstBytes == Long.MAX_VALUE) {
                return;
            }
            long wanted = bytes;
            refill();
            while (wanted > left) {
                wanted -= left;
                left = 0;
                sleeper.sleep(Duration.ofNanos(refilledAt + STEP_NANOS - nanoClock.getAsLong()));
                refill();
            }
            left -= wanted;
        }

        private void refill() {
            long steps = (nanoClock.getAsLong() - refilledAt) / STEP_NANOS;
            refilledAt += steps * STEP_NANOS;
            left = Math.min(burstBytes, left + steps * (bytesPerSecond / 8));
        }
    }
}
