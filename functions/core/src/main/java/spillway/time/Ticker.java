package spillway.time;

/** A monotonic clock in nanoseconds, for spans; {@link java.time.Clock} tells the time of day. */
@FunctionalInterface
public interface Ticker {
    Ticker SYSTEM = System::nanoTime;

    /** Nanoseconds from an unknown origin. */
    long nanos();
}
