package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static spillway.attempt.TapeProvider.failing;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;
import static spillway.attempt.TapeProvider.saying;
import static spillway.attempt.TapeProvider.silent;
import static spillway.relay.Stage.target;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.Attempt;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.NoThreads;
import spillway.attempt.TapeProvider;
import spillway.attempt.Timers;
import spillway.chat.ChatRequest;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;
import spillway.chat.ProviderFailure.Phase;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.health.Board;
import spillway.health.BoardView;
import spillway.routing.Candidate.Standing;
import spillway.routing.Tries;
import spillway.routing.Tries.DailyCap;
import spillway.routing.Tries.Hedge;

/** Two targets at once: the first content wins, and every permit comes back once. */
@Timeout(20)
class HedgeTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final ChatRequest REQUEST = ChatRequest.of("asked", "prompt");
    private static final ProviderFailure SICK = new ProviderFailure.Unavailable(503, "");
    private static final ProviderFailure REJECTED = new ProviderFailure.Rejected(400, "");
    private static final AttemptOutcome ANSWERED = new AttemptOutcome.Answered(FinishReason.STOP);
    private static final AttemptOutcome LOST = new AttemptOutcome.LostRace();
    private static final AttemptOutcome CANCELLED = new AttemptOutcome.Cancelled();

    private final Stage stage = new Stage();

    @BeforeEach
    void hedgeSoon() {
        hedge(SHORT, 1);
        stage.timers = new Timers(LONG, LONG, LONG, LONG, LONG);
    }

    @AfterEach
    void everythingIsSettledOnceAndNothingLeftOpen() throws InterruptedException {
        assertThat(stage.health.outcomes()).hasSameSizeAs(stage.health.given());
        assertThat(stage.reports()).hasSameSizeAs(stage.health.given());
        for (TapeProvider provider : stage.tapes) {
            assertThat(provider.open()).isZero();
            assertThat(provider.threadsLeftAfter(Duration.ofSeconds(2))).isEmpty();
        }
    }

    @Test
    void theSecondWinsOverOneThatIsSlow() {
        stage.with("a", silent()).with("b", saying("hello"));

        List<AnswerEvent> events = play();

        assertThat(events)
                .contains(new AnswerEvent.Switch(target("a"), target("b"), Way.SLOWER, 0))
                .contains(text("hello"))
                .last()
                .isInstanceOf(AnswerEvent.Done.class);
        assertThat(stage.health.outcomes()).containsExactly(LOST, ANSWERED);
        assertThat(stage.reports()).extracting(AttemptReport::number).containsExactly(1, 2);
    }

    @Test
    void theFirstWinsIfItIsFasterAfterAll() {
        CountDownLatch later = new CountDownLatch(1);
        stage.with("a", playing(opened().await(later, new StreamEvent.TextDelta("hi")).finish()))
                .with("b", silent());
        Course course = stage.course();
        course.search(REQUEST, Duration.ofMillis(200));
        stage.tapes.getLast().awaitReaders(1);

        later.countDown();
        Course.Found found = found(course.search(REQUEST, LONG));
        found.attempt().close();

        assertThat(found.attempt().target()).isEqualTo(target("a"));
        assertThat(found.switches()).isEmpty();
        assertThat(stage.health.outcomes()).containsExactly(CANCELLED, LOST);
    }

    @Test
    void whatTheLoserHasCostIsCounted() {
        stage.with("a", playing(opened().cost(7, 0))).with("b", saying("1234"));

        List<AnswerEvent> events = play();

        assertThat(stage.reports().getFirst().usage().inputTokens()).isEqualTo(7);
        Usage all =
                stage.reports().stream().map(AttemptReport::usage).reduce(Usage.NONE, Usage::plus);
        assertThat(((AnswerEvent.Done) events.getLast()).usage()).isEqualTo(all);
        assertThat(all.inputTokens()).isGreaterThan(7);
    }

    @Test
    void anErrorDoesNotWin() {
        CountDownLatch later = new CountDownLatch(1);
        stage.with("a", playing(opened().await(later, new StreamEvent.TextDelta("hi")).finish()))
                .with("b", failing(SICK));
        Course course = stage.course();
        course.search(REQUEST, Duration.ofMillis(200));

        later.countDown();
        Course.Found found = found(course.search(REQUEST, LONG));
        found.attempt().close();

        assertThat(found.attempt().target()).isEqualTo(target("a"));
        assertThat(stage.health.outcomes()).containsExactly(CANCELLED, failed(SICK));
    }

    @Test
    void aRejectionDoesNotWinEither() {
        CountDownLatch later = new CountDownLatch(1);
        stage.with("a", playing(opened().await(later, new StreamEvent.TextDelta("hi")).finish()))
                .with("b", failing(REJECTED));
        Course course = stage.course();
        course.search(REQUEST, Duration.ofMillis(200));

        later.countDown();
        Course.Found found = found(course.search(REQUEST, LONG));
        found.attempt().close();

        assertThat(found.attempt().target()).isEqualTo(target("a"));
    }

    @Test
    void theSecondGoesOnWhenTheFirstFails() {
        CountDownLatch fails = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        stage.with("a", playing(opened().await(fails, new StreamEvent.Alive()).fail(SICK)))
                .with(
                        "b",
                        playing(
                                opened().await(answers, new StreamEvent.TextDelta("hello"))
                                        .finish()));
        Course course = stage.course();
        course.search(REQUEST, Duration.ofMillis(200));

        fails.countDown();
        Course.Outcome waiting = course.search(REQUEST, Duration.ofMillis(200));
        answers.countDown();
        Course.Found found = found(course.search(REQUEST, LONG));
        found.attempt().close();

        assertThat(waiting).isEqualTo(new Course.Waiting(target("b"), false));
        assertThat(found.switches())
                .containsExactly(
                        new AnswerEvent.Switch(target("a"), target("b"), "unavailable", 0));
        assertThat(stage.health.outcomes()).containsExactly(failed(SICK), CANCELLED);
    }

    @Test
    void whenBothFailTheNextIsAsked() {
        CountDownLatch fails = new CountDownLatch(1);
        stage.with("a", playing(opened().await(fails, new StreamEvent.Alive()).fail(SICK)))
                .with("b", failing(SICK))
                .with("c", saying("hello"));
        Course course = stage.course();
        course.search(REQUEST, Duration.ofMillis(200));

        fails.countDown();
        Course.Found found = found(course.search(REQUEST, LONG));
        found.attempt().close();

        assertThat(found.attempt().target()).isEqualTo(target("c"));
        assertThat(found.switches())
                .containsExactly(
                        new AnswerEvent.Switch(target("a"), target("c"), "unavailable", 0));
        assertThat(stage.health.outcomes()).containsExactly(failed(SICK), failed(SICK), CANCELLED);
    }

    @Test
    void aTimerEndsOneAndLeavesTheOther() {
        stage.timers = new Timers(LONG, LONG, Duration.ofMillis(150), LONG, LONG);
        CountDownLatch later = new CountDownLatch(1);
        stage.with("a", playing(opened()))
                .with(
                        "b",
                        playing(opened().await(later, new StreamEvent.TextDelta("hi")).finish()));
        Course course = stage.course();

        course.search(REQUEST, Duration.ofMillis(400));
        later.countDown();
        Course.Found found = found(course.search(REQUEST, LONG));
        found.attempt().close();

        assertThat(stage.health.outcomes())
                .containsExactly(
                        failed(
                                new ProviderFailure.TimedOut(
                                        Phase.FIRST_CONTENT, Duration.ofMillis(150))),
                        CANCELLED);
        assertThat(found.switches())
                .containsExactly(
                        new AnswerEvent.Switch(
                                target("a"), target("b"), "timeout_first_content", 0));
    }

    @Test
    void eitherSignOfLifeIsOne() {
        stage.with("a", silent()).with("b", playing(opened().say(new StreamEvent.Alive())));
        Course course = stage.course();

        Course.Outcome outcome = course.search(REQUEST, Duration.ofMillis(300));
        course.close();

        assertThat(outcome).isEqualTo(new Course.Waiting(target("a"), true));
    }

    @Test
    void oneWhoSaysMuchDoesNotDrownOutTheOther() {
        stage.with("a", playing(opened().say(new StreamEvent.Alive()).forEver()))
                .with("b", saying("hello"));

        play();

        assertThat(stage.health.outcomes()).containsExactly(LOST, ANSWERED);
    }

    @Test
    void closingEndsBoth() {
        stage.with("a", silent()).with("b", silent());
        Course course = stage.course();
        course.search(REQUEST, Duration.ofMillis(200));

        course.close();

        assertThat(stage.health.outcomes()).containsExactly(CANCELLED, CANCELLED);
        assertThatIllegalStateException().isThrownBy(() -> course.search(REQUEST, LONG));
    }

    @Test
    void closingWakesWhoWaitsForBoth() throws InterruptedException {
        stage.with("a", silent()).with("b", silent());
        Course course = stage.course();
        Thread searching =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        assertThatIllegalStateException()
                                                .isThrownBy(() -> course.search(REQUEST, LONG)));
        stage.tapes.getLast().awaitReaders(1);

        course.close();

        assertThat(searching.join(Duration.ofSeconds(2))).isTrue();
        assertThat(stage.health.outcomes()).containsExactly(CANCELLED, CANCELLED);
    }

    @Test
    void theDeadlineEndsBoth() {
        stage.untilDeadline = Budget.MARGIN.plusMillis(150);
        stage.with("a", silent()).with("b", silent());

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.OutOfTime(stage.reports()));
        assertThat(stage.health.outcomes()).containsExactly(CANCELLED, CANCELLED);
    }

    @Test
    void endsTheFirstIfThereIsNoThreadForTheSecond() {
        stage.with("a", silent()).with("b", saying("other"));
        AtomicInteger calls = new AtomicInteger();
        Course course =
                stage.course(
                        (call, listener, ticker) ->
                                calls.incrementAndGet() == 1
                                        ? Attempt.start(call, listener, ticker)
                                        : NoThreads.start(call, listener, ticker));

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> course.search(REQUEST, LONG));

        assertThat(stage.health.outcomes()).containsExactly(CANCELLED, CANCELLED);
    }

    @Test
    void asksNobodyBesideOneWhoAnswersInTime() {
        hedge(LONG, 1);
        stage.with("a", saying("hello")).with("b", saying("other"));

        play();

        assertThat(stage.health.outcomes()).containsExactly(ANSWERED);
    }

    @Test
    void asksNobodyBesideIfTheRouteDoesNotHedge() {
        stage.tries = Tries.DEFAULT;
        stage.with("a", silent()).with("b", saying("other"));

        assertThatNobodyElseIsAsked();
    }

    @Test
    void asksNobodyBesideOnceTheCapIsReached() {
        hedge(SHORT, 0);
        stage.with("a", silent()).with("b", saying("other"));

        assertThatNobodyElseIsAsked();
    }

    @Test
    void asksNobodyBesideAProbe() {
        stage.with("a", silent(), Standing.PROBE).with("b", saying("other"));

        assertThatNobodyElseIsAsked();
    }

    @Test
    void asksNobodyBesideWhoIsNotReady() {
        stage.with("a", silent()).with("b", saying("other"), Standing.PROBE);

        assertThatNobodyElseIsAsked();
    }

    @Test
    void asksNobodyBesideWhoIsNotAdmitted() {
        stage.with("a", silent()).with("b", saying("other"));
        stage.health.refusing("b/model-b");

        assertThatNobodyElseIsAsked();
    }

    @Test
    void passesOverAProbeOnTheWayToOneThatIsReady() {
        stage.with("a", silent())
                .with("b", saying("other"), Standing.PROBE)
                .with("c", saying("hello"));

        play();

        assertThat(stage.health.given())
                .extracting(given -> given.target)
                .containsExactly("a/model-a", "c/model-c");
    }

    @Test
    void asksNoThird() {
        stage.with("a", silent()).with("b", silent()).with("c", saying("other"));
        Course course = stage.course();

        course.search(REQUEST, Duration.ofMillis(300));
        course.close();

        assertThat(stage.health.outcomes()).containsExactly(CANCELLED, CANCELLED);
    }

    @Test
    void leavesWhomTheBoardTurnsAgainstToTheOther() {
        AtomicInteger looks = new AtomicInteger();
        stage.health.showing(
                new BoardView() {
                    @Override
                    public Board known() {
                        return RecordingHealth.board();
                    }

                    @Override
                    public boolean isReading() {
                        return looks.incrementAndGet() < 12;
                    }

                    @Override
                    public Optional<Board> news() {
                        return looks.get() < 12
                                ? Optional.empty()
                                : Optional.of(RecordingHealth.board(Sick.open("a/model-a", null)));
                    }
                });
        CountDownLatch later = new CountDownLatch(1);
        stage.with("a", silent())
                .with(
                        "b",
                        playing(opened().await(later, new StreamEvent.TextDelta("hi")).finish()));
        Course course = stage.course();

        course.search(REQUEST, Duration.ofMillis(600));
        later.countDown();
        Course.Found found = found(course.search(REQUEST, LONG));
        found.attempt().close();

        assertThat(stage.health.outcomes()).containsExactly(CANCELLED, CANCELLED);
        assertThat(found.switches())
                .containsExactly(
                        new AnswerEvent.Switch(target("a"), target("b"), "unavailable", 0));
    }

    @Test
    void waitsForTheP95OfTheTargetOnceItIsKnown() {
        stage.tries = new Tries(0, new Hedge(null, Duration.ofMillis(1), new DailyCap.Count(1000)));
        stage.paces = new Paces(System::nanoTime);
        for (int i = 0; i < Paces.LEAST_SEEN; i++) {
            stage.paces.saw("a/model-a", Duration.ofMillis(390));
        }
        stage.with("a", silent()).with("b", saying("hello"));
        long before = System.nanoTime();

        found(stage.course().search(REQUEST, LONG)).attempt().close();

        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(400), Duration.ofSeconds(3));
    }

    @Test
    void learnsFromWinnersAndLosers() {
        stage.tries =
                new Tries(0, new Hedge(null, Duration.ofMillis(100), new DailyCap.Count(1000)));
        stage.paces = new Paces(System::nanoTime);
        stage.with("a", silent()).with("b", saying("hello"));

        for (int i = 0; i < Paces.LEAST_SEEN; i++) {
            found(stage.course().search(REQUEST, LONG)).attempt().close();
        }

        assertThat(stage.paces.p95("a/model-a"))
                .hasValueSatisfying(p95 -> assertThat(p95).isGreaterThan(Duration.ofMillis(75)));
        assertThat(stage.paces.p95("b/model-b")).isPresent();
    }

    @Test
    void countsEveryRequestOfARouteThatHedges() {
        AtomicInteger asked = new AtomicInteger();
        stage.allowance =
                new HedgeAllowance() {
                    @Override
                    public void asked(String route, Instant at) {
                        asked.incrementAndGet();
                    }

                    @Override
                    public boolean take(String route, DailyCap cap, Instant at) {
                        return false;
                    }
                };
        stage.with("a", saying("hello"));

        play();

        assertThat(asked).hasValue(1);
    }

    private void hedge(Duration after, int cap) {
        stage.tries = new Tries(0, new Hedge(after, LONG, new DailyCap.Count(cap)));
    }

    private void assertThatNobodyElseIsAsked() {
        Course course = stage.course();

        Course.Outcome outcome = course.search(REQUEST, Duration.ofMillis(300));
        course.close();

        assertThat(outcome).isEqualTo(new Course.Waiting(target("a"), false));
        assertThat(stage.health.outcomes()).containsExactly(CANCELLED);
    }

    private List<AnswerEvent> play() {
        try (Answer answer = stage.answer()) {
            return Stage.drain(answer);
        }
    }

    private static Course.Found found(Course.Outcome outcome) {
        assertThat(outcome).isInstanceOf(Course.Found.class);
        return (Course.Found) outcome;
    }

    private static AnswerEvent text(String text) {
        return new AnswerEvent.Delta(new StreamEvent.TextDelta(text));
    }

    private static AttemptOutcome failed(ProviderFailure failure) {
        return new AttemptOutcome.Failed(failure, false);
    }
}
