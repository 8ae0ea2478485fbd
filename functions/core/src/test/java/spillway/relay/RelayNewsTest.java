package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.attempt.TapeProvider.failing;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;
import static spillway.attempt.TapeProvider.saying;
import static spillway.attempt.TapeProvider.silent;
import static spillway.relay.Stage.target;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.TapeProvider;
import spillway.audit.AuditEvent;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.health.Board;
import spillway.health.BoardView;
import spillway.routing.Candidate.Standing;

/** What a board that arrives while an attempt is waited for does to it. */
@Timeout(20)
class RelayNewsTest {
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
    void leavesATargetOnceTheBoardSaysThatItIsSick() {
        stage.health.showing(arriving(3, RecordingHealth.board(Sick.open("a/model-a", null))));
        stage.with("a", silent()).with("b", saying("hello"));

        List<AnswerEvent> events = play();

        assertThat(events)
                .contains(new AnswerEvent.Switch(target("a"), target("b"), "unavailable", 0));
        assertThat(stage.health.outcomes())
                .containsExactly(new AttemptOutcome.Cancelled(), ANSWERED);
    }

    @Test
    void leavesATargetThatRefusesOurAccount() {
        stage.health.showing(arriving(3, RecordingHealth.board(Sick.disabled("a/model-a"))));
        stage.with("a", silent()).with("b", saying("hello"));

        List<AnswerEvent> events = play();

        assertThat(events)
                .contains(new AnswerEvent.Switch(target("a"), target("b"), "account_refused", 0));
    }

    @Test
    void namesAReasonWhereTheBoardHasNone() {
        stage.health.showing(arriving(3, RecordingHealth.board(Sick.openForNoReason("a/model-a"))));
        stage.with("a", silent()).with("b", saying("hello"));

        List<AnswerEvent> events = play();

        assertThat(events)
                .contains(new AnswerEvent.Switch(target("a"), target("b"), "unavailable", 0));
    }

    @Test
    void asksThoseKnownToBeSickLast() {
        stage.health.showing(
                new View(
                        new AtomicInteger(0), RecordingHealth.board(Sick.open("a/model-a", null))));
        stage.with("a", saying("other"))
                .with("b", failing(new ProviderFailure.Unavailable(500, "")))
                .with("c", saying("hello"));

        List<AnswerEvent> events = play();

        assertThat(events)
                .contains(new AnswerEvent.Switch(target("b"), target("c"), "unavailable", 0));
        assertThat(stage.tapes.getFirst().modelsAsked()).isEmpty();
    }

    @Test
    void staysWhereNobodyElseIsBetter() {
        CountDownLatch later = new CountDownLatch(1);
        View news =
                arriving(
                        2,
                        RecordingHealth.board(
                                Sick.open("a/model-a", null), Sick.open("b/model-b", null)));
        stage.health.showing(news.opening(later));
        stage.with("a", playing(opened().await(later, new StreamEvent.TextDelta("hello")).finish()))
                .with("b", saying("other"));

        play();

        assertThat(stage.health.outcomes()).containsExactly(ANSWERED);
        assertThat(stage.tapes.getLast().modelsAsked()).isEmpty();
    }

    @Test
    void staysWhenWhoWouldBeBetterMayNotBeAsked() {
        CountDownLatch later = new CountDownLatch(1);
        stage.health
                .refusing("b/model-b")
                .showing(
                        arriving(2, RecordingHealth.board(Sick.open("a/model-a", null)))
                                .opening(later));
        stage.with("a", playing(opened().await(later, new StreamEvent.TextDelta("hello")).finish()))
                .with("b", saying("other"));

        play();

        assertThat(stage.health.outcomes()).containsExactly(ANSWERED);
    }

    @Test
    void staysRatherThanGoToOneWhoIsSickToo() {
        CountDownLatch later = new CountDownLatch(1);
        stage.health
                .refusing("b/model-b")
                .showing(
                        arriving(
                                        2,
                                        RecordingHealth.board(
                                                Sick.open("a/model-a", null),
                                                Sick.open("c/model-c", null)))
                                .opening(later));
        stage.with("a", playing(opened().await(later, new StreamEvent.TextDelta("hello")).finish()))
                .with("b", saying("other"))
                .with("c", saying("other"));

        play();

        assertThat(stage.health.outcomes()).containsExactly(ANSWERED);
        assertThat(stage.tapes.getLast().modelsAsked()).isEmpty();
    }

    @Test
    void tellsWhyTheDecisionsOrderWasNotKept() {
        stage.health
                .refusing("b/model-b")
                .showing(
                        new View(
                                new AtomicInteger(0),
                                RecordingHealth.board(Sick.open("a/model-a", null))));
        stage.with("a", saying("other")).with("b", saying("other")).with("c", saying("hello"));

        play();

        assertThat(stage.audit.all(AuditEvent.Skipped.class))
                .containsExactly(skipped("a", "unavailable"), skipped("b", "local_breaker"));
        assertThat(stage.audit.kinds())
                .containsExactly("Decided", "Skipped", "Skipped", "Attempted", "Ended");
    }

    private static AuditEvent.Skipped skipped(String id, String reason) {
        return new AuditEvent.Skipped("request", "answer", "r", target(id), reason);
    }

    @Test
    void aProbeIsNotLeftForTheSicknessItExamines() {
        CountDownLatch later = new CountDownLatch(1);
        stage.health.showing(
                arriving(2, RecordingHealth.board(Sick.open("a/model-a", null))).opening(later));
        stage.with(
                        "a",
                        playing(opened().await(later, new StreamEvent.TextDelta("hello")).finish()),
                        Standing.PROBE)
                .with("b", saying("other"));

        play();

        assertThat(stage.health.outcomes()).containsExactly(ANSWERED);
    }

    @Test
    void goodNewsChangesNothing() {
        CountDownLatch later = new CountDownLatch(1);
        stage.health.showing(arriving(2, RecordingHealth.board()).opening(later));
        stage.with("a", playing(opened().await(later, new StreamEvent.TextDelta("hello")).finish()))
                .with("b", saying("other"));

        play();

        assertThat(stage.health.outcomes()).containsExactly(ANSWERED);
    }

    @Test
    void comesBackByTheFreshestBoardIfNobodyCanBeTried() {
        stage.health
                .refusing("a/model-a")
                .showing(
                        new View(
                                new AtomicInteger(0),
                                RecordingHealth.board(Sick.disabled("a/model-a"))));
        stage.with("a", silent());

        assertThat(stage.refusal()).isEqualTo(new AnswerFailure.NoneAvailable(null));
    }

    private List<AnswerEvent> play() {
        try (Answer answer = stage.answer()) {
            return Stage.drain(answer);
        }
    }

    @Test
    void theBoardIsReadOnceTheProviderIsWaitedFor() throws Exception {
        Refreshed view = new Refreshed();
        stage.health.showing(view);
        CountDownLatch refreshed = view.refreshed;
        // Nothing comes before the read has begun, which begins though nothing has come.
        stage.with(
                "a", playing(opened().await(refreshed, new StreamEvent.TextDelta("hi")).finish()));

        List<AnswerEvent> events = play();

        assertThat(events.getLast()).isInstanceOf(AnswerEvent.Done.class);
        assertThat(view.askedBeforeTheAttempt).isFalse();
    }

    @Test
    void theBoardIsReadAlsoForWhoMayAskNobody() {
        Refreshed view = new Refreshed();
        stage.health.showing(view);
        stage.named("held", Standing.HELD_BACK);

        AnswerFailure failure = stage.refusal();

        assertThat(failure).isInstanceOf(AnswerFailure.NoneAvailable.class);
        assertThat(view.refreshed.getCount()).isZero();
    }

    /** A view whose read is to be begun. */
    private final class Refreshed implements BoardView {
        private final CountDownLatch refreshed = new CountDownLatch(1);
        private volatile boolean askedBeforeTheAttempt;

        @Override
        public Board known() {
            return RecordingHealth.board(Sick.disabled("held/model-held"));
        }

        @Override
        public void refresh() {
            if (refreshed.getCount() > 0 && !stage.tapes.isEmpty()) {
                askedBeforeTheAttempt = stage.tapes.getFirst().modelsAsked().isEmpty();
            }
            refreshed.countDown();
        }

        @Override
        public boolean isReading() {
            return refreshed.getCount() > 0;
        }

        @Override
        public Optional<Board> news() {
            return Optional.empty();
        }
    }

    private static View arriving(int afterLooks, Board board) {
        return new View(new AtomicInteger(afterLooks), board);
    }

    /** A view that is reading for so many looks, and then has news. */
    private record View(AtomicInteger looksLeft, Board fresh, CountDownLatch heard)
            implements BoardView {
        View(AtomicInteger looksLeft, Board fresh) {
            this(looksLeft, fresh, new CountDownLatch(1));
        }

        /** Opens that latch when the news has been looked at for a while. */
        View opening(CountDownLatch latch) {
            return new View(looksLeft, fresh, latch);
        }

        @Override
        public Board known() {
            return RecordingHealth.board();
        }

        @Override
        public void refresh() {}

        @Override
        public boolean isReading() {
            return looksLeft.getAndDecrement() > 0;
        }

        @Override
        public Optional<Board> news() {
            if (looksLeft.get() >= 0) {
                return Optional.empty();
            }
            Thread.ofVirtual().start(this::openSoon);
            return Optional.of(fresh);
        }

        private void openSoon() {
            java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(60).toNanos());
            heard.countDown();
        }
    }
}
