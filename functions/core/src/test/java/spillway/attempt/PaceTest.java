package spillway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import spillway.chat.StreamEvent;

class PaceTest {
    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final long SECOND = 1_000_000_000L;

    private final Pace pace = new Pace(3, WINDOW);

    @ParameterizedTest
    @CsvSource({
        // A slow model at home, one on a loaded machine, one that writes Chinese.
        "500, 5, false",
        "1000, 4, false",
        "300, 1, false",
        // A token every few seconds.
        "2000, 5, true",
        "3000, 6, true",
        "10000, 9, true",
    })
    void tellsADripFromASlowModel(long gapMillis, int characters, boolean tooSlow) {
        for (long millis = 0; millis < 120_000; millis += gapMillis) {
            pace.add(text(characters), gapMillis * SECOND / 1000);
        }

        assertThat(pace.isTooSlow()).isEqualTo(tooSlow);
    }

    @Test
    void judgesNobodyBeforeAWholeWindow() {
        pace.add(text(1), 0);
        pace.add(new StreamEvent.Alive(), 29 * SECOND);
        assertThat(pace.isTooSlow()).isFalse();

        pace.add(new StreamEvent.Alive(), SECOND);
        assertThat(pace.isTooSlow()).isTrue();
    }

    @Test
    void countsFromTheFirstContent() {
        pace.add(new StreamEvent.Alive(), 50 * SECOND);
        pace.add(text(1), 50 * SECOND);
        pace.add(text(1), 20 * SECOND);

        assertThat(pace.isTooSlow()).isFalse();
    }

    @Test
    void forgetsWhatCameBeforeTheWindow() {
        pace.add(text(100_000), 0);
        for (int second = 0; second < 33; second++) {
            pace.add(new StreamEvent.Alive(), SECOND);
        }

        assertThat(pace.isTooSlow()).isTrue();
    }

    @Test
    void forgetsAllAfterAPauseLongerThanTheWindow() {
        pace.add(text(100_000), 0);
        pace.add(text(1), 500 * SECOND);

        assertThat(pace.isTooSlow()).isTrue();
    }

    @Test
    void countsEveryKindOfContent() {
        pace.add(new StreamEvent.TextDelta("x".repeat(15)), 0);
        pace.add(new StreamEvent.ReasoningDelta("x".repeat(15)), 15 * SECOND);
        pace.add(new StreamEvent.RefusalDelta("x".repeat(15)), 0);
        pace.add(new StreamEvent.ToolCallStarted(0, "id", "x".repeat(15)), 0);
        pace.add(new StreamEvent.ToolCallDelta(0, "x".repeat(30)), 15 * SECOND);
        pace.add(new StreamEvent.ToolCallEnded(0), 0);
        assertThat(pace.isTooSlow()).isFalse();

        pace.add(new StreamEvent.Alive(), 5 * SECOND);
        assertThat(pace.isTooSlow()).isTrue();
    }

    @Test
    void canBeOff() {
        Pace off = new Pace(0, WINDOW);
        off.add(text(1), 0);
        off.add(new StreamEvent.Alive(), 500 * SECOND);

        assertThat(off.isTooSlow()).isFalse();
    }

    private static StreamEvent text(int characters) {
        return new StreamEvent.TextDelta("x".repeat(characters));
    }
}
