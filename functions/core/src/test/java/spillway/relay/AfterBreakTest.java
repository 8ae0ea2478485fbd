package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static spillway.attempt.TapeProvider.failing;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;
import static spillway.attempt.TapeProvider.saying;
import static spillway.attempt.TapeProvider.silent;
import static spillway.relay.Stage.drain;
import static spillway.relay.Stage.target;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.TapeProvider;
import spillway.attempt.Timers;
import spillway.audit.AuditEvent;
import spillway.chat.FinishReason;
import spillway.chat.Message;
import spillway.chat.ProviderFailure;
import spillway.chat.ResponseFormat;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.relay.AnswerFailure.Halt;
import spillway.routing.OnBreak;
import spillway.routing.Route;

/** What becomes of answers that break, by what was agreed. */
@Timeout(30)
class AfterBreakTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(40);
    private static final Duration LATE = Duration.ofMillis(400);
    private static final ProviderFailure CUT = new ProviderFailure.CutOff("eof");
    private static final ProviderFailure SICK = new ProviderFailure.Unavailable(503, "");
    private static final ProviderFailure REJECTED = new ProviderFailure.Rejected(400, "");

    private final Stage stage = new Stage();

    @AfterEach
    void everythingIsSettledOnceAndNothingLeftOpen() throws InterruptedException {
        stage.assertSettled();
    }

    @Test
    void anotherTargetGoesOnFromTheExactPoint() {
        stage.with("a", playing(opened().say("The sky ", "is ").fail(CUT)))
                .with("b", saying("The s", "ky is", " blue", "."));

        List<AnswerEvent> events = play();

        assertThat(events)
                .containsExactly(
                        new AnswerEvent.Start("answer", "r", target("a")),
                        text("The sky "),
                        text("is "),
                        new AnswerEvent.Switch(target("a"), target("b"), "cut_off", 11),
                        text("blue"),
                        text("."),
                        new AnswerEvent.Done(FinishReason.STOP, usage(), reports()));
        assertThat(stage.audit.all(AuditEvent.Switched.class))
                .extracting(AuditEvent.Switched::at)
                .containsExactly(11L);
        assertThat(ended().failure()).isNull();
    }

    @Test
    void aTargetThatTakesNoBeginningIsToldToRepeatTheLastWords() {
        stage.with("a", playing(opened().say("The sky is ").fail(CUT)))
                .with("b", saying("The sky is blue."));

        play();

        List<Message> asked = stage.tapes.get(1).asked().getFirst().messages();
        assertThat(asked.subList(0, 2))
                .containsExactly(
                        new Message.User("prompt"), new Message.Assistant("The sky is", List.of()));
        assertThat(asked.get(2))
                .isInstanceOfSatisfying(
                        Message.User.class,
                        user -> assertThat(user.text()).endsWith("are:\nThe sky is"));
        assertThat(asked).hasSize(3);
    }

    @Test
    void aTargetThatTakesABeginningGetsItWithoutTheSpaceAtItsEnd() {
        stage.prefill = true;
        stage.with("a", playing(opened().say("The sky is\n").fail(CUT)))
                .with("b", saying("\nblue", "."));

        List<AnswerEvent> events = play();

        assertThat(textOf(events)).isEqualTo("The sky is\nblue.");
        assertThat(stage.tapes.get(1).asked().getFirst().messages())
                .containsExactly(
                        new Message.User("prompt"), new Message.Assistant("The sky is", List.of()));
    }

    @Test
    void aTargetThatTakesABeginningMayCallAToolNext() {
        stage.prefill = true;
        var call = new StreamEvent.ToolCallStarted(0, "call_1", "weather");
        stage.with("a", playing(opened().say("Let me look.").fail(CUT)))
                .with(
                        "b",
                        playing(
                                opened().say(call, new StreamEvent.ToolCallEnded(0))
                                        .finish(FinishReason.TOOL_CALLS)));

        List<AnswerEvent> events = play();

        assertThat(events)
                .contains(new AnswerEvent.Delta(call))
                .last()
                .isInstanceOf(AnswerEvent.Done.class);
    }

    @Test
    void aTextOfBlanksIsAskedForAgainFromItsBeginning() {
        stage.with("a", playing(opened().say("\n\n").fail(CUT))).with("b", saying("\n", "Hello"));

        List<AnswerEvent> events = play();

        assertThat(textOf(events)).isEqualTo("\n\nHello");
        assertThat(stage.tapes.get(1).asked().getFirst().messages())
                .containsExactly(new Message.User("prompt"));
    }

    @Test
    void asManyTargetsGoOnAsAreLeft() {
        stage.with("a", playing(opened().say("one ").fail(CUT)))
                .with("b", playing(opened().say("one two ").fail(CUT)))
                .with("c", playing(opened().say("one t").fail(CUT)))
                .with("d", saying("one two three"));

        List<AnswerEvent> events = play();

        assertThat(textOf(events)).isEqualTo("one two three");
        assertThat(of(events, AnswerEvent.Switch.class))
                .containsExactly(
                        new AnswerEvent.Switch(target("a"), target("b"), "cut_off", 4),
                        new AnswerEvent.Switch(target("b"), target("c"), "cut_off", 8),
                        new AnswerEvent.Switch(target("c"), target("d"), "cut_off", 8));
        assertThat(events.getLast()).isInstanceOf(AnswerEvent.Done.class);
    }

    @Test
    void theFallbackThatRejectsTheContinuationIsPassedOver() {
        stage.with("a", playing(opened().say("one ").fail(CUT)))
                .with("b", failing(REJECTED))
                .with("c", saying("one two"));

        List<AnswerEvent> events = play();

        assertThat(textOf(events)).isEqualTo("one two");
        assertThat(events.getLast()).isInstanceOf(AnswerEvent.Done.class);
    }

    @Test
    void theFirstCauseStandsFirstWhenNobodyCanGoOn() {
        stage.with("a", playing(opened().say("one ").fail(CUT)))
                .with("b", failing(REJECTED))
                .with("c", failing(SICK));

        List<AnswerEvent> events = play();

        assertFailed(events, Halt.NOBODY_LEFT, 4, true);
        assertThat(reports())
                .extracting(AttemptReport::outcome)
                .containsExactly(
                        new AttemptOutcome.Failed(CUT, true),
                        new AttemptOutcome.Failed(REJECTED, false),
                        new AttemptOutcome.Failed(SICK, false));
        assertThat(ended().failure()).isEqualTo("broken_off");
    }

    @Test
    void silenceIsLeftForWhoGoesOn() {
        stage.timers = new Timers(LONG, LONG, LONG, LONG, SHORT);
        stage.with("a", playing(opened().say("one "))).with("b", saying("one two"));

        List<AnswerEvent> events = play();

        assertThat(textOf(events)).isEqualTo("one two");
        assertThat(of(events, AnswerEvent.Switch.class).getFirst().reason())
                .isEqualTo("timeout_next_event");
    }

    @Test
    void aTextThatWasWholeButForItsEndIsEndedByWhoHasNothingToAdd() {
        stage.with("a", playing(opened().say("All said.").fail(CUT)))
                .with("b", saying("All said."));

        List<AnswerEvent> events = play();

        assertThat(textOf(events)).isEqualTo("All said.");
        assertThat(events.getLast()).isInstanceOf(AnswerEvent.Done.class);
    }

    @Test
    void whoHasNothingToAddToABeginningIsNotSickAndAnotherIsAsked() {
        stage.prefill = true;
        stage.with("a", playing(opened().say("The sky is ").fail(CUT)))
                .with("b", playing(opened().finish()))
                .with("c", saying("blue."));

        List<AnswerEvent> events = play();

        assertThat(textOf(events)).isEqualTo("The sky is blue.");
        assertThat(of(events, AnswerEvent.Switch.class).getLast().reason()).isEqualTo("empty");
        assertThat(stage.health.outcomes())
                .containsExactly(
                        new AttemptOutcome.Failed(CUT, true),
                        new AttemptOutcome.Cancelled(),
                        new AttemptOutcome.Answered(FinishReason.STOP));
    }

    @Test
    void silenceAfterABeginningDoesNotMakeACutTextWhole() {
        stage.prefill = true;
        stage.with("a", playing(opened().say("The sky is ").fail(CUT)))
                .with("b", playing(opened().finish()));

        assertFailed(play(), Halt.NOBODY_LEFT, 11, true);
    }

    @Test
    void silenceWithoutABeginningIsASickness() {
        stage.with("a", playing(opened().say("The sky is ").fail(CUT)))
                .with("b", playing(opened().finish()));

        assertFailed(play(), Halt.NOBODY_LEFT, 11, true);
        assertThat(stage.health.outcomes().getLast())
                .isEqualTo(new AttemptOutcome.Failed(new ProviderFailure.Empty(), false));
    }

    @Test
    void whatDoesNotJoinIsAnErrorAndNotAnAnswer() {
        stage.with("a", playing(opened().say("The sky is ").fail(CUT)))
                .with("b", playing(opened().say("Sorry, where were we?").forEver()));

        List<AnswerEvent> events = play();

        assertFailed(events, Halt.APART, 11, true);
        assertThat(textOf(events)).isEqualTo("The sky is ");
        assertThat(stage.health.outcomes().getLast()).isEqualTo(new AttemptOutcome.Cancelled());
    }

    static Stream<TapeProvider.Tape> tapesThatEndBeforeTheyJoin() {
        return Stream.of(
                opened().say("The sky").finish(),
                opened().say("The sky is").finish(FinishReason.LENGTH),
                opened().finish(FinishReason.REFUSAL),
                opened().say(new StreamEvent.RefusalDelta("no")).finish(FinishReason.REFUSAL),
                opened().say("The ")
                        .say(new StreamEvent.ToolCallStarted(0, "call_1", "weather"))
                        .finish(FinishReason.TOOL_CALLS));
    }

    @ParameterizedTest
    @MethodSource("tapesThatEndBeforeTheyJoin")
    void whatEndsBeforeItJoinsIsAnErrorAndNotAnEnd(TapeProvider.Tape tape) {
        stage.with("a", playing(opened().say("The sky is blue, ").fail(CUT)))
                .with("b", playing(tape));

        List<AnswerEvent> events = play();

        assertFailed(events, Halt.APART, 17, true);
    }

    @Test
    void whatAnotherThinksOfHowToGoOnIsNotForTheReader() {
        stage.with("a", playing(opened().say("one ").fail(CUT)))
                .with(
                        "b",
                        playing(
                                opened().say(new StreamEvent.ReasoningDelta("They want one"))
                                        .say("one two")
                                        .finish()));

        List<AnswerEvent> events = play();

        assertThat(textOf(events)).isEqualTo("one two");
        assertThat(of(events, AnswerEvent.Delta.class))
                .extracting(AnswerEvent.Delta::content)
                .allMatch(StreamEvent.TextDelta.class::isInstance);
    }

    static Stream<TapeProvider.Tape> tapesThatBringTheReaderNothing() {
        return Stream.of(
                opened().say(new StreamEvent.ReasoningDelta("They want ")),
                opened().say(new StreamEvent.ReasoningDelta("They want ")).forEver(),
                opened().say("on"));
    }

    @ParameterizedTest
    @MethodSource("tapesThatBringTheReaderNothing")
    void whoBringsTheReaderNothingInTimeIsLeftForWhoIsReady(TapeProvider.Tape tape) {
        stage.timers = new Timers(LONG, LONG, LATE, LONG, LONG);
        stage.with("a", playing(opened().say("one ").fail(CUT)))
                .with("b", playing(tape))
                .with("c", saying("one two"));

        List<AnswerEvent> events = play();

        assertThat(textOf(events)).isEqualTo("one two");
        assertThat(of(events, AnswerEvent.Switch.class).getLast())
                .isEqualTo(
                        new AnswerEvent.Switch(
                                target("b"), target("c"), "timeout_first_content", 4));
        assertThat(stage.health.outcomes().get(1)).isEqualTo(new AttemptOutcome.Cancelled());
    }

    @Test
    void whoBringsTheReaderNothingIsWaitedForIfNobodyElseIsReady() {
        stage.timers = new Timers(LONG, LONG, LATE, LATE, LONG);
        var later = new CountDownLatch(1);
        stage.with("a", playing(opened().say("one ").fail(CUT)))
                .with(
                        "b",
                        playing(
                                opened().say(new StreamEvent.ReasoningDelta("hm"))
                                        .await(later, new StreamEvent.TextDelta("one two"))
                                        .finish()));
        Answer answer = stage.answer();
        answer.next(LONG);
        answer.next(LONG);
        answer.next(LONG);

        assertThat(answer.next(LATE.multipliedBy(2))).isEmpty();
        later.countDown();

        assertThat(Stage.drain(answer)).last().isInstanceOf(AnswerEvent.Done.class);
        answer.close();
    }

    @Test
    void textAfterAThoughtCanBeGoneOnFrom() {
        stage.with(
                        "a",
                        playing(
                                opened().say(new StreamEvent.ReasoningDelta("hm"))
                                        .say("one ")
                                        .fail(CUT)))
                .with("b", saying("one two"));

        assertThat(textOf(play())).isEqualTo("one two");
    }

    static Stream<TapeProvider.Tape> notJustText() {
        var call = new StreamEvent.ToolCallStarted(0, "call_1", "weather");
        return Stream.of(
                opened().say("one ").say(new StreamEvent.ReasoningDelta("hm")),
                opened().say(new StreamEvent.ReasoningDelta("hm")),
                opened().say("one ").say(new StreamEvent.RefusalDelta("no")),
                opened().say("one ").say(call),
                opened().say("one ").say(call, new StreamEvent.ToolCallDelta(0, "{\"a\"")),
                opened().say("one ").say(call, new StreamEvent.ToolCallEnded(0)).say("two "));
    }

    @ParameterizedTest
    @MethodSource("notJustText")
    void nobodyGoesOnInAToolCallARefusalOrAThought(TapeProvider.Tape tape) {
        stage.with("a", playing(tape.fail(CUT))).with("b", saying("one two"));

        List<AnswerEvent> events = play();

        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        AnswerEvent.Failed.class,
                        failed -> {
                            assertThat(failed.failure())
                                    .isEqualTo(
                                            new AnswerFailure.BrokenOff(reports(), Halt.NOT_TEXT));
                            assertThat(failed.resumable()).isFalse();
                            assertThat(failed.at()).isEqualTo(textOf(events).length());
                        });
        assertThat(stage.tapes.get(1).asked()).isEmpty();
    }

    @Test
    void nobodyGoesOnInADocumentWithAForm() {
        stage.format = new ResponseFormat("f", "{}", true);
        stage.with("a", playing(opened().say("{\"a\":").fail(CUT))).with("b", saying("{\"a\":1}"));

        List<AnswerEvent> events = play();

        assertFailed(events, Halt.NOT_TEXT, 5, false);
        assertThat(stage.tapes.get(1).asked()).isEmpty();
    }

    @Test
    void nobodyGoesOnWithMoreThanIsKept() {
        TapeProvider.Tape tape = opened();
        String piece = "x".repeat(64 * 1024);
        for (int i = 0; i < 17; i++) {
            tape.say(piece);
        }
        stage.with("a", playing(tape.fail(CUT))).with("b", saying("other"));

        assertFailed(play(), Halt.TOO_LONG, 17L * 64 * 1024, true);
    }

    @Test
    void nobodyGoesOnWhereTheJoinWouldNotBeCertain() {
        stage.with("a", playing(opened().say("na ".repeat(2000)).fail(CUT)))
                .with("b", saying("other"));

        assertFailed(play(), Halt.REPETITIVE, 6000, true);
    }

    @Test
    void aRequestThatIsRejectedInTheMiddleIsAskedOfNobodyElse() {
        stage.with("a", playing(opened().say("one ").fail(REJECTED))).with("b", saying("one two"));

        assertFailed(play(), Halt.REJECTED, 4, true);
        assertThat(stage.tapes.get(1).asked()).isEmpty();
    }

    @Test
    void theCostOfAllWhoTookPartIsSummed() {
        stage.with("a", playing(opened().cost(10, 3).say("one ").fail(CUT)))
                .with("b", playing(opened().cost(20, 0).say("one two").cost(20, 5).finish()));

        List<AnswerEvent> events = play();

        assertThat(((AnswerEvent.Done) events.getLast()).usage())
                .isEqualTo(new Usage(30, 8, 0, 0, 0, false));
        assertThat(of(events, AnswerEvent.UsageSoFar.class))
                .extracting(event -> event.usage().inputTokens())
                .containsExactly(10L, 30L, 30L);
    }

    @Test
    void theReaderIsToldToThrowAwayWhatHeHas() {
        stage.onBreak = OnBreak.RESTART;
        stage.with("a", playing(opened().say("one ").fail(CUT)))
                .with("b", failing(SICK))
                .with("c", playing(opened().say("uno ").fail(CUT)))
                .with("d", saying("ein", "s"));

        List<AnswerEvent> events = play();

        assertThat(events)
                .containsExactly(
                        new AnswerEvent.Start("answer", "r", target("a")),
                        text("one "),
                        new AnswerEvent.Reset(target("a"), target("c"), "cut_off", 4),
                        text("uno "),
                        new AnswerEvent.Reset(target("c"), target("d"), "cut_off", 4),
                        text("ein"),
                        text("s"),
                        new AnswerEvent.Done(FinishReason.STOP, usage(), reports()));
        assertThat(stage.tapes.get(3).asked().getFirst().messages())
                .containsExactly(new Message.User("prompt"));
    }

    @ParameterizedTest
    @MethodSource("notJustText")
    void anAnswerBeginsAnewWhateverItHadComeTo(TapeProvider.Tape tape) {
        stage.onBreak = OnBreak.RESTART;
        stage.with("a", playing(tape.fail(CUT))).with("b", saying("anew"));

        List<AnswerEvent> events = play();

        assertThat(of(events, AnswerEvent.Reset.class)).hasSize(1);
        assertThat(events.get(events.size() - 2)).isEqualTo(text("anew"));
        assertThat(events.getLast()).isInstanceOf(AnswerEvent.Done.class);
    }

    @Test
    void nothingIsThrownAwayIfNobodyBeginsAnew() {
        stage.onBreak = OnBreak.RESTART;
        stage.with("a", playing(opened().say("one ").fail(CUT))).with("b", failing(SICK));

        List<AnswerEvent> events = play();

        assertThat(of(events, AnswerEvent.Reset.class)).isEmpty();
        assertFailed(events, Halt.NOBODY_LEFT, 4, true);
    }

    @Test
    void theRouteSaysWhatIsAgreedIfTheRequestDoesNot() {
        stage.contract = new Route.Contract(Route.Contract.DEFAULT_HOLD, OnBreak.ERROR);
        stage.with("a", playing(opened().say("one ").fail(CUT))).with("b", saying("one two"));

        assertFailed(play(), Halt.AGREED, 4, true);
        assertThat(stage.tapes.get(1).asked()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = OnBreak.class,
            names = {"CONTINUE", "RESTART"})
    void theRequestWinsOverTheRoute(OnBreak onBreak) {
        stage.contract = new Route.Contract(Route.Contract.DEFAULT_HOLD, OnBreak.ERROR);
        stage.onBreak = onBreak;
        stage.with("a", playing(opened().say("one ").fail(CUT))).with("b", saying("one two"));

        assertThat(play().getLast()).isInstanceOf(AnswerEvent.Done.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = OnBreak.class,
            names = {"CONTINUE", "RESTART"})
    void aReaderWhoLeavesWhileAnotherIsSearchedEndsTheSearch(OnBreak onBreak) {
        stage.onBreak = onBreak;
        stage.with("a", playing(opened().say("one ").fail(CUT))).with("b", silent());
        Answer answer = stage.answer();
        answer.next(LONG);
        answer.next(LONG);
        assertThat(answer.next(SHORT)).isEmpty();

        answer.close();

        assertThat(ended().cancelled()).isTrue();
        assertThat(stage.health.outcomes())
                .containsExactly(
                        new AttemptOutcome.Failed(CUT, true), new AttemptOutcome.Cancelled());
        assertThatIllegalStateException().isThrownBy(() -> answer.next(LONG));
    }

    @Test
    void aBugWhileAnotherIsSearchedEndsTheAnswerOnce() {
        stage.with("a", playing(opened().say("one ").fail(CUT))).with("b", saying("one two"));
        try (Answer answer = stage.answer()) {
            answer.next(LONG);
            answer.next(LONG);
            stage.health.crashing("b/model-b");

            assertThatIllegalStateException().isThrownBy(() -> answer.next(LONG));
        }

        assertThat(ended().failure()).isEqualTo("internal_error");
    }

    @Test
    void theTimeCanRunOutWhileAnotherIsSearched() {
        stage.untilDeadline = Budget.MARGIN.plusMillis(300);
        stage.with("a", playing(opened().say("one ").fail(CUT))).with("b", silent());

        List<AnswerEvent> events = play();

        assertThat(events.getLast())
                .isEqualTo(new AnswerEvent.Failed(new AnswerFailure.OutOfTime(reports()), 4, true));
    }

    private List<AnswerEvent> play() {
        try (Answer answer = stage.answer()) {
            return drain(answer);
        }
    }

    private void assertFailed(List<AnswerEvent> events, Halt why, long at, boolean resumable) {
        assertThat(events.getLast())
                .isEqualTo(
                        new AnswerEvent.Failed(
                                new AnswerFailure.BrokenOff(reports(), why), at, resumable));
        assertThat(events.stream().filter(Stage::isLast)).hasSize(1);
    }

    private Usage usage() {
        return reports().stream().map(AttemptReport::usage).reduce(Usage.NONE, Usage::plus);
    }

    private List<AttemptReport> reports() {
        return stage.audit.all(AuditEvent.Attempted.class).stream()
                .map(AuditEvent.Attempted::report)
                .toList();
    }

    private AuditEvent.Ended ended() {
        return stage.audit.all(AuditEvent.Ended.class).getFirst();
    }

    private static <E extends AnswerEvent> List<E> of(List<AnswerEvent> events, Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static String textOf(List<AnswerEvent> events) {
        var text = new StringBuilder();
        for (AnswerEvent.Delta delta : of(events, AnswerEvent.Delta.class)) {
            if (delta.content() instanceof StreamEvent.TextDelta(var more)) {
                text.append(more);
            }
        }
        return text.toString();
    }

    private static AnswerEvent text(String text) {
        return new AnswerEvent.Delta(new StreamEvent.TextDelta(text));
    }
}
