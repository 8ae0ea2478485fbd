package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import spillway.routing.Tries.DailyCap;

class InMemoryHedgeAllowanceTest {
    private static final Instant EVENING = Instant.parse("2026-03-01T23:59:59Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-03-02T00:00:00Z");
    private static final DailyCap ONE = new DailyCap.Count(1);

    private final InMemoryHedgeAllowance allowance = new InMemoryHedgeAllowance();

    @Test
    void allowsNoMoreThanTheCapInADay() {
        assertThat(allowance.take("r", ONE, EVENING)).isTrue();
        assertThat(allowance.take("r", ONE, EVENING)).isFalse();
    }

    @Test
    void beginsAnewWithTheDay() {
        allowance.take("r", ONE, EVENING);

        assertThat(allowance.take("r", ONE, MIDNIGHT)).isTrue();
    }

    @Test
    void countsEachRouteForItself() {
        allowance.take("r", ONE, EVENING);

        assertThat(allowance.take("other", ONE, EVENING)).isTrue();
    }

    @Test
    void aShareGrowsWithTheRequests() {
        DailyCap half = new DailyCap.Share(0.5);
        allowance.asked("r", EVENING);
        assertThat(allowance.take("r", half, EVENING)).isFalse();

        allowance.asked("r", EVENING);

        assertThat(allowance.take("r", half, EVENING)).isTrue();
        assertThat(allowance.take("r", half, EVENING)).isFalse();
    }
}
