package spillway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import spillway.attempt.Target;
import spillway.attempt.Timers;

class RouteTest {
    @Test
    void refusesARouteWithoutAGroup() {
        assertThatThrownBy(() -> new Route("fast", List.of(), "p2c", Duration.ofSeconds(4)))
                .hasMessage("route fast has no group; at least one is needed");
    }

    @Test
    void refusesAGroupWithoutATarget() {
        assertThatThrownBy(() -> new Route.Group(List.of()))
                .hasMessage("a group has no target; at least one is needed");
    }

    @Test
    void refusesAWeightBelowOne() {
        Target target = new Target("openai", "gpt");

        assertThatThrownBy(() -> new Route.Member(target, 0, Timers.DEFAULT))
                .hasMessage("weight of openai/gpt is 0; at least 1 is needed");
    }

    @Test
    void namesStandingsForTheWire() {
        assertThat(Candidate.Standing.LAST_RESORT.wireName()).isEqualTo("last_resort");
    }
}
