package spillway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PeakEwmaTest {
    private final ManualTime time = new ManualTime();
    private final PeakEwma ewma = new PeakEwma(time);

    @Test
    void isUnknownAtFirst() {
        assertThat(ewma.millis()).isZero();
    }

    @Test
    void followsARiseAtOnceAndAFallSlowly() {
        ewma.observe(Duration.ofMillis(100));
        ewma.observe(Duration.ofMillis(900));
        double afterRise = ewma.millis();
        time.advance(Duration.ofSeconds(1));
        ewma.observe(Duration.ofMillis(100));

        assertThat(afterRise).isEqualTo(900);
        assertThat(ewma.millis()).isCloseTo(823.9, within(0.1));
    }

    @Test
    void fadesUntilItIsUnknownAgain() {
        ewma.observe(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(10));
        double afterTenSeconds = ewma.millis();
        time.advance(Duration.ofSeconds(60));

        assertThat(afterTenSeconds).isCloseTo(367.9, within(0.1));
        assertThat(ewma.millis()).isZero();
    }

    @Test
    void doesNotGrowWhenTheClockStepsBack() {
        ewma.observe(Duration.ofMillis(500));
        time.advance(Duration.ofHours(-1));

        assertThat(ewma.millis()).isEqualTo(500);
    }
}
