package spillway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static spillway.health.Fleet.A;
import static spillway.health.Fleet.ANSWERED;
import static spillway.health.Fleet.B;
import static spillway.health.Fleet.CANCELLED;
import static spillway.health.Fleet.PATIENCE;
import static spillway.health.Fleet.SICK;
import static spillway.health.Fleet.admit;
import static spillway.health.Fleet.attempt;
import static spillway.health.Fleet.end;
import static spillway.health.Fleet.failed;
import static spillway.health.Fleet.probe;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import spillway.attempt.AttemptOutcome;
import spillway.chat.ProviderFailure;
import spillway.health.TargetHealth.State;

class FleetHealthTest {
    private final Fleet fleet = new Fleet();
    private final ManualTime time = fleet.time;
    private final FleetHealth one = fleet.process("one");
    private final FleetHealth other = fleet.process("other");

    @Test
    void opensWhenTwoProcessesTogetherHaveSeenEnoughFailures() {
        fleet.open(one, other);

        TargetHealth open = fleet.shared(A);
        assertThat(open.state()).isEqualTo(State.OPEN);
        assertThat(open.reason()).isEqualTo("unavailable");
        assertThat(open.since()).isEqualTo(time.instant());
        assertThat(Duration.between(time.instant(), open.openUntil()))
                .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
        assertThat(fleet.heard).containsExactly(A + " CLOSED OPEN unavailable");
        assertThat(fleet.shared(B).state()).isEqualTo(State.CLOSED);
    }

    @Test
    void needsASecondWitness() {
        for (int i = 0; i < 20; i++) {
            attempt(one, A, SICK);
        }

        assertThat(fleet.shared(A).state()).isEqualTo(State.CLOSED);
    }

    @Test
    void believesOneProcessThatGoesOnFailingForTwoSeconds() {
        for (int i = 0; i < 5; i++) {
            attempt(one, A, SICK);
        }
        time.advance(Duration.ofSeconds(2));

        attempt(one, A, SICK);

        assertThat(fleet.shared(A).state()).isEqualTo(State.OPEN);
    }

    @Test
    void doesNotBelieveOneProcessForAFailureOfLongAgo() {
        attempt(one, A, SICK);
        time.advance(Duration.ofHours(1));

        for (int i = 0; i < 5; i++) {
            attempt(one, A, SICK);
        }

        assertThat(fleet.shared(A).state()).isEqualTo(State.CLOSED);
    }

    @Test
    void doesNotBelieveOneProcessThatSucceededMeanwhile() {
        for (int i = 0; i < 5; i++) {
            attempt(one, A, SICK);
        }
        time.advance(Duration.ofSeconds(2));
        attempt(one, A, ANSWERED);

        attempt(one, A, SICK);

        assertThat(fleet.shared(A).state()).isEqualTo(State.CLOSED);
    }

    @Test
    void staysClosedWhileMostAttemptsSucceed() {
        for (int i = 0; i < 6; i++) {
            attempt(one, A, ANSWERED);
        }

        fleet.open(one, other);

        assertThat(fleet.shared(A).state()).isEqualTo(State.CLOSED);
    }

    @Test
    void opensOnceHoweverManyFailAtOnce() throws Exception {
        CountDownLatch ready = new CountDownLatch(32);
        try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
            for (int i = 0; i < 64; i++) {
                FleetHealth process = i % 2 == 0 ? one : other;
                threads.execute(
                        () -> {
                            Permit permit = admit(process, A);
                            ready.countDown();
                            try {
                                ready.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            permit.settle(SICK);
                        });
            }
        }
        one.drain(PATIENCE);
        other.drain(PATIENCE);

        assertThat(fleet.heard).containsExactly(A + " CLOSED OPEN unavailable");
        assertThat(fleet.shared(A).version()).isEqualTo(1);
        assertThat(one.reports().getFirst().failures()).isEqualTo(64);
    }

    @Test
    void oneProbesAndBringsItBack() {
        fleet.open(one, other);
        fleet.waitUntilDue();

        Permit probe = probe(one, A).orElseThrow();
        boolean isOtherAdmitted = probe(other, A).isPresent();
        end(one, probe, ANSWERED);

        assertThat(isOtherAdmitted).isFalse();
        assertThat(fleet.shared(A).state()).isEqualTo(State.RAMP);
        assertThat(fleet.shared(A).since()).isEqualTo(time.instant());
        assertThat(fleet.heard).endsWith(A + " OPEN RAMP unavailable");
    }

    @Test
    void isWellWhenTheRampIsOver() {
        bringIntoRamp();
        time.advance(Duration.ofSeconds(30));

        other.board();
        other.drain(PATIENCE);

        assertThat(fleet.shared(A).state()).isEqualTo(State.CLOSED);
        assertThat(fleet.shared(A).backoff()).isZero();
        assertThat(fleet.heard).endsWith(A + " RAMP CLOSED unavailable");
    }

    @Test
    void opensForLongerAfterEachFailedProbe() {
        fleet.open(one, other);
        Instant since = fleet.shared(A).since();
        fleet.waitUntilDue();

        end(one, probe(one, A).orElseThrow(), SICK);

        TargetHealth open = fleet.shared(A);
        assertThat(open.state()).isEqualTo(State.OPEN);
        assertThat(open.since()).isEqualTo(since);
        assertThat(open.probeUntil()).isNull();
        assertThat(Duration.between(time.instant(), open.openUntil()))
                .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
        assertThat(one.reports().getFirst().lastProbeOk()).isFalse();
        assertThat(one.reports().getFirst().lastProbeAt()).isEqualTo(time.instant());
    }

    @Test
    void opensForNoLongerThanTheMost() {
        fleet.open(one, other);
        for (int i = 0; i < 8; i++) {
            time.advance(Duration.ofSeconds(61));
            end(one, probe(one, A).orElseThrow(), SICK);
        }

        assertThat(Duration.between(time.instant(), fleet.shared(A).openUntil()))
                .isBetween(Duration.ofSeconds(48), Duration.ofSeconds(60));
    }

    @Test
    void doesNotListenToAProbeThatOthersHaveOvertaken() {
        fleet.open(one, other);
        fleet.waitUntilDue();
        Permit late = probe(one, A).orElseThrow();
        time.advance(Duration.ofSeconds(20));
        Permit current = probe(other, A).orElseThrow();

        end(one, late, ANSWERED);
        State afterLate = fleet.shared(A).state();
        end(other, current, ANSWERED);

        assertThat(afterLate).isEqualTo(State.OPEN);
        assertThat(fleet.shared(A).state()).isEqualTo(State.RAMP);
    }

    @Test
    void opensAgainAfterTwoFailuresInTheRampAndForTwiceAsLong() {
        bringIntoRamp();

        attempt(one, A, SICK);
        State afterOne = fleet.shared(A).state();
        attempt(one, A, SICK);

        assertThat(afterOne).isEqualTo(State.RAMP);
        assertThat(fleet.shared(A).state()).isEqualTo(State.OPEN);
        assertThat(Duration.between(time.instant(), fleet.shared(A).openUntil()))
                .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
    }

    @Test
    void doesNotHoldFailuresOfTheOutageAgainstTheRamp() {
        Permit begunBefore = admit(one, A);
        Permit begunBeforeToo = admit(one, A);
        bringIntoRamp();

        end(one, begunBefore, SICK);
        end(one, begunBeforeToo, SICK);

        assertThat(fleet.shared(A).state()).isEqualTo(State.RAMP);
    }

    @Test
    void aProbeWhoseReaderLeftMayBeTakenAgain() {
        fleet.open(one, other);
        fleet.waitUntilDue();

        end(one, probe(one, A).orElseThrow(), CANCELLED);

        assertThat(fleet.shared(A).state()).isEqualTo(State.OPEN);
        assertThat(probe(other, A)).isPresent();
    }

    @Test
    void aProbeThatWasRateLimitedCoolsAndMayBeTakenAgain() {
        fleet.open(one, other);
        fleet.waitUntilDue();

        end(one, probe(one, A).orElseThrow(), rateLimited(Duration.ofSeconds(3)));

        assertThat(fleet.shared(A).state()).isEqualTo(State.OPEN);
        assertThat(fleet.shared(A).probeUntil()).isNull();
        assertThat(fleet.shared(A).cooldownUntil()).isEqualTo(time.instant().plusSeconds(3));
    }

    @Test
    void aTargetThatIsNoLongerOpenNeedsNoProbe() {
        fleet.open(one, other);
        fleet.waitUntilDue();
        end(other, probe(other, A).orElseThrow(), ANSWERED);

        Permit permit = probe(one, A).orElseThrow();
        end(one, permit, ANSWERED);

        assertThat(fleet.shared(A).state()).isEqualTo(State.RAMP);
        assertThat(fleet.shared(A).fence()).isEqualTo(1);
    }

    @Test
    void anAnswerOfATargetTriedForWantOfABetterOneBringsItBack() {
        fleet.open(one, other);
        time.advance(Duration.ofSeconds(1));

        attempt(one, A, ANSWERED);

        assertThat(fleet.shared(A).state()).isEqualTo(State.RAMP);
    }

    @Test
    void anAnswerBegunBeforeItOpenedDoesNotBringItBack() {
        Permit begunBefore = admit(one, A);
        fleet.open(one, other);

        end(one, begunBefore, ANSWERED);

        assertThat(fleet.shared(A).state()).isEqualTo(State.OPEN);
    }

    @Test
    void faultsOfTheRequestCountOnlyInReports() {
        for (int i = 0; i < 10; i++) {
            attempt(i % 2 == 0 ? one : other, A, failed(new ProviderFailure.Rejected(400, "")));
        }
        time.advance(Duration.ofSeconds(5));
        attempt(one, A, ANSWERED);
        attempt(other, A, ANSWERED);

        TargetReport report = one.reports().getFirst();
        assertThat(fleet.shared(A).state()).isEqualTo(State.CLOSED);
        assertThat(report.failures()).isZero();
        assertThat(report.failuresByReason()).isEqualTo(Map.of("rejected", 10L));
        assertThat(report.successes()).isEqualTo(2);
    }

    @Test
    void whatSaysNothingOfTheTargetIsNotTold() {
        attempt(one, A, CANCELLED);
        attempt(one, A, new AttemptOutcome.LostRace());

        assertThat(fleet.store.adds).hasValue(0);
        assertThat(one.local().of(A).inFlight()).isZero();
    }

    @ParameterizedTest
    @CsvSource({",5", "-1,5", "0,0", "12,12", "3600,60"})
    void coolsForAsLongAsARateLimitAsks(Long asked, long seconds) {
        Duration retryAfter = asked == null ? null : Duration.ofSeconds(asked);

        attempt(one, A, failed(new ProviderFailure.RateLimited(retryAfter, "")));

        assertThat(fleet.shared(A).cooldownUntil()).isEqualTo(time.instant().plusSeconds(seconds));
        assertThat(fleet.shared(A).state()).isEqualTo(State.CLOSED);
    }

    @Test
    void leavesAnAccountThatIsRefusedAloneUntilSomebodyHasActed() {
        attempt(one, A, failed(new ProviderFailure.AccountRefused(401, "invalid_api_key")));

        TargetHealth refused = fleet.shared(A);
        assertThat(refused.disabledFor()).isEqualTo("account_refused");
        assertThat(refused.openUntil()).isEqualTo(time.instant().plus(Duration.ofMinutes(5)));
        assertThat(fleet.heard)
                .containsExactly(
                        A + " refuses: account_refused", A + " CLOSED OPEN account_refused");

        time.advance(Duration.ofMinutes(5));
        other.board();
        end(other, probe(other, A).orElseThrow(), ANSWERED);

        assertThat(fleet.shared(A).disabledFor()).isNull();
        assertThat(fleet.shared(A).state()).isEqualTo(State.RAMP);
    }

    @Test
    void leavesItAloneAgainWhenNobodyHasActed() {
        attempt(one, A, failed(new ProviderFailure.KeyMissing()));
        Instant since = fleet.shared(A).since();
        time.advance(Duration.ofMinutes(5));

        end(one, probe(one, A).orElseThrow(), failed(new ProviderFailure.KeyMissing()));

        assertThat(fleet.shared(A).disabledFor()).isEqualTo("key_missing");
        assertThat(fleet.shared(A).since()).isEqualTo(since);
        assertThat(fleet.shared(A).openUntil())
                .isEqualTo(time.instant().plus(Duration.ofMinutes(5)));
    }

    @Test
    void disablesOnceHoweverManyAreRefused() {
        AttemptOutcome refused = failed(new ProviderFailure.AccountRefused(403, ""));
        Permit begunTogether = admit(other, A);
        attempt(one, A, refused);

        end(other, begunTogether, refused);

        assertThat(fleet.shared(A).version()).isEqualTo(1);
    }

    @Test
    void tellsSuccessesOfAnIntervalInOneWrite() {
        for (int i = 0; i < 10; i++) {
            attempt(one, A, ANSWERED);
        }
        int atFirst = fleet.store.adds.get();
        time.advance(Duration.ofSeconds(5));
        attempt(one, A, ANSWERED);

        assertThat(atFirst).isEqualTo(1);
        assertThat(fleet.store.adds).hasValue(2);
        assertThat(one.reports().getFirst().successes()).isEqualTo(11);
    }

    @Test
    void knowsWhatItHasSeenItself() {
        Permit running = admit(one, A);
        running.firstContent(Duration.ofMillis(400));
        LocalView.Seen whileRunning = one.local().of(A);
        running.settle(ANSWERED);

        assertThat(whileRunning).isEqualTo(new LocalView.Seen(400, 1, false));
        assertThat(one.local().of(A)).isEqualTo(new LocalView.Seen(400, 0, false));
        assertThat(one.local().of(B)).isEqualTo(LocalView.Seen.NEVER);
    }

    @Test
    void takesATargetThatFailsAtOnceForASlowOne() {
        attempt(one, A, SICK);

        assertThat(one.local().of(A).firstContentMillis()).isEqualTo(5_000);
    }

    @Test
    void aCutAfterALongAnswerIsNoLongTimeToTheFirstContent() {
        Permit permit = admit(one, A);
        permit.firstContent(Duration.ofMillis(400));
        time.advance(Duration.ofMinutes(4));

        end(one, permit, SICK);

        assertThat(one.local().of(A).firstContentMillis()).isEqualTo(5_000);
    }

    @Test
    void refusesToSettleTwice() {
        Permit permit = admit(one, A);
        permit.settle(ANSWERED);

        assertThatThrownBy(() -> permit.settle(SICK))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the attempt to openai/gpt is settled already");
        assertThat(one.local().of(A).inFlight()).isZero();
    }

    @Test
    void refusesATargetThatIsNotConfigured() {
        assertThatThrownBy(() -> one.admit("openai/unknown", false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "target openai/unknown is not configured;"
                                + " configured are openai/gpt, anthropic/claude");
    }

    @Test
    void reportsWhatTheWholeFleetHasSeen() {
        attempt(one, A, ANSWERED);
        attempt(other, A, ANSWERED);
        attempt(other, B, ANSWERED);
        attempt(one, B, failed(new ProviderFailure.CutOff("eof")));

        List<TargetReport> reports = one.reports();

        TargetReport ofA = reports.getFirst();
        TargetReport ofB = reports.getLast();
        assertThat(ofA.health().target()).isEqualTo(A);
        assertThat(ofA.successes()).isEqualTo(2);
        assertThat(ofA.firstContentEwmaMillis()).isEqualTo(250);
        assertThat(ofA.firstContent()).isEqualTo(new TargetReport.Percentiles(300, 300, 300));
        assertThat(ofA.trafficShare()).isEqualTo(0.5);
        assertThat(ofA.windowSeconds()).isBetween(150, 299);
        assertThat(ofA.lastProbeAt()).isNull();
        assertThat(ofB.failures()).isEqualTo(1);
        assertThat(ofB.failuresByReason()).isEqualTo(Map.of("cut_off", 1L));
    }

    @Test
    void reportsNothingOfTargetsNobodyHasTried() {
        TargetReport report = one.reports().getFirst();

        assertThat(report.health()).isEqualTo(TargetHealth.well(A));
        assertThat(report.successes()).isZero();
        assertThat(report.firstContent()).isNull();
        assertThat(report.firstContentEwmaMillis()).isNull();
        assertThat(report.trafficShare()).isZero();
    }

    @Test
    void waitsNoLongerForItsWritesThanItIsTold() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        Errands errands = new Errands();
        errands.start(
                () -> {
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });

        long begun = System.nanoTime();
        errands.drain(Duration.ofMillis(20));
        long waited = System.nanoTime() - begun;
        gate.countDown();
        errands.drain(PATIENCE);

        assertThat(Duration.ofNanos(waited))
                .isBetween(Duration.ofMillis(19), Duration.ofSeconds(5));
    }

    @Test
    void waitsOnlyForWhatHadBegunBefore() {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        Errands errands = new Errands();
        errands.start(() -> pass(first));
        Thread draining = Thread.ofVirtual().start(() -> errands.drain(PATIENCE));
        while (draining.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        errands.start(() -> pass(second));

        first.countDown();
        boolean isDrained = join(draining);
        second.countDown();

        assertThat(isDrained).isTrue();
    }

    @Test
    void whatThereIsNoThreadForKeepsNobodyWaiting() {
        Errands errands =
                new Errands(
                        _ -> {
                            throw new OutOfMemoryError("no thread");
                        });
        List<Throwable> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((_, bug) -> heard.add(bug));

        long begun = System.nanoTime();
        boolean isBegun = errands.start(() -> {});
        errands.drain(PATIENCE);
        Duration waited = Duration.ofNanos(System.nanoTime() - begun);
        Thread.currentThread().setUncaughtExceptionHandler(null);

        assertThat(isBegun).isFalse();
        assertThat(waited).isLessThan(PATIENCE);
        assertThat(heard).singleElement().isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void aReadThatThereIsNoThreadForEndsWithoutABoard() {
        BoardReader reader =
                new BoardReader(
                        Set.of(A),
                        new TableGate(
                                fleet.store, time, new java.util.Random(1), HealthListener.NONE),
                        FleetHealthSettings.DEFAULT,
                        time,
                        new Errands(
                                _ -> {
                                    throw new OutOfMemoryError("no thread");
                                }),
                        _ -> {});
        Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {});

        BoardView first = reader.look();
        BoardView second = reader.look();
        Thread.currentThread().setUncaughtExceptionHandler(null);

        assertThat(first.isReading()).isFalse();
        assertThat(second.known().source()).isEqualTo(Board.Source.LOCAL);
    }

    private static void pass(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean join(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void stopsWaitingWhenInterrupted() {
        CountDownLatch gate = new CountDownLatch(1);
        Errands errands = new Errands();
        errands.start(
                () -> {
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });

        Thread.currentThread().interrupt();
        errands.drain(PATIENCE);

        assertThat(Thread.interrupted()).isTrue();
        gate.countDown();
    }

    private static AttemptOutcome rateLimited(Duration retryAfter) {
        return failed(new ProviderFailure.RateLimited(retryAfter, ""));
    }

    private void bringIntoRamp() {
        fleet.open(one, other);
        fleet.waitUntilDue();
        end(one, probe(one, A).orElseThrow(), ANSWERED);
        assertThat(fleet.store.board(Set.of(A)).values())
                .extracting(TargetHealth::state)
                .containsExactly(State.RAMP);
    }
}
