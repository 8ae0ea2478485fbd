package spillway.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import spillway.local.faults.Heard.End;
import spillway.local.faults.Heard.Event;

/** The bench's verdicts, by its methodology. */
class BenchScenarioTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void passesWhatWasRescuedByTheRules() throws Exception {
        assertThat(verdict("S04", answer(Text.WHOLE), true)).isEqualTo(Verdict.PASS);
    }

    @Test
    void callsRescuedAgainstAdvicePartial() throws Exception {
        assertThat(verdict("S03", answer(Text.WHOLE), true)).isEqualTo(Verdict.PARTIAL);
    }

    @Test
    void callsACleanErrorSafe() throws Exception {
        assertThat(verdict("S04", error(), true)).isEqualTo(Verdict.SAFE);
    }

    @Test
    void failsACutAnswerThatIsCalledDoneAndAHangAndADeadGateway() throws Exception {
        Heard hung = new Heard(0, 1, End.TOO_LATE, 0, Map.of(), List.of(), null, false);

        assertThat(verdict("S08", answer("A gateway"), true)).isEqualTo(Verdict.FAIL);
        assertThat(verdict("S08", hung, true)).isEqualTo(Verdict.FAIL);
        assertThat(verdict("S04", answer(Text.WHOLE), false)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void failsWhoAsksTheSameModelAgainOrNotAtAllAfterARefusal() throws Exception {
        assertThat(verdict("S12", answer(Text.WHOLE), true)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void wantsS15AnsweredThroughoutAndBackInTime() {
        assertThat(new Flap.Outcome(15, 15, false, 8, 5).verdict()).isEqualTo(Verdict.PASS);
        assertThat(new Flap.Outcome(15, 14, false, 8, 5).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(new Flap.Outcome(15, 15, false, -1, 5).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(new Flap.Outcome(15, 15, true, 8, 5).verdict()).isEqualTo(Verdict.FAIL);
    }

    private static Verdict verdict(String id, Heard heard, boolean isAlive) {
        BenchScenario bench =
                BenchScenario.all().stream()
                        .filter(one -> one.id().equals(id))
                        .findFirst()
                        .orElseThrow();
        return bench.judge(
                new Played(
                        bench.scenario(), heard, List.of(List.of(), List.of()), List.of("a", "b")),
                isAlive);
    }

    private static Heard answer(String text) throws Exception {
        String delta = JSON.writeValueAsString(Map.of("text", text));
        return new Heard(
                0,
                1,
                End.IN_ORDER,
                200,
                Map.of(),
                List.of(
                        new Event("text", JSON.readTree(delta), 1),
                        new Event("done", JSON.readTree("{\"finish_reason\":\"stop\"}"), 1)),
                null,
                false);
    }

    private static Heard error() throws Exception {
        return new Heard(0, 1, End.IN_ORDER, 503, Map.of(), List.of(), JSON.readTree("{}"), false);
    }
}
