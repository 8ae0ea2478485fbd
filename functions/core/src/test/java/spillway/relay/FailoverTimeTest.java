package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.attempt.TapeProvider.failing;
import static spillway.attempt.TapeProvider.saying;
import static spillway.attempt.TapeProvider.silent;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.TapeProvider;
import spillway.chat.ProviderFailure;

/** How long a reader waits when the first target does not answer, with the default timers. */
@Timeout(30)
class FailoverTimeTest {
    @Test
    void anExplicitFailureCostsMilliseconds() {
        Duration best = Duration.ofDays(1);
        for (int i = 0; i < 5; i++) {
            Duration took = untilAnswered(failing(new ProviderFailure.Unavailable(503, "")));
            best = took.compareTo(best) < 0 ? took : best;
        }

        // The best of five: the others may have waited for a processor.
        assertThat(best).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void silenceCostsLessThanFiveSeconds() {
        assertThat(untilAnswered(silent()))
                .isBetween(Duration.ofMillis(2900), Duration.ofMillis(4900));
    }

    private static Duration untilAnswered(TapeProvider first) {
        Stage stage = new Stage().with("a", first).with("b", saying("hello"));
        long before = System.nanoTime();
        try (Answer _ = stage.answer()) {
            return Duration.ofNanos(System.nanoTime() - before);
        }
    }
}
