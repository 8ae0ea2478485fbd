package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static spillway.attempt.TapeProvider.failing;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;
import static spillway.attempt.TapeProvider.saying;
import static spillway.attempt.TapeProvider.silent;
import static spillway.relay.Stage.target;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.TapeProvider;
import spillway.audit.AuditEvent;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;

/** A search that is put down and taken up again, also after what it found has broken. */
@Timeout(20)
class CourseTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(40);
    private static final ChatRequest REQUEST = ChatRequest.of("asked", "prompt");
    private static final ProviderFailure SICK = new ProviderFailure.Unavailable(503, "");
    private static final ProviderFailure REJECTED = new ProviderFailure.Rejected(400, "");

    private final Stage stage = new Stage();

    @AfterEach
    void everythingIsSettledOnceAndNothingLeftOpen() {
        assertThat(stage.health.outcomes()).hasSameSizeAs(stage.health.given());
        for (TapeProvider provider : stage.tapes) {
            assertThat(provider.open()).isZero();
        }
    }

    @Test
    void goesOnWithTheSameAttemptWhenItIsAskedAgain() {
        CountDownLatch later = new CountDownLatch(1);
        stage.with("a", playing(opened().await(later, text("hello")).finish()));
        Course course = stage.course();

        Course.Outcome first = course.search(REQUEST, SHORT);
        Course.Outcome second = course.search(REQUEST, Duration.ZERO);
        later.countDown();
        Course.Outcome third = course.search(REQUEST, LONG);

        assertThat(List.of(first, second)).containsOnly(new Course.Waiting(target("a"), false));
        assertThat(endOf(third).first()).isEqualTo(text("hello"));
        assertThat(stage.tapes.getFirst().modelsAsked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isAliveOnceSomethingHasFollowedTheHeaders(boolean costsOnly) {
        StreamEvent sign =
                costsOnly ? new StreamEvent.UsageReport(Usage.NONE) : new StreamEvent.Alive();
        stage.with("a", playing(opened().say(sign)));
        Course course = stage.course();

        Course.Outcome outcome = course.search(REQUEST, Duration.ofMillis(200));
        course.close();

        assertThat(outcome).isEqualTo(new Course.Waiting(target("a"), true));
    }

    @Test
    void isNotAliveWithHeadersAlone() {
        stage.with("a", playing(opened()));
        Course course = stage.course();

        Course.Outcome outcome = course.search(REQUEST, SHORT);
        course.close();

        assertThat(outcome).isEqualTo(new Course.Waiting(target("a"), false));
    }

    @Test
    void signsOfLifeWithoutEndDoNotOutlastThePatience() {
        stage.with("a", playing(opened().say(new StreamEvent.Alive()).forEver()));
        Course course = stage.course();

        Course.Outcome outcome = course.search(REQUEST, SHORT);
        course.close();

        assertThat(outcome).isEqualTo(new Course.Waiting(target("a"), true));
    }

    @Test
    void fallsBackWhileItIsAskedAgainAndTellsIt() {
        CountDownLatch later = new CountDownLatch(1);
        stage.with("a", playing(opened().await(later, new StreamEvent.Alive()).fail(SICK)))
                .with("b", saying("hello"));
        Course course = stage.course();
        course.search(REQUEST, SHORT);

        later.countDown();
        Course.Found found = endOf(course.search(REQUEST, LONG));

        assertThat(found.switches())
                .containsExactly(
                        new AnswerEvent.Switch(target("a"), target("b"), "unavailable", 0));
    }

    @Test
    void asksWhoIsLeftWithAnotherRequestAfterABreak() {
        stage.with("a", playing(opened().say("hel").fail(SICK)))
                .with("b", failing(SICK))
                .with("c", saying("lo"));
        Course course = stage.course();
        Course.Found broken = endOf(course.search(REQUEST, LONG));

        course.left(broken.attempt().target(), "cut_off", 3);
        Course.Found found = endOf(course.search(ChatRequest.of("asked", "go on"), LONG));

        assertThat(found.attempt().target()).isEqualTo(target("c"));
        assertThat(found.switches())
                .containsExactly(
                        new AnswerEvent.Switch(target("a"), target("b"), "cut_off", 3),
                        new AnswerEvent.Switch(target("b"), target("c"), "unavailable", 3));
        assertThat(stage.audit.all(AuditEvent.Switched.class)).hasSize(2);
        assertThat(stage.tapes.getFirst().prompts()).containsExactly("prompt");
        assertThat(stage.tapes.getLast().prompts()).containsExactly("go on");
    }

    @Test
    void aRejectionAfterABreakIsNotTheEnd() {
        stage.with("a", playing(opened().say("hel").fail(SICK)))
                .with("b", failing(REJECTED))
                .with("c", saying("lo"));
        Course course = stage.course();
        endOf(course.search(REQUEST, LONG));

        course.left(target("a"), "cut_off", 3);
        Course.Found found = endOf(course.search(REQUEST, LONG));

        assertThat(found.attempt().target()).isEqualTo(target("c"));
    }

    @Test
    void aRejectionByWhoeverIsLeftAfterABreakIsNotTheCallersFault() {
        stage.with("a", playing(opened().say("hel").fail(SICK))).with("b", failing(REJECTED));
        Course course = stage.course();
        endOf(course.search(REQUEST, LONG));

        course.left(target("a"), "cut_off", 3);
        Course.Outcome outcome = course.search(REQUEST, LONG);

        assertThat(outcome)
                .isEqualTo(new Course.GaveUp(new AnswerFailure.AllFailed(stage.reports())));
    }

    @Test
    void aRejectionByAFallbackDoesNotKeepWhoIsLeftFromAnswering() {
        stage.with("a", failing(SICK)).with("b", failing(REJECTED)).with("c", saying("hello"));

        Course.Found found = endOf(stage.course().search(REQUEST, LONG));

        assertThat(found.attempt().target()).isEqualTo(target("c"));
        assertThat(found.switches())
                .containsExactly(
                        new AnswerEvent.Switch(target("a"), target("b"), "unavailable", 0),
                        new AnswerEvent.Switch(target("b"), target("c"), "rejected", 0));
    }

    @Test
    void aRejectionByTheFirstIsTheEndWhateverIsLeft() {
        stage.with("a", failing(REJECTED)).with("b", saying("other"));

        Course.Outcome outcome = stage.course().search(REQUEST, LONG);

        assertThat(outcome)
                .isEqualTo(new Course.GaveUp(new AnswerFailure.RequestRejected(stage.reports())));
        assertThat(stage.tapes.getLast().modelsAsked()).isEmpty();
    }

    @Test
    void aRejectionByAFallbackDoesNotHideTheFirstCause() {
        stage.with("a", failing(SICK)).with("b", failing(REJECTED));

        Course.Outcome outcome = stage.course().search(REQUEST, LONG);

        assertThat(outcome)
                .isEqualTo(new Course.GaveUp(new AnswerFailure.AllFailed(stage.reports())));
        assertThat(stage.health.outcomes()).containsExactly(failed(SICK), failed(REJECTED));
    }

    @Test
    void closingEndsWhatRunsAndTheSearch() {
        stage.with("a", silent());
        Course course = stage.course();
        course.search(REQUEST, SHORT);

        course.close();
        course.close();

        assertThat(stage.health.outcomes()).containsExactly(new AttemptOutcome.Cancelled());
        assertThatIllegalStateException().isThrownBy(() -> course.search(REQUEST, LONG));
    }

    @Test
    void closingBeforeAnythingRunsAsksNobody() {
        stage.with("a", saying("other"));
        Course course = stage.course();

        course.close();

        assertThatIllegalStateException().isThrownBy(() -> course.search(REQUEST, LONG));
        assertThat(stage.health.given()).isEmpty();
    }

    @Test
    void closingWakesWhoSearches() throws InterruptedException {
        stage.with("a", silent());
        Course course = stage.course();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread searching =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        course.search(REQUEST, LONG);
                                    } catch (IllegalStateException e) {
                                        thrown.set(e);
                                    }
                                });
        stage.tapes.getFirst().awaitReaders(1);

        course.close();

        assertThat(searching.join(Duration.ofSeconds(5))).isTrue();
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
    }

    /** What must have been found; its attempt is ended. */
    private static Course.Found endOf(Course.Outcome outcome) {
        assertThat(outcome).isInstanceOf(Course.Found.class);
        Course.Found found = (Course.Found) outcome;
        found.attempt().close();
        return found;
    }

    private static AttemptOutcome failed(ProviderFailure failure) {
        return new AttemptOutcome.Failed(failure, false);
    }

    private static StreamEvent.TextDelta text(String text) {
        return new StreamEvent.TextDelta(text);
    }
}
