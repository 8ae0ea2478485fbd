package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static spillway.attempt.TapeProvider.failing;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;
import static spillway.attempt.TapeProvider.saying;
import static spillway.attempt.TapeProvider.silent;
import static spillway.attempt.TapeProvider.tape;
import static spillway.relay.Stage.drain;
import static spillway.relay.Stage.target;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
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
import spillway.chat.ProviderFailure;
import spillway.chat.ProviderFailure.Phase;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.relay.AnswerFailure.Halt;
import spillway.routing.Candidate.Standing;
import spillway.routing.OnBreak;

@Timeout(30)
class RelayTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(40);

    private final Stage stage = new Stage();

    @AfterEach
    void everythingIsSettledOnceAndNothingLeftOpen() throws InterruptedException {
        assertThat(stage.health.outcomes()).hasSameSizeAs(stage.health.given());
        assertThat(stage.audit.all(AuditEvent.Attempted.class))
                .extracting(told -> told.report().outcome())
                .containsExactlyElementsOf(stage.health.outcomes());
        assertThat(stage.audit.all(AuditEvent.Ended.class)).hasSize(1);
        assertThat(stage.health.drains())
                .hasSize(1)
                .allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofMillis(800)));
        for (TapeProvider provider : stage.tapes) {
            assertThat(provider.open()).isZero();
            assertThat(provider.threadsLeftAfter(Duration.ofSeconds(2))).isEmpty();
        }
    }

    @Test
    void handsOnTheAnswerOfTheFirstTarget() {
        stage.with("a", playing(opened().cost(5, 0).say("hel", "lo").cost(5, 2).finish()))
                .with("b", saying("other"));

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events)
                .containsExactly(
                        new AnswerEvent.Start("answer", "r", target("a")),
                        new AnswerEvent.UsageSoFar(new Usage(5, 0, 0, 0, 0, false)),
                        text("hel"),
                        text("lo"),
                        new AnswerEvent.UsageSoFar(new Usage(5, 2, 0, 0, 0, false)),
                        new AnswerEvent.Done(
                                FinishReason.STOP, new Usage(5, 2, 0, 0, 0, false), reports()));
        assertThat(stage.tapes.get(0).modelsAsked()).containsExactly("model-a");
        assertThat(stage.tapes.get(1).modelsAsked()).isEmpty();
        assertThat(stage.health.given().getFirst().firstContents()).isEqualTo(1);
    }

    static Stream<ProviderFailure> failuresThatOthersMayNotHave() {
        return Stream.of(
                new ProviderFailure.Unreachable("refused"),
                new ProviderFailure.Unavailable(503, ""),
                new ProviderFailure.RateLimited(Duration.ofSeconds(7), ""),
                new ProviderFailure.AccountRefused(401, ""),
                new ProviderFailure.TimedOut(Phase.CONNECT, SHORT),
                new ProviderFailure.ErrorEvent("overloaded_error"),
                new ProviderFailure.CutOff("eof"),
                new ProviderFailure.Malformed("json"),
                new ProviderFailure.Empty(),
                new ProviderFailure.KeyMissing());
    }

    @ParameterizedTest
    @MethodSource("failuresThatOthersMayNotHave")
    void anExplicitFailureFallsBack(ProviderFailure failure) {
        stage.with("a", playing(opened().say(new StreamEvent.Alive()).fail(failure)))
                .with("b", saying("hello"));

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events.subList(0, 3))
                .containsExactly(
                        new AnswerEvent.Start("answer", "r", target("b")),
                        new AnswerEvent.Switch(target("a"), target("b"), failure.reason(), 0),
                        text("hello"));
        assertThat(events.getLast()).isInstanceOf(AnswerEvent.Done.class);
        assertThat(stage.health.outcomes())
                .containsExactly(
                        new AttemptOutcome.Failed(failure, false),
                        new AttemptOutcome.Answered(FinishReason.STOP));
    }

    @Test
    void aBugInAProviderFallsBack() {
        stage.with("a", playing(tape().crash(new IllegalStateException("bug"))))
                .named("missing", Standing.READY)
                .with("c", saying("hello"));

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events)
                .contains(
                        new AnswerEvent.Switch(target("a"), target("missing"), "malformed", 0),
                        new AnswerEvent.Switch(target("missing"), target("c"), "malformed", 0),
                        text("hello"));
        assertThat(stage.audit.all(AuditEvent.Switched.class))
                .extracting(AuditEvent.Switched::to)
                .containsExactly(target("missing"), target("c"));
    }

    @Test
    void anEndWithoutAWordFallsBack() {
        stage.with("a", playing(opened().finish())).with("b", saying("hello"));

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events).contains(new AnswerEvent.Switch(target("a"), target("b"), "empty", 0));
    }

    @ParameterizedTest
    @EnumSource(
            value = FinishReason.class,
            names = {"LENGTH", "REFUSAL", "TOOL_CALLS"})
    void anEndThatExplainsItselfIsAnAnswer(FinishReason reason) {
        stage.with("a", playing(opened().cost(9, 3).finish(reason))).with("b", saying("other"));

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events)
                .containsExactly(
                        new AnswerEvent.Start("answer", "r", target("a")),
                        new AnswerEvent.Done(reason, new Usage(9, 3, 0, 0, 0, false), reports()));
        assertThat(ended().firstContent()).isNull();
    }

    static Stream<TapeProvider.Tape> silences() {
        return Stream.of(
                tape(),
                opened(),
                opened().say(new StreamEvent.Alive(), new StreamEvent.Alive()).cost(1, 0));
    }

    @ParameterizedTest
    @MethodSource("silences")
    void silenceOfAnyKindFallsBack(TapeProvider.Tape silence) {
        stage.timers = new Timers(SHORT, SHORT, SHORT, LONG, LONG);
        stage.with("a", playing(silence)).with("b", saying("hello"));

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events).contains(text("hello"));
        assertThat(((AnswerEvent.Switch) events.get(1)).reason()).startsWith("timeout_");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(ints = {2, 3, 4, 5})
    void theLastTargetIsStartedWithinTheBudget(int targets) {
        stage.timers = new Timers(SHORT, LONG, LONG, LONG, LONG);
        stage.budget = Duration.ofMillis(900);
        for (int i = 1; i < targets; i++) {
            stage.with("silent" + i, silent());
        }
        stage.with("last", saying("hello"));

        Answer answer = stage.answer();
        List<AnswerEvent> events = drainAndClose(answer);

        assertThat(events).contains(text("hello"));
        assertThat(ended().firstContent())
                .isBetween(Duration.ofMillis(880), Duration.ofMillis(2500));
        Duration share = Duration.ofMillis(900).dividedBy(targets - 1L);
        assertThat(ended().attempts().subList(0, targets - 1))
                .allSatisfy(
                        report -> {
                            var failed = (AttemptOutcome.Failed) report.outcome();
                            var timedOut = (ProviderFailure.TimedOut) failed.failure();
                            assertThat(timedOut.phase()).isEqualTo(Phase.HEADERS);
                            assertThat(timedOut.limit())
                                    .isBetween(Budget.LEAST, share.plusMillis(1));
                        });
    }

    @Test
    void theLastTargetMayTakeItsTime() {
        stage.timers = new Timers(SHORT, LONG, SHORT, LONG, LONG);
        CountDownLatch later = new CountDownLatch(1);
        stage.with("a", failing(new ProviderFailure.Unavailable(503, "")))
                .with(
                        "b",
                        playing(opened().await(later, new StreamEvent.TextDelta("late")).finish()));
        Thread.ofVirtual()
                .start(
                        () -> {
                            java.util.concurrent.locks.LockSupport.parkNanos(
                                    SHORT.multipliedBy(4).toNanos());
                            later.countDown();
                        });

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events).contains(text("late"));
    }

    @Test
    void theLastTargetMayTakeItsTimeForTheHeadersToo() {
        stage.timers = new Timers(SHORT, SHORT, SHORT, LONG, LONG);
        CountDownLatch later = new CountDownLatch(1);
        stage.with("a", silent())
                .with(
                        "b",
                        playing(
                                tape().await(later, new StreamEvent.Opened())
                                        .say("late")
                                        .finish()));
        Thread.ofVirtual()
                .start(
                        () -> {
                            java.util.concurrent.locks.LockSupport.parkNanos(
                                    SHORT.multipliedBy(6).toNanos());
                            later.countDown();
                        });

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events).contains(text("late"));
    }

    @Test
    void theLastTargetMayNotTakeForEver() {
        stage.timers = new Timers(SHORT, SHORT, LONG, SHORT.multipliedBy(3), LONG);
        stage.with("a", silent());

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.AllFailed(reports()));
        assertThat(stage.health.outcomes())
                .containsExactly(
                        new AttemptOutcome.Failed(
                                new ProviderFailure.TimedOut(Phase.HEADERS, SHORT.multipliedBy(3)),
                                false));
    }

    @Test
    void aRejectedRequestAsksNobodyElse() {
        var rejected = new ProviderFailure.Rejected(400, "invalid_request_error");
        stage.with("a", failing(rejected)).with("b", saying("other"));

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.RequestRejected(reports()));
        assertThat(stage.tapes.get(1).modelsAsked()).isEmpty();
        assertThat(ended().failure()).isEqualTo("request_rejected");
    }

    @Test
    void whenAllFailTheFirstCauseComesFirst() {
        var first = new ProviderFailure.Unavailable(529, "overloaded");
        var second = new ProviderFailure.RateLimited(null, "");
        stage.with("a", failing(first)).with("b", failing(second));

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.AllFailed(reports()));
        assertThat(stage.health.outcomes())
                .containsExactly(
                        new AttemptOutcome.Failed(first, false),
                        new AttemptOutcome.Failed(second, false));
        assertThat(reports()).extracting(AttemptReport::number).containsExactly(1, 2);
        assertThat(stage.audit.kinds())
                .containsExactly("Decided", "Attempted", "Switched", "Attempted", "Ended");
    }

    @Test
    void skipsWhomHealthDoesNotAdmit() {
        stage.health.refusing("a/model-a");
        stage.with("a", saying("other")).with("b", saying("hello"), Standing.PROBE);

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events.get(1)).isEqualTo(text("hello"));
        assertThat(stage.tapes.getFirst().modelsAsked()).isEmpty();
        assertThat(stage.health.given()).singleElement().matches(permit -> permit.probe);
    }

    @Test
    void saysWhenToComeBackIfNobodyCanBeTried() {
        stage.clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        stage.health
                .refusing("a/model-a")
                .showing(
                        spillway.health.BoardView.of(
                                RecordingHealth.board(
                                        Sick.open("a/model-a", Instant.ofEpochSecond(9)),
                                        Sick.cooling("b/model-b", Instant.ofEpochSecond(4)))));
        stage.with("a", silent()).with("b", silent(), Standing.HELD_BACK);

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.NoneAvailable(Duration.ofSeconds(4)));
        assertThat(ended().attempts()).isEmpty();
    }

    @Test
    void aCutAfterContentEndsTheAnswerOnceAndForAllIfThatWasAgreed() {
        stage.onBreak = OnBreak.ERROR;
        stage.with("a", playing(opened().say("hel").fail(new ProviderFailure.CutOff("eof"))))
                .with("b", saying("other"));
        Answer answer = stage.answer();

        List<AnswerEvent> events = drain(answer);

        assertThat(events)
                .containsExactly(
                        new AnswerEvent.Start("answer", "r", target("a")),
                        text("hel"),
                        new AnswerEvent.Failed(
                                new AnswerFailure.BrokenOff(reports(), Halt.AGREED), 3, true));
        assertThatIllegalStateException().isThrownBy(() -> answer.next(Duration.ZERO));
        assertThat(stage.tapes.get(1).modelsAsked()).isEmpty();
        answer.close();
        assertThat(ended().failure()).isEqualTo("broken_off");
        assertThat(ended().cancelled()).isFalse();
    }

    @Test
    void silenceAfterContentEndsTheAnswer() {
        stage.timers = new Timers(LONG, LONG, LONG, LONG, SHORT);
        stage.with("a", playing(opened().say("hel")));

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events.getLast())
                .isEqualTo(
                        new AnswerEvent.Failed(
                                new AnswerFailure.BrokenOff(reports(), Halt.NOBODY_LEFT), 3, true));
        assertThat(stage.health.outcomes())
                .containsExactly(
                        new AttemptOutcome.Failed(
                                new ProviderFailure.TimedOut(Phase.NEXT_EVENT, SHORT), true));
    }

    @Test
    void whoIsToldOfAnAnswerCannotBreakIt() {
        stage.audit.breaking();
        stage.health.breaking();
        stage.with("a", failing(new ProviderFailure.Unavailable(503, "")))
                .with("b", saying("hello"));
        List<Throwable> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((_, bug) -> heard.add(bug));

        List<AnswerEvent> events = drainAndClose(stage.answer());
        Thread.currentThread().setUncaughtExceptionHandler(null);

        assertThat(events).contains(text("hello")).last().isInstanceOf(AnswerEvent.Done.class);
        // Decided, Attempted, Switched, Attempted and Ended; two settlements and a first content.
        assertThat(heard).hasSize(8);
    }

    @Test
    void aBugOfOursEndsTheAnswerOnceToo() {
        stage.health.crashing("b/model-b");
        stage.with("a", failing(new ProviderFailure.Unavailable(503, "")))
                .with("b", saying("hello"));

        assertThatIllegalStateException().isThrownBy(stage::play);

        assertThat(ended().failure()).isEqualTo("internal_error");
        assertThat(ended().attempts()).hasSize(1);
    }

    @Test
    void aReaderWhoLeavesCancelsTheCall() {
        stage.with("a", playing(opened().say("hel")));
        Answer answer = stage.answer();
        answer.next(LONG);
        answer.next(LONG);

        answer.close();
        answer.close();

        assertThat(stage.health.outcomes()).containsExactly(new AttemptOutcome.Cancelled());
        assertThat(ended().cancelled()).isTrue();
        assertThat(ended().failure()).isNull();
        assertThat(ended().attempts().getFirst().usage()).isEqualTo(new Usage(2, 1, 0, 0, 0, true));
        assertThatIllegalStateException().isThrownBy(() -> answer.next(LONG));
    }

    @Test
    void aReaderWhoLeavesBeforeHeReadsCancelsTheCallToo() {
        stage.with("a", saying("hello"));

        stage.answer().close();

        assertThat(ended().cancelled()).isTrue();
    }

    @Test
    void closingAfterTheEndCancelsNothing() {
        stage.with("a", saying("hello"));

        drainAndClose(stage.answer());

        assertThat(ended().cancelled()).isFalse();
        assertThat(ended().failure()).isNull();
        assertThat(ended().firstContent()).isNotNull();
    }

    @Test
    void answersEmptyWhileNothingComes() {
        stage.with("a", playing(opened().say("hel").say(new StreamEvent.Alive())));
        try (Answer answer = stage.answer()) {
            answer.next(LONG);
            answer.next(LONG);

            assertThat(answer.next(Duration.ofMillis(20))).isEmpty();
            assertThat(answer.next(Duration.ZERO)).isEmpty();
        }
    }

    @Test
    void givesWithoutAWaitWhatIsBehindSignsOfLife() {
        stage.with(
                "a",
                playing(
                        opened().say("hel")
                                .say(new StreamEvent.Alive(), new StreamEvent.Alive())
                                .say("lo")
                                .finish()));
        try (Answer answer = stage.answer()) {
            answer.next(LONG);
            answer.next(LONG);
            stage.tapes.getFirst().awaitAllWaiting();

            assertThat(answer.next(Duration.ZERO)).contains(text("lo"));
        }
    }

    @Test
    void aFloodOfSignsOfLifeDoesNotKeepTheWriterFromItsOwn() {
        stage.with("a", playing(opened().say("hel").say(new StreamEvent.Alive()).forEver()));
        try (Answer answer = stage.answer()) {
            answer.next(LONG);
            answer.next(LONG);

            assertThat(answer.next(Duration.ofMillis(20))).isEmpty();
        }
    }

    @Test
    void aSlowReaderStopsTheProvider() {
        TapeProvider.Tape tape = opened();
        for (int i = 0; i < 1000; i++) {
            tape.say("x");
        }
        stage.with("a", playing(tape.finish()));

        Answer answer = stage.answer();
        stage.tapes.getFirst().awaitAllWaiting();
        int ahead = stage.tapes.getFirst().pulled();
        List<AnswerEvent> events = drainAndClose(answer);

        assertThat(ahead).isLessThan(64);
        assertThat(events).hasSize(1002);
    }

    @Test
    void endsBeforeTheDeadlineWhileNobodyHasAnswered() {
        stage.untilDeadline = Budget.MARGIN.plus(SHORT);
        stage.with("a", silent());

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.OutOfTime(reports()));
        assertThat(stage.health.outcomes()).containsExactly(new AttemptOutcome.Cancelled());
        assertThat(stage.health.drains().getFirst()).isLessThan(Duration.ofMillis(600));
    }

    @Test
    void endsBeforeTheDeadlineInTheMiddleOfAnAnswer() {
        stage.untilDeadline = Budget.MARGIN.plusMillis(800);
        stage.with("a", playing(opened().say("hel")));

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events.getLast())
                .isEqualTo(new AnswerEvent.Failed(new AnswerFailure.OutOfTime(reports()), 3, true));
        assertThat(ended().failure()).isEqualTo("out_of_time");
        assertThat(ended().elapsed()).isLessThan(Budget.MARGIN.plusMillis(800));
    }

    @Test
    void startsNothingThatCannotEndInTime() {
        stage.untilDeadline = Budget.MARGIN.minusMillis(1);
        stage.with("a", saying("hello"));

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.OutOfTime(List.of()));
        assertThat(stage.health.given()).isEmpty();
    }

    @Test
    void aFailureThatEndsWithTheTimeStopsTheSearch() {
        stage.untilDeadline = Budget.MARGIN.plus(SHORT);
        stage.timers = new Timers(LONG, Duration.ofMillis(300), LONG, LONG, LONG);
        stage.with("a", silent()).with("b", saying("other"));

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.OutOfTime(reports()));
        assertThat(stage.tapes.get(1).modelsAsked()).isEmpty();
    }

    @Test
    void nothingOfAFailedTargetReachesTheReaderButWhatItHasCost() {
        stage.with("a", playing(opened().cost(100, 1).fail(new ProviderFailure.CutOff("eof"))))
                .with("b", playing(opened().say("hello").cost(5, 1).finish()));

        List<AnswerEvent> events = drainAndClose(stage.answer());

        assertThat(events)
                .containsSubsequence(
                        text("hello"),
                        new AnswerEvent.UsageSoFar(new Usage(105, 2, 0, 0, 0, false)),
                        new AnswerEvent.Done(
                                FinishReason.STOP, new Usage(105, 2, 0, 0, 0, false), reports()));
        assertThat(Optional.of(events.get(2))).contains(text("hello"));
    }

    private List<AttemptReport> reports() {
        return stage.audit.all(AuditEvent.Attempted.class).stream()
                .map(AuditEvent.Attempted::report)
                .toList();
    }

    private AuditEvent.Ended ended() {
        return stage.audit.all(AuditEvent.Ended.class).getFirst();
    }

    private static List<AnswerEvent> drainAndClose(Answer answer) {
        try (answer) {
            return drain(answer);
        }
    }

    private static AnswerEvent text(String text) {
        return new AnswerEvent.Delta(new StreamEvent.TextDelta(text));
    }
}
