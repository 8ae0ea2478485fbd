package spillway.testkit.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BandwidthTest {
    private static final int MIB = 1 << 20;

    private long now;
    private final Bandwidth lambda =
            new Bandwidth(6L * MIB, 2L * MIB, () -> now, wait -> now += wait.toNanos());

    @Test
    void letsTheBurstPassAtOnceAndThenTwoMebibytesASecond() throws Exception {
        var bucket = lambda.bucket();

        bucket.take(6 * MIB);
        assertThat(now).isZero();

        bucket.take(2 * MIB);
        assertThat(Duration.ofNanos(now)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void refillsInStepsAndNeverBeyondTheBurst() throws Exception {
        var bucket = lambda.bucket();
        bucket.take(6 * MIB);

        now = Duration.ofMinutes(5).toNanos();
        bucket.take(6 * MIB);
        bucket.take(1);

        assertThat(Duration.ofNanos(now))
                .isEqualTo(Duration.ofMinutes(5).plus(Duration.ofMillis(125)));
    }

    @Test
    void neverWaitsWithoutALimit() throws Exception {
        var bucket = Bandwidth.UNLIMITED.bucket();

        bucket.take(Integer.MAX_VALUE);
        bucket.take(Integer.MAX_VALUE);

        assertThat(now).isZero();
    }
}
