package spillway.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimersTest {
    @Test
    void refuseWhatNoTimerCanKeep() {
        Duration second = Duration.ofSeconds(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Timers(second, second, Duration.ZERO, second, second))
                .withMessage("a timer is PT0S; at least 1 ms is needed");
    }

    @Test
    void refuseLessThanNoneOfWhatCanBeOff() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Timers.DEFAULT.withThinking(Duration.ofMillis(-1)))
                .withMessage("thinking is PT-0.001S and throughput 3; neither can be negative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Timers.DEFAULT.withThroughput(-1))
                .withMessage("thinking is PT0S and throughput -1; neither can be negative");
    }

    @Test
    void leaveTimeForASecondTargetWithinFiveSecondsByDefault() {
        assertThat(Timers.DEFAULT.firstContent()).isLessThan(Duration.ofSeconds(4));
        assertThat(Timers.DEFAULT.headers()).isLessThan(Duration.ofSeconds(4));
    }
}
