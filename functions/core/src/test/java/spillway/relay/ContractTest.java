package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.relay.Stage.drain;
import static spillway.relay.Stage.target;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import spillway.attempt.Timers;
import spillway.chat.FinishReason;
import spillway.chat.StreamEvent;
import spillway.provider.ProviderSettings;
import spillway.provider.catalog.Providers;
import spillway.routing.Candidate.Standing;
import spillway.routing.OnBreak;
import spillway.routing.Route;
import spillway.testkit.provider.Attempt;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.ScriptedProviderServer;
import spillway.testkit.provider.Wire;

/** The contracts, by real providers before servers that break. */
@Timeout(60)
class ContractTest {
    private static final String TEXT =
            "One two three four five six seven eight nine ten eleven twelve.";
    private static final String BEFORE_THE_BREAK = "One two three four five";

    private final Stage stage = new Stage();
    private final Providers providers = new Providers(Clock.systemUTC());
    private final List<ScriptedProviderServer> servers = new ArrayList<>();

    @AfterEach
    void everythingIsSettledOnceAndNothingLeftOpen() throws InterruptedException {
        stage.assertSettled();
        for (ScriptedProviderServer server : servers) {
            server.close();
        }
        providers.close();
    }

    static List<Arguments> faultsOnBothWires() {
        Map<String, Fault> faults = new LinkedHashMap<>();
        for (Fault.How how : Fault.How.values()) {
            faults.put("cut " + how, new Fault.Cut(5, how));
        }
        faults.put("stall", new Fault.Stall(5));
        faults.put("error event", new Fault.ErrorEvent(5, Fault.Kind.OVERLOADED));
        faults.put("malformed chunk", new Fault.MalformedChunk(5));
        List<Arguments> all = new ArrayList<>();
        for (Wire wire : Wire.values()) {
            faults.forEach((name, fault) -> all.add(Arguments.of(wire, name, fault)));
        }
        return all;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("faultsOnBothWires")
    void continuesWithWhatRepeatsTheLastWords(Wire wire, String name, Fault fault) {
        server("a", wire).breakWith(fault);
        ScriptedProviderServer second = server("b", other(wire));

        List<AnswerEvent> events = play(OnBreak.CONTINUE);

        assertThat(text(events)).isEqualTo(TEXT);
        assertThat(of(events, AnswerEvent.Switch.class))
                .singleElement()
                .satisfies(
                        change -> {
                            assertThat(change.from()).isEqualTo(target("a"));
                            assertThat(change.to()).isEqualTo(target("b"));
                            assertThat(change.at()).isEqualTo(BEFORE_THE_BREAK.length());
                        });
        assertThat(last(events, AnswerEvent.Done.class).reason()).isEqualTo(FinishReason.STOP);
        assertThat(last(events, AnswerEvent.Done.class).attempts()).hasSize(2);
        assertThat(second.attempts())
                .singleElement()
                .extracting(Attempt::body)
                .asString()
                .contains("\"" + BEFORE_THE_BREAK + "\"")
                .contains("The last words are:\\n" + BEFORE_THE_BREAK);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("faultsOnBothWires")
    void continuesWithWhatGoesOnFromTheBeginning(Wire wire, String name, Fault fault) {
        stage.prefill = true;
        server("a", wire).breakWith(fault);
        ScriptedProviderServer second = server("b", other(wire));
        second.answer(TEXT.substring(BEFORE_THE_BREAK.length()), Duration.ZERO, Duration.ZERO);

        List<AnswerEvent> events = play(OnBreak.CONTINUE);

        assertThat(text(events)).isEqualTo(TEXT);
        assertThat(last(events, AnswerEvent.Done.class).attempts()).hasSize(2);
        assertThat(second.attempts())
                .singleElement()
                .extracting(Attempt::body)
                .asString()
                .contains("\"" + BEFORE_THE_BREAK + "\"")
                .doesNotContain("last words");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("faultsOnBothWires")
    void endsWithAnErrorThatSaysHowFarItCame(Wire wire, String name, Fault fault) {
        server("a", wire).breakWith(fault);
        ScriptedProviderServer second = server("b", other(wire));

        List<AnswerEvent> events = play(OnBreak.ERROR);

        assertThat(text(events)).isEqualTo(BEFORE_THE_BREAK);
        AnswerEvent.Failed failed = last(events, AnswerEvent.Failed.class);
        assertThat(failed.at()).isEqualTo(BEFORE_THE_BREAK.length());
        assertThat(failed.resumable()).isTrue();
        assertThat(failed.failure().reason()).isEqualTo("broken_off");
        assertThat(second.attempts()).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("faultsOnBothWires")
    void beginsAnewAfterAReset(Wire wire, String name, Fault fault) {
        server("a", wire).breakWith(fault);
        server("b", other(wire)).answer("Something else.", Duration.ZERO, Duration.ZERO);

        List<AnswerEvent> events = play(OnBreak.RESTART);

        int reset = events.indexOf(of(events, AnswerEvent.Reset.class).getFirst());
        assertThat(text(events.subList(0, reset))).isEqualTo(BEFORE_THE_BREAK);
        assertThat(text(events.subList(reset, events.size()))).isEqualTo("Something else.");
        assertThat(of(events, AnswerEvent.Reset.class))
                .singleElement()
                .extracting(AnswerEvent.Reset::at)
                .isEqualTo((long) BEFORE_THE_BREAK.length());
        assertThat(last(events, AnswerEvent.Done.class).attempts()).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("wires")
    void neverContinuesAToolCall(Wire wire) {
        server("a", wire).breakWith(Fault.Content.CUT_IN_TOOL_CALL);
        ScriptedProviderServer second = server("b", other(wire));

        List<AnswerEvent> events = play(OnBreak.CONTINUE);

        assertThat(last(events, AnswerEvent.Failed.class).resumable()).isFalse();
        assertThat(second.attempts()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("wires")
    void beginsAnewAfterAToolCallThatWasCut(Wire wire) {
        server("a", wire).breakWith(Fault.Content.CUT_IN_TOOL_CALL);
        server("b", other(wire)).breakWith(Fault.Content.TOOL_CALLS);

        List<AnswerEvent> events = play(OnBreak.RESTART);

        int reset = events.indexOf(of(events, AnswerEvent.Reset.class).getFirst());
        assertThat(events.subList(reset, events.size()))
                .contains(new AnswerEvent.Delta(new StreamEvent.ToolCallEnded(1)));
        assertThat(last(events, AnswerEvent.Done.class).reason())
                .isEqualTo(FinishReason.TOOL_CALLS);
    }

    @ParameterizedTest
    @MethodSource("wires")
    void endsAWholeTextWhoseEndWasNotTold(Wire wire) {
        server("a", wire).breakWith(Fault.Ending.TERMINAL_WITHOUT_REASON);
        server("b", other(wire));

        List<AnswerEvent> events = play(OnBreak.CONTINUE);

        assertThat(text(events)).isEqualTo(TEXT);
        last(events, AnswerEvent.Done.class);
    }

    @ParameterizedTest
    @MethodSource("wires")
    void aFallbackThatRejectsTheContinuationIsNotTheReadersFault(Wire wire) {
        server("a", wire).breakWith(new Fault.Cut(5, Fault.How.RST));
        server("b", other(wire)).breakWith(Fault.status(400));

        List<AnswerEvent> events = play(OnBreak.CONTINUE);

        AnswerEvent.Failed failed = last(events, AnswerEvent.Failed.class);
        assertThat(failed.failure())
                .isInstanceOfSatisfying(
                        AnswerFailure.BrokenOff.class,
                        broken -> {
                            assertThat(broken.why()).isEqualTo(AnswerFailure.Halt.NOBODY_LEFT);
                            assertThat(broken.attempts()).hasSize(2);
                            assertThat(broken.attempts().getFirst().target())
                                    .isEqualTo(target("a"));
                        });
        assertThat(failed.failure().toString()).doesNotContain("provider text");
    }

    @Test
    void aFallbackThatRejectsTheRequestDoesNotHideTheFirstCause() {
        server("a", Wire.OPENAI).breakWith(Fault.status(503));
        server("b", Wire.ANTHROPIC).breakWith(Fault.status(400));

        AnswerFailure failure = stage.refusal();

        assertThat(failure)
                .isInstanceOfSatisfying(
                        AnswerFailure.AllFailed.class,
                        all -> {
                            assertThat(all.attempts()).hasSize(2);
                            assertThat(all.attempts().getFirst().target()).isEqualTo(target("a"));
                        });
    }

    @Test
    void aModelThatPingsWithoutAWordBeginsItsAnswerWhenTheHoldIsOver() {
        stage.contract = new Route.Contract(Duration.ofMillis(100), OnBreak.CONTINUE);
        server("a", Wire.ANTHROPIC).breakWith(Fault.PreludeThen.PINGS);

        try (Answer answer = stage.answer()) {
            assertThat(answer.next(Duration.ofSeconds(5)))
                    .contains(new AnswerEvent.Start("answer", "r", target("a")));
            assertThat(answer.next(Duration.ofMillis(200))).isEmpty();
        }
    }

    static Wire[] wires() {
        return Wire.values();
    }

    private ScriptedProviderServer server(String id, Wire wire) {
        var server = ScriptedProviderServer.start(wire, 0);
        servers.add(server);
        server.answer(TEXT, Duration.ZERO, Duration.ZERO);
        ProviderSettings.Kind kind =
                switch (wire) {
                    case OPENAI -> ProviderSettings.Kind.OPENAI;
                    case ANTHROPIC -> ProviderSettings.Kind.ANTHROPIC;
                };
        stage.timers =
                new Timers(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        id.equals("a") ? Duration.ofMillis(300) : Duration.ofSeconds(10));
        stage.withAny(
                id,
                providers.of(
                        new ProviderSettings(id, kind, server.baseUrl(), "KEY"), () -> "sk-key"),
                Standing.READY);
        return server;
    }

    private static Wire other(Wire wire) {
        return wire == Wire.OPENAI ? Wire.ANTHROPIC : Wire.OPENAI;
    }

    private List<AnswerEvent> play(OnBreak onBreak) {
        stage.onBreak = onBreak;
        try (Answer answer = stage.answer()) {
            return drain(answer);
        }
    }

    private static <E extends AnswerEvent> E last(List<AnswerEvent> events, Class<E> kind) {
        assertThat(events.stream().filter(Stage::isLast)).hasSize(1);
        assertThat(events.getLast()).isInstanceOf(kind);
        return kind.cast(events.getLast());
    }

    private static <E extends AnswerEvent> List<E> of(List<AnswerEvent> events, Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static String text(List<AnswerEvent> events) {
        var text = new StringBuilder();
        for (AnswerEvent.Delta delta : of(events, AnswerEvent.Delta.class)) {
            if (delta.content() instanceof StreamEvent.TextDelta(var more)) {
                text.append(more);
            }
        }
        return text.toString();
    }
}
