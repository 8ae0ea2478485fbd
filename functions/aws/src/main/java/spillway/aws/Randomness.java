package spillway.aws;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * The one source of randomness of a process, which can be drawn anew: two processes restored from
 * one snapshot would else go on with the same numbers. Safe to use from many threads.
 */
final class Randomness implements RandomGenerator {
    private volatile SecureRandom source = new SecureRandom();

    @Override
    public long nextLong() {
        return source.nextLong();
    }

    /** Begins anew. */
    void renew() {
        source = new SecureRandom();
    }
}
