package spillway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.time.Ticker;

@Timeout(20)
class BellTest {
    private static final long LONG = Duration.ofSeconds(10).toNanos();
    private static final long SHORT = Duration.ofMillis(30).toNanos();

    private final Bell bell = new Bell(Ticker.SYSTEM);

    @Test
    void whatRangBeforeIsNotMissed() {
        bell.ring();

        assertThat(waited(LONG)).isLessThan(LONG / 2);
    }

    @Test
    void ringsOnceForWhoWaits() {
        bell.ring();
        bell.ring();
        bell.await(LONG);

        assertThat(waited(SHORT)).isGreaterThanOrEqualTo(SHORT);
    }

    @Test
    void wakesWhoWaits() throws InterruptedException {
        Thread waiting = Thread.ofVirtual().start(() -> bell.await(LONG));
        TapeProvider.await(() -> waiting.getState() == Thread.State.TIMED_WAITING);

        bell.ring();

        assertThat(waiting.join(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void keepsAnInterruptAndWaitsOn() {
        Thread.currentThread().interrupt();

        long waited = waited(SHORT);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(waited).isGreaterThanOrEqualTo(SHORT);
    }

    private long waited(long nanos) {
        long before = System.nanoTime();
        bell.await(nanos);
        return System.nanoTime() - before;
    }
}
