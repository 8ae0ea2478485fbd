package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacesTest {
    private static final Duration FAST = Duration.ofMillis(90);
    private static final Duration SLOW = Duration.ofMillis(700);

    private final AtomicLong time = new AtomicLong(Long.MAX_VALUE);
    private final Paces paces = new Paces(time::get);

    @Test
    void knowsNothingUntilEnoughWasSeen() {
        saw(Paces.LEAST_SEEN - 1, FAST);
        assertThat(paces.p95("a")).isEmpty();

        saw(1, FAST);

        assertThat(paces.p95("a")).contains(Duration.ofMillis(100));
        assertThat(paces.p95("b")).isEmpty();
    }

    @Test
    void isWhatTheSlowestTwentiethExceeds() {
        saw(95, FAST);
        saw(5, SLOW);
        assertThat(paces.p95("a")).contains(Duration.ofMillis(100));

        saw(1, SLOW);

        assertThat(paces.p95("a")).contains(Duration.ofMillis(800));
    }

    @Test
    void forgetsWhatIsOlderThanTwoSpans() {
        saw(Paces.LEAST_SEEN, SLOW);

        pass(Paces.SPAN);
        assertThat(paces.p95("a")).contains(Duration.ofMillis(800));
        saw(Paces.LEAST_SEEN, FAST);
        pass(Paces.SPAN);

        assertThat(paces.p95("a")).contains(Duration.ofMillis(100));
        pass(Paces.SPAN.multipliedBy(2));
        assertThat(paces.p95("a")).isEmpty();
    }

    @Test
    void aClockThatStepsBackForgetsNothing() {
        saw(Paces.LEAST_SEEN, FAST);

        pass(Paces.SPAN.multipliedBy(-3));

        assertThat(paces.p95("a")).contains(Duration.ofMillis(100));
    }

    private void saw(int times, Duration waited) {
        for (int i = 0; i < times; i++) {
            paces.saw("a", waited);
        }
    }

    private void pass(Duration span) {
        time.addAndGet(span.toNanos());
    }
}
