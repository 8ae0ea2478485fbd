package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.attempt.TapeProvider.failing;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;
import static spillway.attempt.TapeProvider.saying;
import static spillway.attempt.TapeProvider.silent;
import static spillway.attempt.TapeProvider.tape;
import static spillway.relay.Stage.target;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.Timers;
import spillway.audit.AuditEvent;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.health.Board;
import spillway.health.BoardView;
import spillway.health.TargetHealth;
import spillway.routing.Candidate.Standing;
import spillway.routing.OnBreak;
import spillway.routing.Tries;
import spillway.routing.Tries.TooLong;

/** One who was held back is asked when nobody else is left. */
@Timeout(20)
class RelayLastResortTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(40);
    private static final ProviderFailure SICK = new ProviderFailure.Unavailable(503, "");
    private static final ProviderFailure BROKE = new ProviderFailure.Unavailable(500, "");
    private static final ProviderFailure REJECTED = new ProviderFailure.Rejected(400, "");
    private static final ProviderFailure TOO_LONG =
            new ProviderFailure.Rejected(400, ProviderFailure.Rejected.TOO_LONG);
    private static final AttemptOutcome ANSWERED = new AttemptOutcome.Answered(FinishReason.STOP);

    private final Stage stage = new Stage();

    @BeforeEach
    void stopTheClock() {
        stage.clock = Clock.fixed(NOW, ZoneOffset.UTC);
    }

    @AfterEach
    void everythingIsSettledOnceAndNothingLeftOpen() throws InterruptedException {
        stage.assertSettled();
    }

    @Test
    void oneThatHasHealedMeanwhileAnswersWhenTheReadyOneFails() {
        knowing(open("b", 9));
        hearing();
        stage.with("a", failing(SICK)).with("b", saying("hello"), Standing.HELD_BACK);

        List<AnswerEvent> events = play();

        assertThat(events)
                .containsExactly(
                        new AnswerEvent.Start("answer", "r", target("b")),
                        new AnswerEvent.Switch(target("a"), target("b"), "unavailable", 0),
                        text("hello"),
                        events.getLast());
        assertThat(events.getLast()).isInstanceOf(AnswerEvent.Done.class);
        assertThat(stage.health.outcomes()).containsExactly(failed(SICK), ANSWERED);
    }

    @Test
    void theLogSaysWhyItWasAsked() {
        knowing(open("b", 9));
        stage.with("a", failing(SICK)).with("b", saying("hello"), Standing.HELD_BACK);

        play();

        assertThat(stage.audit.kinds())
                .containsExactly(
                        "Decided", "Attempted", "LastResort", "Switched", "Attempted", "Ended");
        assertThat(stage.audit.all(AuditEvent.LastResort.class))
                .containsExactly(
                        new AuditEvent.LastResort(
                                "request",
                                "answer",
                                "r",
                                target("b"),
                                "as told, but nobody is better"));
    }

    @Test
    void withoutNewsItIsTheOneThatIsFreeSoonest() {
        knowing(open("b", 9), open("c", 3));
        stage.with("a", failing(SICK))
                .with("b", saying("other"), Standing.HELD_BACK)
                .with("c", saying("hello"), Standing.HELD_BACK);

        play();

        assertThat(asked()).containsExactly("a", "c");
    }

    @Test
    void freshNewsCountsMoreThanWhatWasDecidedOn() {
        knowing(open("b", 3), open("c", 9));
        hearing(open("b", 3));
        stage.with("a", failing(SICK))
                .with("b", saying("other"), Standing.HELD_BACK)
                .with("c", saying("hello"), Standing.HELD_BACK);

        play();

        assertThat(asked()).containsExactly("a", "c");
    }

    @Test
    void newsCountsThatComesWithTheFailure() {
        Board known = RecordingHealth.board(open("b", 3), open("c", 9));
        Board fresh = RecordingHealth.board(open("b", 3));
        stage.health.showing(new View(known, fresh, this::hasTheFirstEnded));
        stage.with("a", failing(SICK))
                .with("b", saying("other"), Standing.HELD_BACK)
                .with("c", saying("hello"), Standing.HELD_BACK);

        play();

        assertThat(asked()).containsExactly("a", "c");
    }

    private boolean hasTheFirstEnded() {
        return !stage.reports().isEmpty();
    }

    static Stream<TargetHealth> thoseWhoAreOfNoUse() {
        return Stream.of(
                Sick.disabled("b/model-b"), Sick.cooling("b/model-b", NOW.plusMillis(1001)));
    }

    @ParameterizedTest
    @MethodSource("thoseWhoAreOfNoUse")
    void whoeverRefusesTheAccountOrCoolsForLongIsNotAsked(TargetHealth health) {
        knowing(health);
        stage.with("a", failing(SICK)).with("b", saying("other"), Standing.HELD_BACK);

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.AllFailed(stage.reports()));
        assertThat(asked()).containsExactly("a");
    }

    @ParameterizedTest
    @MethodSource("thoseWhoAreOfNoUse")
    void freshNewsCanSpeakAgainstItToo(TargetHealth health) {
        knowing(open("b", 3));
        hearing(health);
        stage.with("a", failing(SICK)).with("b", saying("other"), Standing.HELD_BACK);

        stage.refusal();

        assertThat(asked()).containsExactly("a");
    }

    @Test
    void aRequestThatIsAtFaultIsAskedOfNobodyElse() {
        stage.with("a", failing(REJECTED)).with("b", saying("other"), Standing.HELD_BACK);

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.RequestRejected(stage.reports()));
        assertThat(asked()).containsExactly("a");
    }

    @Test
    void aRequestThatWasTooLongForAllIsTheCallersFault() {
        stage.tries = new Tries(1, Duration.ZERO, TooLong.NEXT, null);
        stage.with("a", failing(TOO_LONG)).with("b", failing(SICK), Standing.HELD_BACK);

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.RequestRejected(stage.reports()));
        assertThat(asked()).containsExactly("a");
    }

    @Test
    void aRequestThatWasTooLongForOneIsAskedOfItWhenAnotherFailed() {
        stage.tries = new Tries(1, Duration.ZERO, TooLong.NEXT, null);
        stage.with("a", failing(TOO_LONG))
                .with("b", failing(SICK))
                .with("c", saying("hello"), Standing.HELD_BACK);

        play();

        assertThat(asked()).containsExactly("a", "b", "c");
    }

    @Test
    void whenTheBudgetIsSpentNobodyIsAsked() {
        stage.budget = SHORT.dividedBy(2);
        stage.timers = new Timers(SHORT, SHORT, SHORT, SHORT, LONG);
        stage.with("a", silent()).with("b", saying("other"), Standing.HELD_BACK);

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.AllFailed(stage.reports()));
        assertThat(asked()).containsExactly("a");
    }

    @Test
    void onlyOneIsAskedAndTheFirstCauseIsNotHidden() {
        stage.with("a", failing(SICK))
                .with("b", failing(REJECTED), Standing.HELD_BACK)
                .with("c", saying("other"), Standing.HELD_BACK);

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.AllFailed(stage.reports()));
        assertThat(stage.health.outcomes()).containsExactly(failed(SICK), failed(REJECTED));
        assertThat(asked()).containsExactly("a", "b");
    }

    @Test
    void thereIsNoneWhereTheDecisionHadOneAlready() {
        stage.with("a", failing(SICK), Standing.LAST_RESORT)
                .with("b", saying("other"), Standing.HELD_BACK);

        stage.refusal();

        assertThat(asked()).containsExactly("a");
        assertThat(stage.audit.all(AuditEvent.LastResort.class))
                .extracting(AuditEvent.LastResort::target)
                .containsExactly(target("a"));
    }

    @Test
    void whoIsNotAdmittedLeavesItToTheNext() {
        stage.health.refusing("a/model-a", "b/model-b");
        stage.with("a", saying("other"), Standing.LAST_RESORT)
                .with("b", saying("other"), Standing.HELD_BACK)
                .with("c", saying("hello"), Standing.HELD_BACK);

        play();

        assertThat(asked()).containsExactly("c");
        assertThat(stage.audit.kinds())
                .containsExactly(
                        "Decided", "Skipped", "Skipped", "LastResort", "Attempted", "Ended");
    }

    @Test
    void aProbeThatAnotherMakesIsAskedWithoutALease() {
        stage.health.withoutLeases();
        stage.with("a", saying("hello"), Standing.PROBE).with("b", failing(SICK));

        play();

        assertThat(asked()).containsExactly("b", "a");
        assertThat(stage.health.given()).noneMatch(permit -> permit.probe);
    }

    @Test
    void aProbeThatThisProcessHoldsBackIsPassedOverOnce() {
        stage.health.refusing("a/model-a");
        stage.with("a", saying("other"), Standing.PROBE).with("b", failing(SICK));

        stage.refusal();

        assertThat(stage.audit.kinds()).containsExactly("Decided", "Skipped", "Attempted", "Ended");
    }

    @Test
    void theSameIsAskedAgainBefore() {
        stage.with("a", playing(tape().fail(BROKE), opened().say("hello").finish()))
                .with("b", saying("other"), Standing.HELD_BACK);

        play();

        assertThat(asked()).containsExactly("a", "a");
    }

    @Test
    void itComesAfterASecondFailureOfTheSame() {
        stage.with("a", failing(BROKE)).with("b", saying("hello"), Standing.HELD_BACK);

        play();

        assertThat(asked()).containsExactly("a", "a", "b");
    }

    @Test
    void itIsNotAskedAgain() {
        stage.with("a", failing(SICK))
                .with(
                        "b",
                        playing(tape().fail(BROKE), opened().say("other").finish()),
                        Standing.HELD_BACK);

        stage.refusal();

        assertThat(asked()).containsExactly("a", "b");
    }

    @Test
    void theLastThatIsWellTakesItsTimeAndNobodyIsAskedBeside() {
        var hedge = new Tries.Hedge(SHORT, SHORT, new Tries.DailyCap.Count(1));
        stage.tries = new Tries(1, hedge);
        stage.timers = new Timers(SHORT, SHORT, SHORT, LONG, LONG);
        hearing(open("a", 9));
        CountDownLatch later = new CountDownLatch(1);
        stage.with("a", playing(opened().await(later, new StreamEvent.TextDelta("late")).finish()))
                .with("b", saying("other"), Standing.HELD_BACK);
        openLater(later);

        List<AnswerEvent> events = play();

        assertThat(events).contains(text("late"));
        assertThat(asked()).containsExactly("a");
    }

    @Test
    void itGetsNoMoreTimeThanIfAnotherWaited() {
        stage.timers = new Timers(SHORT, SHORT, SHORT, LONG, LONG);
        CountDownLatch later = new CountDownLatch(1);
        stage.with("a", failing(SICK))
                .with(
                        "b",
                        playing(opened().await(later, new StreamEvent.TextDelta("late")).finish()),
                        Standing.HELD_BACK);
        openLater(later);

        assertThat(stage.refusal()).isEqualTo(new AnswerFailure.AllFailed(stage.reports()));
        assertThat(asked()).containsExactly("a", "b");
    }

    @Test
    void itGoesOnWithAnAnswerThatBroke() {
        stage.onBreak = OnBreak.CONTINUE;
        knowing(open("b", 9));
        stage.with("a", playing(opened().say("The sky is ").fail(new ProviderFailure.CutOff(""))))
                .with("b", saying("The sky is blue."), Standing.HELD_BACK);

        List<AnswerEvent> events = play();

        assertThat(events)
                .contains(
                        new AnswerEvent.Switch(target("a"), target("b"), "cut_off", 11),
                        text("blue."));
        assertThat(events.getLast()).isInstanceOf(AnswerEvent.Done.class);
    }

    @Test
    void itIsThereOnceAlsoWhenItBreaksOff() {
        stage.onBreak = OnBreak.RESTART;
        stage.with("a", failing(SICK))
                .with(
                        "b",
                        playing(opened().say("hel").fail(new ProviderFailure.CutOff(""))),
                        Standing.HELD_BACK)
                .with("c", saying("other"), Standing.HELD_BACK);

        List<AnswerEvent> events = play();

        assertThat(events.getLast()).isInstanceOf(AnswerEvent.Failed.class);
        assertThat(asked()).containsExactly("a", "b");
    }

    private List<AnswerEvent> play() {
        try (Answer answer = stage.answer()) {
            return Stage.drain(answer);
        }
    }

    /** The providers of all attempts, in order. */
    private List<String> asked() {
        return stage.reports().stream().map(report -> report.target().provider()).toList();
    }

    /** That is decided on. */
    private void knowing(TargetHealth... known) {
        stage.health.showing(BoardView.of(RecordingHealth.board(known)));
    }

    /** That is read meanwhile. */
    private void hearing(TargetHealth... fresh) {
        Board known = stage.health.look().known();
        stage.health.showing(new View(known, RecordingHealth.board(fresh), () -> true));
    }

    private static void openLater(CountDownLatch latch) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            LockSupport.parkNanos(SHORT.multipliedBy(6).toNanos());
                            latch.countDown();
                        });
    }

    private static TargetHealth open(String id, int seconds) {
        return Sick.open(target(id).id(), NOW.plusSeconds(seconds));
    }

    private static AttemptOutcome failed(ProviderFailure failure) {
        return new AttemptOutcome.Failed(failure, false);
    }

    private static AnswerEvent.Delta text(String text) {
        return new AnswerEvent.Delta(new StreamEvent.TextDelta(text));
    }

    /** A view whose news has come once that is so. */
    private record View(Board known, Board fresh, BooleanSupplier hasCome) implements BoardView {
        @Override
        public void refresh() {}

        @Override
        public boolean isReading() {
            return !hasCome.getAsBoolean();
        }

        @Override
        public Optional<Board> news() {
            return hasCome.getAsBoolean() ? Optional.of(fresh) : Optional.empty();
        }
    }
}
