package spillway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void findsPercentilesAsUpperBoundsOfBuckets() {
        Latencies latencies = Latencies.NONE;
        for (int millis = 1; millis <= 1_000; millis++) {
            latencies = latencies.plus(Latencies.of(Duration.ofMillis(millis)));
        }

        assertThat(latencies.count()).isEqualTo(1_000);
        assertThat(latencies.sumMillis()).isEqualTo(500_500);
        assertThat(latencies.percentile(0.025)).isEqualTo(25);
        assertThat(latencies.percentile(0.5)).isEqualTo(600);
        assertThat(latencies.percentile(0.9)).isEqualTo(1_200);
        assertThat(latencies.percentile(0.8)).isEqualTo(800);
    }

    @Test
    void takesABoundAsInsideItsBucket() {
        assertThat(Latencies.of(Duration.ofMillis(25)).percentile(1)).isEqualTo(25);
        assertThat(Latencies.of(Duration.ofMillis(26)).percentile(1)).isEqualTo(50);
    }

    @Test
    void takesWhatIsBeyondTheLastBoundForTwiceAsSlow() {
        assertThat(Latencies.of(Duration.ofHours(1)).percentile(0.5)).isEqualTo(120_000);
    }

    @Test
    void hasNoPercentileOfNothing() {
        assertThat(Latencies.NONE.percentile(0.5)).isZero();
    }

    @Test
    void refusesAnotherNumberOfBuckets() {
        assertThatThrownBy(() -> new Latencies(List.of(1L, 2L), 3))
                .hasMessage("2 buckets; 21 are needed");
    }
}
