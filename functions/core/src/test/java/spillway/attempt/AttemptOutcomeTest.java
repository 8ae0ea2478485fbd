package spillway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;

class AttemptOutcomeTest {
    @Test
    void eachHasItsNameOnTheWire() {
        assertThat(
                        Stream.of(
                                new AttemptOutcome.Answered(FinishReason.STOP),
                                new AttemptOutcome.Failed(new ProviderFailure.Empty(), false),
                                new AttemptOutcome.Cancelled(),
                                new AttemptOutcome.LostRace()))
                .extracting(AttemptOutcome::wireName)
                .containsExactly("answered", "failed", "cancelled", "lost_race");
    }
}
