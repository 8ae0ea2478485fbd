package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static spillway.attempt.TapeProvider.failing;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;
import static spillway.attempt.TapeProvider.saying;
import static spillway.attempt.TapeProvider.tape;
import static spillway.relay.Stage.target;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.TapeProvider;
import spillway.chat.ChatRequest;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;
import spillway.routing.Tries;
import spillway.routing.Tries.TooLong;

/** Asking the same target a second time. */
@Timeout(20)
class RelayRetryTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final ChatRequest REQUEST = ChatRequest.of("asked", "prompt");
    private static final ProviderFailure TOO_LONG =
            new ProviderFailure.Rejected(400, ProviderFailure.Rejected.TOO_LONG);
    private static final ProviderFailure BROKE = new ProviderFailure.Unavailable(500, "");
    private static final ProviderFailure SICK = new ProviderFailure.Unavailable(503, "");
    private static final AttemptOutcome ANSWERED = new AttemptOutcome.Answered(FinishReason.STOP);

    private final Stage stage = new Stage();

    @AfterEach
    void everythingIsSettledOnceAndNothingLeftOpen() {
        assertThat(stage.health.outcomes()).hasSameSizeAs(stage.health.given());
        for (TapeProvider provider : stage.tapes) {
            assertThat(provider.open()).isZero();
        }
    }

    @Test
    void asksTheOnlyTargetAgainAfterA500() {
        stage.with("a", playing(tape().fail(BROKE), opened().say("hello").finish()));

        List<AnswerEvent> events = play();

        assertThat(events.getLast()).isInstanceOf(AnswerEvent.Done.class);
        assertThat(events).noneMatch(AnswerEvent.Switch.class::isInstance);
        assertThat(stage.health.outcomes()).containsExactly(failed(BROKE), ANSWERED);
        assertThat(stage.reports()).extracting(AttemptReport::number).containsExactly(1, 2);
    }

    @Test
    void waitsForAShortRateLimitWhenNobodyElseIsThere() {
        ProviderFailure limited = limited(Duration.ofMillis(400));
        stage.with("a", playing(tape().fail(limited), opened().say("hello").finish()));
        long before = System.nanoTime();

        play();

        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(400), Duration.ofSeconds(3));
        assertThat(stage.health.outcomes()).containsExactly(failed(limited), ANSWERED);
    }

    @Test
    void switchesAtOnceWhereSomebodyElseIsReady() {
        ProviderFailure limited = limited(Duration.ofSeconds(2));
        stage.with("a", failing(limited)).with("b", saying("hello"));

        play();

        assertThat(stage.health.outcomes()).containsExactly(failed(limited), ANSWERED);
        assertThat(stage.tapes.getLast().modelsAsked()).hasSize(1);
    }

    @Test
    void waitsAMomentRatherThanSwitch() {
        ProviderFailure limited = limited(Duration.ofMillis(20));
        stage.with("a", playing(tape().fail(limited), opened().say("hello").finish()))
                .with("b", saying("other"));

        play();

        assertThat(stage.tapes.getFirst().modelsAsked()).hasSize(2);
        assertThat(stage.tapes.getLast().modelsAsked()).isEmpty();
    }

    @Test
    void comesBackToTheFirstWhenNobodyElseAnswers() {
        ProviderFailure limited = limited(Duration.ofMillis(400));
        stage.with("a", playing(tape().fail(limited), opened().say("hello").finish()))
                .with("b", failing(SICK));

        List<AnswerEvent> events = play();

        assertThat(events)
                .containsSubsequence(
                        new AnswerEvent.Switch(target("a"), target("b"), "rate_limited", 0),
                        new AnswerEvent.Switch(target("b"), target("a"), "unavailable", 0));
        assertThat(stage.health.outcomes())
                .containsExactly(failed(limited), failed(SICK), ANSWERED);
    }

    @Test
    void asksTheNextWithWhatIsTooLongForOneIfTheRouteWantsIt() {
        stage.tries = new Tries(1, Duration.ZERO, TooLong.NEXT, null);
        stage.with("a", failing(TOO_LONG)).with("b", saying("hello"));

        List<AnswerEvent> events = play();

        assertThat(events)
                .contains(new AnswerEvent.Switch(target("a"), target("b"), "rejected", 0));
        assertThat(stage.health.outcomes()).containsExactly(failed(TOO_LONG), ANSWERED);
    }

    @Test
    void whatIsTooLongForAllIsTheCallersMatter() {
        stage.tries = new Tries(1, Duration.ZERO, TooLong.NEXT, null);
        stage.with("a", failing(TOO_LONG)).with("b", failing(TOO_LONG));

        assertThat(stage.refusal()).isEqualTo(new AnswerFailure.RequestRejected(stage.reports()));
        assertThat(stage.health.outcomes()).containsExactly(failed(TOO_LONG), failed(TOO_LONG));
    }

    @Test
    void asksNobodyWithWhatIsTooLongUnlessTheRouteWantsIt() {
        stage.with("a", failing(TOO_LONG)).with("b", saying("hello"));

        assertThat(stage.refusal()).isEqualTo(new AnswerFailure.RequestRejected(stage.reports()));
        assertThat(stage.tapes.getLast().modelsAsked()).isEmpty();
    }

    @Test
    void asksNoTargetAThirdTime() {
        stage.with("a", failing(BROKE));

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isEqualTo(new AnswerFailure.AllFailed(stage.reports()));
        assertThat(stage.health.outcomes()).containsExactly(failed(BROKE), failed(BROKE));
    }

    @Test
    void asksNobodyAgainIfTheRouteDoesNotWantIt() {
        stage.tries = new Tries(0, null);
        stage.with("a", failing(BROKE));

        stage.refusal();

        assertThat(stage.health.outcomes()).containsExactly(failed(BROKE));
    }

    @Test
    void asksOthersIfASecondTryIsNotAdmitted() {
        stage.with("a", failing(limited(Duration.ZERO))).with("b", saying("hello"));
        stage.health.refusingAfter("a/model-a", 1);

        play();

        assertThat(stage.tapes.getFirst().modelsAsked()).hasSize(1);
        assertThat(stage.tapes.getLast().modelsAsked()).hasSize(1);
    }

    @Test
    void saysThatItWaitsWhileItWaits() {
        stage.with("a", failing(limited(Duration.ofSeconds(3))));
        Course course = stage.course();

        Course.Outcome first = course.search(REQUEST, Duration.ofMillis(20));
        Course.Outcome second = course.search(REQUEST, Duration.ZERO);
        course.close();

        assertThat(List.of(first, second)).containsOnly(new Course.Waiting(target("a"), false));
        assertThatIllegalStateException().isThrownBy(() -> course.search(REQUEST, LONG));
        assertThat(stage.health.given()).hasSize(1);
    }

    @Test
    void closingWakesWhoWaits() throws InterruptedException {
        stage.with("a", failing(limited(Duration.ofSeconds(3))));
        Course course = stage.course();
        course.search(REQUEST, Duration.ofMillis(20));
        Thread searching =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        assertThatIllegalStateException()
                                                .isThrownBy(() -> course.search(REQUEST, LONG)));

        course.close();

        assertThat(searching.join(Duration.ofSeconds(2))).isTrue();
    }

    private List<AnswerEvent> play() {
        try (Answer answer = stage.answer()) {
            return Stage.drain(answer);
        }
    }

    private static ProviderFailure limited(@Nullable Duration retryAfter) {
        return new ProviderFailure.RateLimited(retryAfter, "");
    }

    private static AttemptOutcome failed(ProviderFailure failure) {
        return new AttemptOutcome.Failed(failure, false);
    }
}
