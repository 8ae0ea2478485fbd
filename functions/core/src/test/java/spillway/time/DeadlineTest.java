package spillway.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 5);
    private final Ticker ticker = time::get;

    @Test
    void isPastWhenItsTimeHasComeEvenIfTheClockWrapsMeanwhile() {
        Deadline deadline = Deadline.after(Duration.ofNanos(10), ticker);
        assertThat(deadline.remaining(ticker)).isEqualTo(Duration.ofNanos(10));
        assertThat(deadline.isPast(ticker)).isFalse();

        time.addAndGet(10);

        assertThat(deadline.isPast(ticker)).isTrue();
        assertThat(deadline.remaining(ticker)).isZero();
    }

    @Test
    void aNegativeDurationIsPastAtOnce() {
        assertThat(Deadline.after(Duration.ofSeconds(Long.MIN_VALUE), ticker).isPast(ticker))
                .isTrue();
    }

    @Test
    void aDurationWithoutEndIsAYear() {
        assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), ticker).remaining(ticker))
                .isEqualTo(Duration.ofDays(365));
    }

    @Test
    void theSystemsTickerGoesForward() {
        long before = Ticker.SYSTEM.nanos();

        assertThat(Ticker.SYSTEM.nanos() - before).isNotNegative();
    }
}
