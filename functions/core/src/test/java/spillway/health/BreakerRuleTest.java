package spillway.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import spillway.health.TargetHealth.State;

class BreakerRuleTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private final BreakerRule rule = new BreakerRule(BreakerSettings.DEFAULT);
    private final TargetHealth well = TargetHealth.well("a/b");

    @Test
    void doublesTheTimeOpenUpToTheMost() {
        TargetHealth health = well;
        long[] seconds = new long[6];
        for (int i = 0; i < seconds.length; i++) {
            health = rule.opened(health, NOW, "unavailable", 0.5);
            seconds[i] = Duration.between(NOW, health.openUntil()).toSeconds();
        }

        assertThat(seconds).containsExactly(5, 10, 20, 40, 60, 60);
        assertThat(health.backoff()).isEqualTo(6);
        assertThat(health.version()).isEqualTo(6);
    }

    @Test
    void spreadsTheTimeOpenByAFifth() {
        assertThat(rule.opened(well, NOW, "x", 0).openUntil()).isEqualTo(NOW.plusSeconds(4));
        assertThat(rule.opened(well, NOW, "x", 1).openUntil()).isEqualTo(NOW.plusSeconds(6));
    }

    @Test
    void needsTheShareOfFailures() {
        assertThat(rule.opens(well, new Counters(5, 5, 2, 5), 0, false, NOW)).isTrue();
        assertThat(rule.opens(well, new Counters(5, 6, 2, 5), 0, false, NOW)).isFalse();
        assertThat(rule.opens(well, new Counters(2, 0, 2, 2), 0, false, NOW)).isFalse();
    }

    @Test
    void judgesATargetWhoseRampIsOverAsAWellOne() {
        TargetHealth ramp = BreakerRule.recovered(rule.opened(well, NOW, "x", 0.5), NOW);
        Counters twoOfState = new Counters(2, 0, 2, 2);

        assertThat(ramp.state()).isEqualTo(State.RAMP);
        assertThat(rule.opens(ramp, twoOfState, ramp.version(), false, NOW.plusSeconds(29)))
                .isTrue();
        assertThat(rule.opens(ramp, twoOfState, ramp.version(), false, NOW.plusSeconds(30)))
                .isFalse();
        assertThat(
                        rule.opens(
                                ramp,
                                new Counters(5, 0, 2, 5),
                                ramp.version(),
                                false,
                                NOW.plusSeconds(30)))
                .isTrue();
    }

    @Test
    void keepsTheBackoffUntilItIsWell() {
        TargetHealth open = rule.opened(rule.opened(well, NOW, "x", 0.5), NOW, "x", 0.5);
        TargetHealth ramp = BreakerRule.recovered(open, NOW);

        assertThat(ramp.backoff()).isEqualTo(2);
        assertThat(ramp.openUntil()).isNull();
        assertThat(BreakerRule.closed(ramp, NOW).backoff()).isZero();
    }

    @Test
    void staysRefusedWhenAProbeFailsForAnotherReason() {
        TargetHealth refused =
                BreakerRule.disabled(well, NOW, NOW.plusSeconds(300), "account_refused");

        TargetHealth open = rule.opened(refused, NOW.plusSeconds(300), "unavailable", 0.5);

        assertThat(open.disabledFor()).isEqualTo("account_refused");
        assertThat(open.reason()).isEqualTo("unavailable");
    }
}
