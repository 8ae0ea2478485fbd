package spillway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.health.Fleet.A;
import static spillway.health.Fleet.ANSWERED;
import static spillway.health.Fleet.B;
import static spillway.health.Fleet.PATIENCE;
import static spillway.health.Fleet.SICK;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.health.Board.Source;
import spillway.health.TargetHealth.State;

/** What a request knows of the board, with the table there, slow, and gone. */
@Timeout(30)
class BoardTest {
    private final Fleet fleet = new Fleet();
    private final ManualTime time = fleet.time;
    private final BreakableStore store = fleet.store;
    private final FleetHealth one = fleet.process("one");
    private final FleetHealth other = fleet.process("other");

    @Test
    void waitsForTheVeryFirstBoard() {
        fleet.open(other, fleet.process("third"));

        BoardView view = one.look();

        assertThat(view.known().source()).isEqualTo(Source.SHARED);
        assertThat(view.known().of(A).state()).isEqualTo(State.OPEN);
        assertThat(view.isReading()).isFalse();
        assertThat(view.news()).isEmpty();
    }

    @Test
    void readsNothingWhileWhatItKnowsIsFresh() {
        one.look();
        time.advance(Duration.ofMillis(200));

        BoardView view = one.look();

        assertThat(store.boards).hasValue(1);
        assertThat(view.known().readAt()).isEqualTo(time.instant().minusMillis(200));
    }

    @Test
    void decidesOnWhatItKnowsWhileItReadsOnceForAll() throws Exception {
        one.look();
        fleet.open(other, fleet.process("third"));
        int readsBefore = store.boards.get();
        time.advance(Duration.ofSeconds(1));
        store.boardGate = new CountDownLatch(1);

        BoardView first = one.look();
        BoardView second = one.look();
        assertThat(first.isReading()).isTrue();
        assertThat(store.boards).hasValue(readsBefore);
        first.refresh();
        second.refresh();
        first.refresh();
        assertThat(first.isReading()).isTrue();
        assertThat(first.news()).isEmpty();
        assertThat(first.known().of(A).state()).isEqualTo(State.CLOSED);
        store.boardGate.countDown();
        awaitRead(first);
        awaitRead(second);

        assertThat(store.boards.get() - readsBefore).isEqualTo(1);
        assertThat(first.known().of(A).state()).isEqualTo(State.CLOSED);
        assertThat(first.news()).hasValueSatisfying(this::isOpenNews);
        assertThat(second.news()).hasValueSatisfying(this::isOpenNews);
    }

    private void isOpenNews(Board board) {
        assertThat(board.of(A).state()).isEqualTo(State.OPEN);
        assertThat(board.source()).isEqualTo(Source.SHARED);
    }

    @Test
    void goesOnAloneWhenTheFirstBoardDoesNotCome() throws Exception {
        store.boardGate = new CountDownLatch(1);

        BoardView view = one.look();

        assertThat(view.known().source()).isEqualTo(Source.LOCAL);
        assertThat(view.isReading()).isTrue();
        store.boardGate.countDown();
        awaitRead(view);
        assertThat(view.news()).map(Board::source).hasValue(Source.SHARED);
        assertThat(view.known().source()).isEqualTo(Source.LOCAL);
    }

    @Test
    void aReadThatHangsIsWaitedForOnce() {
        store.boardGate = new CountDownLatch(1);
        one.look();

        long begun = System.nanoTime();
        BoardView second = one.look();
        Duration waited = Duration.ofNanos(System.nanoTime() - begun);
        store.boardGate.countDown();

        assertThat(waited).isLessThan(Duration.ofMillis(500));
        assertThat(second.known().source()).isEqualTo(Source.LOCAL);
    }

    @Test
    void whoEndsTheProcessWaitsForTheReadThatRuns() throws Exception {
        store.boardGate = new CountDownLatch(1);
        BoardView view = one.look();
        Thread drain = Thread.ofVirtual().start(() -> one.drain(PATIENCE));

        boolean endsBefore = drain.join(Duration.ofMillis(50));
        store.boardGate.countDown();

        assertThat(endsBefore).isFalse();
        assertThat(drain.join(PATIENCE)).isTrue();
        assertThat(view.isReading()).isFalse();
    }

    @Test
    void goesOnAloneWhenInterrupted() {
        store.boardGate = new CountDownLatch(1);
        Thread.currentThread().interrupt();

        BoardView view = one.look();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(view.known().source()).isEqualTo(Source.LOCAL);
        store.boardGate.countDown();
    }

    @Test
    void saysThatItsBoardIsStaleAndAfterHalfAMinuteThatItIsAlone() throws Exception {
        one.look();
        store.isDown = true;
        time.advance(Duration.ofSeconds(1));
        BoardView notYetKnown = one.look();
        notYetKnown.refresh();
        awaitRead(notYetKnown);

        BoardView stale = one.look();
        stale.refresh();
        awaitRead(stale);
        time.advance(Duration.ofSeconds(29));
        Source atTheLast = one.board().source();
        time.advance(Duration.ofMillis(1));
        BoardView alone = one.look();

        assertThat(notYetKnown.known().source()).isEqualTo(Source.SHARED);
        assertThat(notYetKnown.news()).isEmpty();
        assertThat(stale.known().source()).isEqualTo(Source.STALE);
        assertThat(atTheLast).isEqualTo(Source.STALE);
        assertThat(alone.known().source()).isEqualTo(Source.LOCAL);
        assertThat(alone.known().targets()).isEmpty();
    }

    @Test
    void leavesATableThatFailsAloneForLongerAndLonger() {
        store.isDown = true;
        one.board();
        one.board();
        int afterTwo = store.boards.get();
        for (int i = 0; i < 50; i++) {
            one.board();
        }
        int whileLeftAlone = store.boards.get();

        int trials = 0;
        for (int seconds = 0; seconds < 120; seconds++) {
            time.advance(Duration.ofSeconds(1));
            int before = store.boards.get();
            one.board();
            one.board();
            trials += store.boards.get() - before;
        }

        assertThat(afterTwo).isEqualTo(2);
        assertThat(whileLeftAlone).isEqualTo(2);
        assertThat(trials).isBetween(12, 30);
        assertThat(fleet.heard).containsExactly("table gone");
    }

    @Test
    void whatFailsSideBySideDoesNotShutTheGate() {
        TableGate gate = new TableGate(store, time, new java.util.Random(1), HealthListener.NONE);
        // Two that were under way when the process was frozen.
        gate.ask(
                _ -> {
                    gate.ask(
                            _ -> {
                                time.advance(Duration.ofHours(1));
                                return unreachable(store);
                            });
                    return unreachable(store);
                });
        boolean isOpenAfterOne = gate.isOpen();
        gate.ask(BoardTest::unreachable);

        assertThat(isOpenAfterOne).isTrue();
        assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void comesBackToTheTableWithItsNextTrial() {
        store.isDown = true;
        one.board();
        one.board();
        store.isDown = false;
        Source tooEarly = one.board().source();
        time.advance(Duration.ofSeconds(2));

        Source back = one.board().source();

        assertThat(tooEarly).isEqualTo(Source.LOCAL);
        assertThat(back).isEqualTo(Source.SHARED);
        assertThat(fleet.heard).containsExactly("table gone", "table back");
    }

    @Test
    void doesNotForgetAWriteForAReadThatIsOlder() throws Exception {
        one.look();
        Fleet.attempt(other, A, SICK);
        Fleet.attempt(other, A, SICK);
        time.advance(Duration.ofSeconds(1));
        Permit third = one.admit(A, false).granted().orElseThrow();
        Permit fourth = one.admit(A, false).granted().orElseThrow();
        Permit fifth = one.admit(A, false).granted().orElseThrow();
        // The reader has asked before the write and is answered after it, as a replica may do.
        OldReads old = new OldReads(store);
        BoardReader reader =
                new BoardReader(
                        java.util.Set.of(A),
                        new TableGate(old, time, new java.util.Random(1), HealthListener.NONE),
                        FleetHealthSettings.DEFAULT,
                        time,
                        new Errands(),
                        _ -> {});
        reader.now();
        third.settle(SICK);
        fourth.settle(SICK);
        fifth.settle(SICK);
        one.drain(PATIENCE);
        reader.learn(fleet.shared(A));
        time.advance(Duration.ofSeconds(1));

        Board board = reader.now();

        assertThat(fleet.shared(A).state()).isEqualTo(State.OPEN);
        assertThat(board.of(A).state()).isEqualTo(State.OPEN);
        assertThat(board.readAt()).isEqualTo(time.instant());
    }

    @Test
    void obeysItsOwnBreakerOnlyWithoutTheTable() {
        one.board();
        for (int i = 0; i < 5; i++) {
            Fleet.attempt(one, A, SICK);
        }
        boolean isHeldBackWithTable = one.local().of(A).open();
        boolean isAdmittedWithTable = one.admit(A, false).granted().isPresent();
        store.isDown = true;
        time.advance(Duration.ofSeconds(1));
        one.board();

        assertThat(isHeldBackWithTable).isFalse();
        assertThat(isAdmittedWithTable).isTrue();
        assertThat(one.local().of(A).open()).isTrue();
        assertThat(one.local().of(B).open()).isFalse();
        assertThat(one.admit(A, false))
                .isEqualTo(new Admission.Refused(Admission.Reason.LOCAL_BREAKER));
        assertThat(one.admit(B, false).granted()).isPresent();
    }

    @Test
    void triesOnceWhenItsOwnBreakerIsDueAndCloses() {
        store.isDown = true;
        for (int i = 0; i < 3; i++) {
            Fleet.attempt(one, A, SICK);
        }
        boolean isHeldBack = one.local().of(A).open();
        time.advance(Duration.ofSeconds(6));

        Permit trial = one.admit(A, false).granted().orElseThrow();
        boolean isSecondAdmitted = one.admit(A, false).granted().isPresent();
        Fleet.end(one, trial, ANSWERED);

        assertThat(isHeldBack).isTrue();
        assertThat(isSecondAdmitted).isFalse();
        assertThat(one.admit(A, false).granted()).isPresent();
        assertThat(fleet.heard)
                .contains(
                        A + " CLOSED OPEN local", A + " OPEN RAMP local", A + " RAMP CLOSED local");
    }

    @Test
    void doesNotHoldBackEverythingWhileAllAreTried() {
        store.isDown = true;
        for (int i = 0; i < 3; i++) {
            Fleet.attempt(one, A, SICK);
        }
        for (int i = 0; i < 3; i++) {
            Fleet.attempt(one, B, SICK);
        }
        time.advance(Duration.ofSeconds(6));
        Permit trialOfA = one.admit(A, false).granted().orElseThrow();
        boolean isAHeldBack = one.local().of(A).open();
        Permit trialOfB = one.admit(B, false).granted().orElseThrow();

        boolean isAnotherAdmitted = one.admit(A, false).granted().isPresent();
        trialOfA.settle(Fleet.CANCELLED);
        trialOfB.settle(ANSWERED);

        assertThat(isAHeldBack).isTrue();
        assertThat(isAnotherAdmitted).isTrue();
    }

    @Test
    void doesNotHoldBackEverythingForWhatIsLikelyItsOwnFault() {
        store.isDown = true;
        for (int i = 0; i < 3; i++) {
            Fleet.attempt(one, A, SICK);
            Fleet.attempt(one, B, SICK);
        }

        assertThat(one.local().of(A).open()).isFalse();
        assertThat(one.local().of(B).open()).isFalse();
        Fleet.attempt(one, A, SICK);
        Fleet.attempt(one, A, Fleet.CANCELLED);
        Fleet.attempt(one, B, ANSWERED);
        assertThat(one.local().of(B).inFlight()).isZero();
    }

    @Test
    void probesWithoutALeaseWhenTheTableIsGone() {
        fleet.open(one, other);
        fleet.waitUntilDue();
        one.board();
        store.isDown = true;

        Permit permit = one.admit(A, true).granted().orElseThrow();
        store.isDown = false;
        Fleet.end(one, permit, ANSWERED);

        assertThat(fleet.shared(A).fence()).isZero();
        assertThat(fleet.shared(A).state()).isEqualTo(State.RAMP);
    }

    @Test
    void aLeaseThatComesTooLateIsNotWaitedForAndGoesBack() {
        fleet.open(one, other);
        fleet.waitUntilDue();
        one.board();
        store.leaseGate = new CountDownLatch(1);

        long begun = System.nanoTime();
        Admission late = one.admit(A, true);
        Duration waited = Duration.ofNanos(System.nanoTime() - begun);
        store.leaseGate.countDown();
        one.drain(PATIENCE);

        assertThat(late).isEqualTo(new Admission.Refused(Admission.Reason.PROBE_LEASE_LATE));
        assertThat(waited).isBetween(Duration.ofMillis(490), Duration.ofSeconds(5));
        assertThat(fleet.shared(A).fence()).isEqualTo(1);
        assertThat(fleet.shared(A).probeUntil()).isNull();
        assertThat(one.local().of(A).inFlight()).isZero();
    }

    @Test
    void whoIsInterruptedWhileHeWaitsForALeaseDoesNotProbe() {
        fleet.open(one, other);
        fleet.waitUntilDue();
        one.board();
        store.leaseGate = new CountDownLatch(1);
        Thread.currentThread().interrupt();

        Admission admission = one.admit(A, true);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(admission.granted()).isEmpty();
        store.leaseGate.countDown();
        one.drain(PATIENCE);
        assertThat(fleet.shared(A).probeUntil()).isNull();
    }

    @Test
    void losesWhatItCannotTellAndReportsItsOwnView() {
        store.isDown = true;
        Fleet.attempt(one, A, ANSWERED);
        Fleet.attempt(one, B, SICK);
        Fleet.attempt(one, B, SICK);
        Fleet.attempt(one, B, Fleet.failed(new spillway.chat.ProviderFailure.KeyMissing()));

        TargetReport report = one.reports().getFirst();

        assertThat(report.windowSeconds()).isZero();
        assertThat(report.successes()).isZero();
        assertThat(report.firstContentEwmaMillis()).isEqualTo(250);
        assertThat(report.firstContent()).isNull();
        assertThat(one.local().of(B).open()).isTrue();
        store.isDown = false;
        assertThat(fleet.shared(B)).isEqualTo(TargetHealth.well(B));
    }

    private static Object unreachable(HealthStore asked) {
        throw new IllegalStateException(asked + " cannot be reached");
    }

    private static void awaitRead(BoardView view) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (view.isReading() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(view.isReading()).isFalse();
    }
}
