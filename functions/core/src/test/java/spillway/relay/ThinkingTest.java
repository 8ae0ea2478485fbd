package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static spillway.attempt.TapeProvider.failing;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;
import static spillway.attempt.TapeProvider.saying;
import static spillway.attempt.TapeProvider.tape;
import static spillway.relay.Stage.drain;
import static spillway.relay.Stage.target;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.TapeProvider;
import spillway.attempt.Timers;
import spillway.audit.AuditEvent;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.routing.OnBreak;
import spillway.routing.Route;

/** Whoever is at work when the hold is over is as good as who answers; whoever is silent is not. */
@Timeout(30)
class ThinkingTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(40);
    private static final ProviderFailure SICK = new ProviderFailure.Unavailable(503, "");
    private static final StreamEvent ALIVE = new StreamEvent.Alive();

    private final Stage stage = new Stage();
    private final CountDownLatch later = new CountDownLatch(1);

    @BeforeEach
    void holdForAMoment() {
        stage.contract = new Route.Contract(SHORT, OnBreak.CONTINUE);
        stage.timers = new Timers(LONG, LONG, LONG, LONG, LONG);
    }

    @AfterEach
    void everythingIsSettledOnceAndNothingLeftOpen() throws InterruptedException {
        stage.assertSettled();
    }

    @Test
    void aModelThatThinksBeginsItsAnswerWithoutAWord() {
        stage.with("a", playing(thinking().await(later, text("done thinking")).finish()));

        try (Answer answer = stage.answer()) {
            assertThat(answer.next(LONG))
                    .contains(new AnswerEvent.Start("answer", "r", target("a")));
            assertThat(answer.next(SHORT)).isEmpty();
            later.countDown();
            assertThat(answer.next(LONG))
                    .contains(new AnswerEvent.Delta(new StreamEvent.TextDelta("done thinking")));
            assertThat(drain(answer)).last().isInstanceOf(AnswerEvent.Done.class);
        }
    }

    @Test
    void anotherCanStillTakeOverAndIsTold() {
        stage.with("a", playing(thinking().await(later, ALIVE).fail(SICK)))
                .with("b", saying("hello"));

        try (Answer answer = stage.answer()) {
            answer.next(LONG);
            later.countDown();
            assertThat(drain(answer).subList(0, 2))
                    .containsExactly(
                            new AnswerEvent.Switch(target("a"), target("b"), "unavailable", 0),
                            new AnswerEvent.Delta(new StreamEvent.TextDelta("hello")));
        }
    }

    @Test
    void aFailureOfAllIsAnEventOnceTheAnswerHasBegun() {
        stage.with("a", playing(thinking().await(later, ALIVE).fail(SICK)))
                .with("b", failing(SICK));

        try (Answer answer = stage.answer()) {
            answer.next(LONG);
            later.countDown();
            assertThat(drain(answer))
                    .containsExactly(
                            new AnswerEvent.Failed(
                                    new AnswerFailure.AllFailed(reports()), 0, false));
        }
        assertThat(reports()).hasSize(2);
    }

    @Test
    void silenceBeginsNoAnswer() {
        stage.timers = new Timers(LONG, LONG, LONG, Duration.ofMillis(400), LONG);
        stage.with("a", playing(opened()));

        assertThat(stage.refusal()).isEqualTo(new AnswerFailure.AllFailed(reports()));
    }

    @Test
    void aFailureBeforeTheHoldIsOverIsAStatus() {
        stage.contract = new Route.Contract(LONG, OnBreak.CONTINUE);
        stage.with("a", playing(thinking().fail(SICK)));

        assertThat(stage.refusal()).isEqualTo(new AnswerFailure.AllFailed(reports()));
    }

    @Test
    void whoComesToLifeAfterTheHoldBeginsTheAnswer() {
        stage.with("a", playing(opened().await(later, ALIVE).say("hello").finish()));
        Thread.ofVirtual()
                .start(
                        () -> {
                            LockSupport.parkNanos(SHORT.multipliedBy(4).toNanos());
                            later.countDown();
                        });

        try (Answer answer = stage.answer()) {
            assertThat(drain(answer)).last().isInstanceOf(AnswerEvent.Done.class);
        }
    }

    @Test
    void aReaderWhoLeavesAModelThatThinksCancelsTheCall() {
        stage.with("a", playing(thinking()));

        stage.answer().close();

        assertThat(stage.health.outcomes()).containsExactly(new AttemptOutcome.Cancelled());
        assertThat(ended().cancelled()).isTrue();
    }

    @Test
    void aReaderWhoLeavesWhileAnotherThreadPullsWaitsUntilAllIsSettled() throws Exception {
        stage.with("a", playing(thinking()));
        Answer answer = stage.answer();
        answer.next(LONG);
        Thread puller =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        assertThatIllegalStateException()
                                                .isThrownBy(() -> answer.next(LONG)));
        while (puller.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        answer.close();

        assertThat(ended().attempts()).hasSize(1);
        puller.join();
    }

    @Test
    void aBugInTheMiddleOfTheSearchEndsTheAnswerOnce() {
        stage.with("a", playing(thinking().await(later, ALIVE).fail(SICK)))
                .with("b", saying("hello"));
        stage.health.crashing("b/model-b");

        try (Answer answer = stage.answer()) {
            answer.next(LONG);
            later.countDown();
            assertThatIllegalStateException().isThrownBy(() -> answer.next(LONG));
        }

        assertThat(ended().failure()).isEqualTo("internal_error");
    }

    private static TapeProvider.Tape thinking() {
        return tape().say(new StreamEvent.Opened(), ALIVE);
    }

    private static StreamEvent text(String text) {
        return new StreamEvent.TextDelta(text);
    }

    private List<AttemptReport> reports() {
        return stage.audit.all(AuditEvent.Attempted.class).stream()
                .map(AuditEvent.Attempted::report)
                .toList();
    }

    private AuditEvent.Ended ended() {
        return stage.audit.all(AuditEvent.Ended.class).getFirst();
    }
}
