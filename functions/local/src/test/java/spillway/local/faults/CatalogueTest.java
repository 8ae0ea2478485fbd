package spillway.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import spillway.testkit.provider.Fault;

/** What is played, and what it is compared with. */
class CatalogueTest {
    @Test
    void playsEveryFaultOnBothWires() {
        assertThat(Scenarios.healthyNext()).hasSize(2 * Fault.catalogue().size());
    }

    @Test
    void givesEveryScenarioTargetsOfItsOwn() {
        List<Scenario> all =
                Stream.of(
                                Scenarios.healthyNext(),
                                Scenarios.explicitAgain(Scenarios.healthyNext()),
                                Scenarios.otherContracts(),
                                Scenarios.bothFail(),
                                Scenarios.combined(),
                                Storm.cast(Scenarios.healthyNext()))
                        .flatMap(List::stream)
                        .toList();

        assertThat(all).extracting(Scenario::id).doesNotHaveDuplicates();
        assertThat(all)
                .flatExtracting(Scenario::legs)
                .extracting(Leg::model)
                .doesNotHaveDuplicates();
        assertThat(all).allMatch(scenario -> scenario.id().length() <= 64);
    }

    @Test
    void asksForSixtyWords() {
        assertThat(Text.WHOLE.split("\\s+", -1)).hasSize(60);
    }

    @Test
    void quotesTheScorecardAsItStands() {
        assertThat(tally(Peers.PORTKEY)).containsExactly(11, 2, 0, 3);
        assertThat(tally(Peers.BIFROST)).containsExactly(9, 3, 3, 1);
        assertThat(tally(Peers.LITELLM)).containsExactly(9, 3, 4, 0);
        assertThat(tally(Peers.NONE)).containsExactly(4, 0, 12, 0);
        assertThat(tally(Peers.REFERENCE)).containsExactly(16, 0, 0, 0);
        assertThat(Peers.PORTKEY.verdicts().get(7)).isEqualTo(Verdict.FAIL);
        assertThat(Peers.BIFROST.verdicts().get(5)).isEqualTo(Verdict.FAIL);
    }

    private static List<Integer> tally(Peers peer) {
        return Stream.of(Verdict.values())
                .map(one -> (int) peer.verdicts().stream().filter(one::equals).count())
                .toList();
    }
}
