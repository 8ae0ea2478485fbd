package spillway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @Test
    void refusesANegativeDuration() {
        Duration second = Duration.ofSeconds(1);

        assertThatThrownBy(
                        () ->
                                new FleetHealthSettings(
                                        second,
                                        second,
                                        Duration.ofMillis(-1),
                                        second,
                                        second,
                                        second,
                                        second,
                                        second,
                                        second,
                                        second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a duration is PT-0.001S; at least 0 is needed");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.5, 1, PT10S, PT5S, PT60S, PT30S",
        "5, 0.5, 0, PT10S, PT5S, PT60S, PT30S",
        "5, 0, 1, PT10S, PT5S, PT60S, PT30S",
        "5, 1.1, 1, PT10S, PT5S, PT60S, PT30S",
        "5, NaN, 1, PT10S, PT5S, PT60S, PT30S",
        "5, 0.5, 1, PT0.001S, PT5S, PT60S, PT30S",
        "5, 0.5, 1, PT10S, PT0S, PT60S, PT30S",
        "5, 0.5, 1, PT10S, PT5S, PT4S, PT30S",
        "5, 0.5, 1, PT10S, PT5S, PT60S, PT-1S",
    })
    void refusesABreakerThatMakesNoSense(
            int failures,
            double share,
            int reporters,
            Duration window,
            Duration open,
            Duration openMax,
            Duration ramp) {
        assertThatThrownBy(
                        () ->
                                new BreakerSettings(
                                        failures, share, reporters, window, open, openMax, ramp))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAWindowWithoutHalves() {
        assertThatThrownBy(
                        () ->
                                new Evidence(
                                        "a",
                                        0,
                                        Duration.ofMillis(1),
                                        0,
                                        Latencies.NONE,
                                        0,
                                        Map.of(),
                                        null))
                .hasMessage("window is PT0.001S; at least 2 ms are needed, for two halves");
    }

    @Test
    void namesItsValuesForTheWire() {
        assertThat(Board.Source.SHARED.wireName()).isEqualTo("shared");
        assertThat(TargetHealth.State.RAMP.wireName()).isEqualTo("ramp");
    }

    @Test
    void aViewWithoutAReadHasNoNews() {
        Board board = new Board(Map.of(), Instant.EPOCH, Board.Source.LOCAL);
        BoardView view = BoardView.of(board);

        assertThat(view.known()).isSameAs(board);
        assertThat(view.isReading()).isFalse();
        assertThat(view.news()).isEmpty();
    }

    @Test
    void aListenerMayHearNothing() {
        HealthListener none = HealthListener.NONE;

        none.stateChanged("a", TargetHealth.State.CLOSED, TargetHealth.State.OPEN, "unavailable");
        none.accountRefused("a", new spillway.chat.ProviderFailure.KeyMissing());
        none.tableReachable(false);

        assertThat(LocalView.NOTHING.of("a")).isEqualTo(LocalView.Seen.NEVER);
    }
}
