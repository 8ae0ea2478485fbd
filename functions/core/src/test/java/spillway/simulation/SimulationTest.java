package spillway.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thousands of schedules against the real health, breaker and routing. A failing one prints itself;
 * {@code -Dspillway.simulation.seed=…} plays it again and prints what has happened, {@code
 * -Dspillway.simulation.schedules=…} plays more of them.
 */
class SimulationTest {
    private static final int SCHEDULES = Integer.getInteger("spillway.simulation.schedules", 2500);

    /** Every defect must show within so many. */
    private static final int MOST_UNTIL_FOUND = 300;

    @Test
    void nothingThatMustHoldIsEverBroken() {
        Map<String, Long> seen = new TreeMap<>();
        for (long seed = 0; seed < SCHEDULES; seed++) {
            Simulation.Outcome outcome = Simulation.play(Schedule.of(seed), Parts.SOUND, false);

            if (outcome.violation() != null) {
                fail(toldAgain(seed));
            }
            outcome.seen().forEach((what, count) -> seen.merge(what, count, Long::sum));
        }
        // Else it would be no wonder that nothing broke.
        assertThat(seen)
                .containsOnlyKeys(
                        "CLOSED -> OPEN",
                        "OPEN -> OPEN",
                        "OPEN -> RAMP",
                        "RAMP -> OPEN",
                        "RAMP -> CLOSED",
                        "leased",
                        "cooled",
                        "saved at last",
                        "unanswered")
                .allSatisfy((what, count) -> assertThat(count).as(what).isPositive());
    }

    /** Shows the schedule that was asked for, to whoever looks for a reason. */
    @Test
    void theSeedThatWasAskedForHolds() {
        Long asked = Long.getLong("spillway.simulation.seed");
        long seed = asked == null ? 0 : asked;
        if (asked != null) {
            System.out.println(toldAgain(seed));
        }

        assertThat(Simulation.play(Schedule.of(seed), Parts.SOUND, false).violation()).isNull();
    }

    @Test
    void theSameSeedComesToTheSame() {
        for (long seed = 0; seed < 40; seed++) {
            Simulation.Outcome once = Simulation.play(Schedule.of(seed), Parts.SOUND, true);
            Simulation.Outcome again = Simulation.play(Schedule.of(seed), Parts.SOUND, true);

            assertThat(once.journal()).isNotEmpty();
            assertThat(again).isEqualTo(once);
        }
    }

    @ParameterizedTest
    @MethodSource("spillway.simulation.Defect#all")
    void findsWhatIsWrong(Defect defect) {
        boolean isFound =
                LongStream.range(0, MOST_UNTIL_FOUND)
                        .mapToObj(seed -> Simulation.play(Schedule.of(seed), defect.parts(), false))
                        .map(Simulation.Outcome::violation)
                        .anyMatch(found -> found != null && found.startsWith(defect.breaks()));

        assertThat(isFound).as(defect.breaks()).isTrue();
    }

    private static String toldAgain(long seed) {
        Schedule schedule = Schedule.of(seed);
        Simulation.Outcome outcome = Simulation.play(schedule, Parts.SOUND, true);
        return outcome.violation()
                + "\n"
                + schedule
                + "\nreplay with -Dspillway.simulation.seed="
                + seed
                + "; what happened last:\n"
                + outcome.journal();
    }
}
