package spillway.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import spillway.local.faults.Heard.End;
import spillway.local.faults.Heard.Event;
import spillway.local.faults.Scenario.Expected;
import spillway.local.faults.Scenario.Form;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.Wire;

/** The judge itself: what must not pass, does not. */
class ContractTest {
    private static final String TEXT = "one two three";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void takesAWholeAnswer() throws Exception {
        assertThat(objections(Contract.WHOLE_OR_ERROR, text("one two"), text(" three"), done()))
                .isEmpty();
    }

    @Test
    void callsACutAnswerThatEndsAsDoneAFalseCompletion() throws Exception {
        assertThat(objections(Contract.WHOLE_OR_ERROR, text("one two"), done()))
                .anyMatch(objection -> objection.startsWith("A FALSE COMPLETION"));
    }

    @Test
    void findsRepeatedWords() throws Exception {
        assertThat(objections(Contract.GOES_ON, text("one two"), text(" two three"), done()))
                .contains("NOT the provider's text, 17 of 13 characters");
    }

    @Test
    void findsTwoEnds() throws Exception {
        assertThat(objections(Contract.WHOLE_OR_ERROR, text(TEXT), done(), failed()))
                .contains("2 last events");
    }

    @Test
    void findsAnswersWithoutAnEnd() throws Exception {
        assertThat(objections(Contract.WHOLE_OR_ERROR, text(TEXT))).contains("0 last events");
    }

    @Test
    void findsErrorsThatHideWhatTheyCutOff() throws Exception {
        assertThat(objections(Contract.FAILS_OPENLY, text("one"), failed())).isEmpty();
        assertThat(objections(Contract.FAILS_OPENLY, text("two"), failed()))
                .contains("what came is not the beginning of the answer");
    }

    @Test
    void countsTextOnlySinceTheReset() throws Exception {
        assertThat(
                        objections(
                                Contract.STARTS_AGAIN,
                                text("one tw"),
                                event("reset", "{\"at\":6}"),
                                text(TEXT),
                                done()))
                .isEmpty();
    }

    @Test
    void countsToolCallsOnlySinceTheReset() throws Exception {
        assertThat(
                        objections(
                                Contract.STARTS_AGAIN,
                                event("tool", "{\"index\":0,\"complete\":true}"),
                                event("reset", "{\"at\":0}"),
                                text(TEXT),
                                done()))
                .isEmpty();
    }

    @Test
    void findsHangsAndLeaks() {
        Heard silent = new Heard(0, 1, End.TOO_LATE, 0, Map.of(), List.of(), null, true);

        assertThat(Contract.EXPLICIT_ERROR.objections(played(Contract.EXPLICIT_ERROR, silent)))
                .contains("it hung", "the provider's own words came through");
    }

    @Test
    void wantsATrueStatusThatNamesEveryAttempt() throws Exception {
        Heard said =
                new Heard(
                        0,
                        1,
                        End.IN_ORDER,
                        503,
                        Map.of(
                                "content-type",
                                "application/problem+json",
                                "x-should-retry",
                                "false"),
                        List.of(),
                        JSON.readTree(
                                "{\"attempts\":[{\"target\":\"gone/a\",\"outcome\":\"failed\"}]}"),
                        false);
        Heard bare = new Heard(0, 1, End.IN_ORDER, 200, Map.of(), List.of(), null, false);

        assertThat(Contract.HTTP_ERROR.objections(played(Contract.HTTP_ERROR, said))).isEmpty();
        assertThat(Contract.HTTP_ERROR.objections(played(Contract.HTTP_ERROR, bare)))
                .contains("the status is 200", "an attempt is not named");
    }

    private static List<String> objections(Contract contract, Event... events) throws Exception {
        List<Event> all = new ArrayList<>();
        all.add(event("start", "{}"));
        all.add(event("switch", "{\"at\":7}"));
        all.addAll(List.of(events));
        return contract.objections(
                played(contract, new Heard(0, 1, End.IN_ORDER, 200, Map.of(), all, null, false)));
    }

    private static Played played(Contract contract, Heard heard) {
        Scenario scenario =
                new Scenario(
                        "s",
                        "s",
                        List.of(Leg.of(Wire.OPENAI, "a", Fault.Dead.REFUSED)),
                        null,
                        Form.TEXT,
                        contract,
                        Expected.text(TEXT),
                        false);
        return new Played(scenario, heard, List.of(List.of()), List.of("gone/a"));
    }

    private static Event text(String text) throws Exception {
        return event("text", JSON.writeValueAsString(Map.of("text", text)));
    }

    private static Event done() throws Exception {
        return event("done", "{\"finish_reason\":\"stop\"}");
    }

    private static Event failed() throws Exception {
        return event("failed", "{\"attempts\":[{\"target\":\"gone/a\",\"outcome\":\"failed\"}]}");
    }

    private static Event event(String name, String data) throws Exception {
        return new Event(name, JSON.readTree(data), 1);
    }
}
