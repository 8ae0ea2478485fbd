package spillway.runtime;

/**
 * When an invocation must be over.
 *
 * @param nanos on {@link System#nanoTime}
 * @param marginNanos how long before that the runtime ends it
 */
record InvocationDeadline(long nanos, long marginNanos) {
    /** Lambda's longest time-out, taken when the deadline is unknown. */
    private static final long UNKNOWN_MILLIS = 900_000;

    // Some emulators send the time-out itself; no deadline lies before this moment of 2001.
    private static final long FIRST_PLAUSIBLE = 1_000_000_000_000L;

    /**
     * Reads {@code Lambda-Runtime-Deadline-Ms}.
     *
     * @param header milliseconds since 1970; what is no such number, or is past, is unknown
     * @param nowMillis the same, now
     * @param nowNanos the monotonic clock, now
     */
    static InvocationDeadline of(String header, long nowMillis, long nowNanos, int marginMillis) {
        long left = UNKNOWN_MILLIS;
        try {
            long deadline = Long.parseLong(header);
            if (deadline >= FIRST_PLAUSIBLE && deadline > nowMillis) {
                left = Math.min(UNKNOWN_MILLIS, deadline - nowMillis);
            }
        } catch (NumberFormatException e) {
            // Unknown.
        }
        // A short time-out must not be eaten up by the margin.
        long margin = Math.min(marginMillis, left / 2);
        return new InvocationDeadline(nowNanos + left * 1_000_000, margin * 1_000_000);
    }

    long expiryNanos() {
        return nanos - marginNanos;
    }
}
