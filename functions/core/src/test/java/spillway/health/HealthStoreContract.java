package spillway.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import spillway.health.HealthStore.Written;
import spillway.health.TargetHealth.State;

/** What every {@link HealthStore} does. */
public abstract class HealthStoreContract {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:02Z");
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private HealthStore store;
    private String target;

    /** The store to test. May hold what other tests have left. */
    protected abstract HealthStore store();

    @BeforeEach
    void takeATargetOfItsOwn() {
        store = store();
        target = "openai/model-" + NUMBERS.incrementAndGet();
    }

    @Test
    void knowsNothingOfATargetNeverToldOf() {
        assertThat(store.board(Set.of(target))).isEmpty();
        assertThat(store.tallies(Set.of(target), NOW).getOrDefault(target, Tally.NOTHING))
                .isEqualTo(Tally.NOTHING);
    }

    @Test
    void addsUpWhatManyTellWithinTheWindow() {
        store.add(target, failure("a", 0), NOW);
        store.add(target, successes(4), NOW.plusSeconds(3));

        Counters counters = store.add(target, failure("b", 0), NOW.plusSeconds(6));

        assertThat(counters).isEqualTo(new Counters(2, 4, 2, 2));
    }

    @Test
    void forgetsWhatIsOlderThanTheWindow() {
        store.add(target, failure("a", 0), NOW);

        Counters counters = store.add(target, failure("b", 0), NOW.plusSeconds(10));

        assertThat(counters).isEqualTo(new Counters(1, 0, 1, 2));
    }

    @Test
    void countsFailuresOfAStateApart() {
        store.add(target, failure("a", 2), NOW);

        Counters ofLater = store.add(target, failure("a", 4), NOW);
        Counters ofLaterAgain = store.add(target, failure("b", 4), NOW);

        assertThat(ofLater.failuresInState()).isEqualTo(1);
        assertThat(ofLaterAgain.failuresInState()).isEqualTo(2);
        assertThat(ofLaterAgain.failures()).isEqualTo(3);
    }

    @Test
    void takesAFailureOfAnAttemptBegunInAnEarlierState() {
        store.add(target, failure("a", 2), NOW);
        store.add(target, failure("a", 4), NOW);

        Counters ofTheEarlier = store.add(target, failure("b", 2), NOW);

        assertThat(ofTheEarlier.failures()).isEqualTo(3);
        assertThat(ofTheEarlier.reporters()).isEqualTo(2);
    }

    @Test
    void replacesAStateOnlyOverTheVersionItWasMadeFrom() {
        TargetHealth well = TargetHealth.well(target);
        TargetHealth open = opened(well, NOW.plusSeconds(5));

        Written first = store.transition(well, open);
        Written second = store.transition(well, opened(well, NOW.plusSeconds(60)));

        assertThat(first).isEqualTo(new Written(true, open));
        assertThat(second).isEqualTo(new Written(false, open));
        assertThat(store.board(Set.of(target))).isEqualTo(Map.of(target, open));
    }

    @Test
    void keepsWhatAStateHoldsAndDropsWhatItDoesNot() {
        TargetHealth disabled =
                BreakerRule.disabled(
                        TargetHealth.well(target), NOW, NOW.plusSeconds(300), "account_refused");
        store.transition(TargetHealth.well(target), disabled);
        TargetHealth back = BreakerRule.recovered(disabled, NOW.plusSeconds(301));

        Written written = store.transition(disabled, back);

        assertThat(written.now()).isEqualTo(back);
        assertThat(written.now().disabledFor()).isNull();
        assertThat(written.now().openUntil()).isNull();
        assertThat(known()).isEqualTo(back);
    }

    @Test
    void changesStateOnceHoweverManyFailAtOnce() throws Exception {
        TargetHealth well = TargetHealth.well(target);
        BreakerRule rule = new BreakerRule(BreakerSettings.DEFAULT);

        List<Boolean> transitions =
                atOnce(
                        64,
                        32,
                        i -> {
                            Counters counters = store.add(target, failure("r" + i, 0), NOW);
                            return rule.opens(well, counters, 0, false, NOW)
                                    && store.transition(well, opened(well, NOW.plusSeconds(5)))
                                            .made();
                        });

        assertThat(transitions.stream().filter(made -> made)).hasSize(1);
        assertThat(known().version()).isEqualTo(1);
        assertThat(store.add(target, failure("last", 0), NOW).failures()).isEqualTo(65);
    }

    @Test
    void leasesOneProbeHoweverManyAsk() throws Exception {
        open(NOW);

        List<Boolean> leases =
                atOnce(
                        64,
                        32,
                        i -> store.leaseProbe(target, "r" + i, NOW, NOW.plusSeconds(20)).made());

        assertThat(leases.stream().filter(made -> made)).hasSize(1);
        TargetHealth now = known();
        assertThat(now.fence()).isEqualTo(1);
        assertThat(now.probeUntil()).isEqualTo(NOW.plusSeconds(20));
    }

    @Test
    void leasesNoProbeOfATargetThatIsNotOpenOrNotDue() {
        Written whenWell = store.leaseProbe(target, "a", NOW, NOW.plusSeconds(20));
        open(NOW.plusSeconds(5));

        Written tooEarly = store.leaseProbe(target, "a", NOW, NOW.plusSeconds(20));
        Written due = store.leaseProbe(target, "a", NOW.plusSeconds(5), NOW.plusSeconds(25));

        assertThat(whenWell).isEqualTo(new Written(false, TargetHealth.well(target)));
        assertThat(tooEarly.made()).isFalse();
        assertThat(tooEarly.now().openUntil()).isEqualTo(NOW.plusSeconds(5));
        assertThat(due.made()).isTrue();
    }

    @Test
    void leasesAgainWhenALeaseHasRunOut() {
        open(NOW);
        store.leaseProbe(target, "gone", NOW, NOW.plusSeconds(20));

        Written tooEarly = store.leaseProbe(target, "b", NOW.plusSeconds(19), NOW.plusSeconds(39));
        Written later = store.leaseProbe(target, "b", NOW.plusSeconds(20), NOW.plusSeconds(40));

        assertThat(tooEarly.made()).isFalse();
        assertThat(later.made()).isTrue();
        assertThat(later.now().fence()).isEqualTo(2);
    }

    @Test
    void givesTheSameLeaseToWhoAsksAgain() {
        open(NOW);
        Written first = store.leaseProbe(target, "a", NOW, NOW.plusSeconds(20));

        Written repeated = store.leaseProbe(target, "a", NOW, NOW.plusSeconds(20));

        assertThat(repeated).isEqualTo(first);
        assertThat(repeated.made()).isTrue();
        assertThat(repeated.now().fence()).isEqualTo(1);
    }

    @Test
    void refusesALateResultUnderAnOldFence() {
        TargetHealth open = open(NOW);
        ProbeLease old = lease("a", NOW, NOW.plusSeconds(20));
        ProbeLease current = lease("b", NOW.plusSeconds(20), NOW.plusSeconds(40));

        Written late = store.settleProbe(old, BreakerRule.recovered(open, NOW.plusSeconds(21)));
        Written lateRelease = store.releaseProbe(old);
        Written timely =
                store.settleProbe(current, BreakerRule.recovered(open, NOW.plusSeconds(22)));

        assertThat(late.made()).isFalse();
        assertThat(late.now().state()).isEqualTo(State.OPEN);
        assertThat(lateRelease.made()).isFalse();
        assertThat(timely.made()).isTrue();
        assertThat(timely.now().state()).isEqualTo(State.RAMP);
        assertThat(timely.now().since()).isEqualTo(NOW.plusSeconds(22));
        assertThat(timely.now().probeUntil()).isNull();
        assertThat(timely.now().version()).isEqualTo(2);
    }

    @Test
    void refusesAResultOfAProbeThatATransitionHasEnded() {
        TargetHealth open = open(NOW);
        ProbeLease lease = lease("a", NOW, NOW.plusSeconds(20));
        TargetHealth disabled =
                BreakerRule.disabled(open, NOW, NOW.plusSeconds(300), "account_refused");
        store.transition(open, disabled);

        Written late = store.settleProbe(lease, BreakerRule.recovered(open, NOW.plusSeconds(1)));

        assertThat(late.made()).isFalse();
        assertThat(late.now().disabledFor()).isEqualTo("account_refused");
    }

    @Test
    void letsAProbeThatShowedNothingBeTakenAgainAtOnce() {
        open(NOW);
        ProbeLease lease = lease("a", NOW, NOW.plusSeconds(20));

        Written released = store.releaseProbe(lease);
        Written again = store.leaseProbe(target, "b", NOW, NOW.plusSeconds(20));

        assertThat(released.made()).isTrue();
        assertThat(released.now().probeUntil()).isNull();
        assertThat(released.now().state()).isEqualTo(State.OPEN);
        assertThat(again.made()).isTrue();
    }

    @Test
    void coolsForTheLongestThatWasAskedFor() {
        Written first = store.coolDown(target, NOW.plusSeconds(30));
        Written shorter = store.coolDown(target, NOW.plusSeconds(10));
        Written longer = store.coolDown(target, NOW.plusSeconds(40));

        assertThat(first.made()).isTrue();
        assertThat(shorter.made()).isFalse();
        assertThat(shorter.now().cooldownUntil()).isEqualTo(NOW.plusSeconds(30));
        assertThat(longer.now().cooldownUntil()).isEqualTo(NOW.plusSeconds(40));
        assertThat(known().state()).isEqualTo(State.CLOSED);
    }

    @Test
    void keepsTheCooldownOverATransition() {
        store.coolDown(target, NOW.plusSeconds(30));

        TargetHealth open = open(NOW.plusSeconds(5));

        assertThat(open.cooldownUntil()).isEqualTo(NOW.plusSeconds(30));
    }

    @Test
    void talliesWhatWasToldInThisSpanAndTheOneBefore() {
        store.add(target, successes(3), NOW);
        store.add(target, failure("a", 0), NOW.plus(Tally.SPAN));
        store.add(target, rateLimits(2), NOW.plus(Tally.SPAN));

        Tally tally = tally(NOW.plus(Tally.SPAN).plusSeconds(1));

        assertThat(tally.previous())
                .isEqualTo(new Tally.Span(3, 0, Map.of(), latencies(Duration.ofMillis(310), 3)));
        assertThat(tally.current())
                .isEqualTo(
                        new Tally.Span(
                                0,
                                1,
                                Map.of("unavailable", 1L, "rate_limited", 2L),
                                Latencies.NONE));
        assertThat(tally.lastEvidenceAt()).isEqualTo(NOW.plus(Tally.SPAN));
        assertThat(tally.lastProbeAt()).isNull();
    }

    @Test
    void talliesNothingOfSpansLongGone() {
        store.add(target, successes(3), NOW);
        Instant later = NOW.plus(Tally.SPAN.multipliedBy(2));

        Tally before = tally(later);
        store.add(target, successes(1), later);
        Tally after = tally(later);

        assertThat(before.both()).isEqualTo(Tally.Span.NOTHING);
        assertThat(before.lastEvidenceAt()).isEqualTo(NOW);
        assertThat(after.both().successes()).isEqualTo(1);
    }

    @Test
    void remembersHowTheLastProbeEnded() {
        store.add(target, probe(true), NOW);
        store.add(target, probe(false), NOW.plusSeconds(60));
        store.add(target, successes(1), NOW.plusSeconds(70));

        Tally tally = tally(NOW.plusSeconds(80));

        assertThat(tally.lastProbeAt()).isEqualTo(NOW.plusSeconds(60));
        assertThat(tally.lastProbeOk()).isFalse();
        assertThat(tally.lastEvidenceAt()).isEqualTo(NOW.plusSeconds(70));
    }

    @Test
    void answersOnlyForTheTargetsAskedFor() {
        String other = target + "-other";
        store.coolDown(target, NOW.plusSeconds(1));
        store.coolDown(other, NOW.plusSeconds(1));
        store.add(target, successes(1), NOW);

        assertThat(store.board(Set.of(other)).keySet()).containsExactly(other);
        assertThat(store.board(Set.of(target, other))).hasSize(2);
        assertThat(store.tallies(Set.of(target), NOW)).containsOnlyKeys(target);
    }

    private TargetHealth open(Instant until) {
        TargetHealth well = TargetHealth.well(target);
        return store.transition(well, opened(well, until)).now();
    }

    private TargetHealth known() {
        return store.board(Set.of(target)).getOrDefault(target, TargetHealth.well(target));
    }

    private Tally tally(Instant now) {
        return store.tallies(Set.of(target), now).getOrDefault(target, Tally.NOTHING);
    }

    private ProbeLease lease(String owner, Instant now, Instant until) {
        Written written = store.leaseProbe(target, owner, now, until);
        assertThat(written.made()).isTrue();
        return new ProbeLease(target, owner, written.now().fence());
    }

    private static TargetHealth opened(TargetHealth from, Instant until) {
        return new TargetHealth(
                from.target(),
                State.OPEN,
                from.version() + 1,
                NOW,
                until,
                1,
                from.fence(),
                null,
                from.cooldownUntil(),
                null,
                "unavailable");
    }

    private static Evidence failure(String reporter, long version) {
        return new Evidence(
                reporter, version, WINDOW, 0, Latencies.NONE, 1, Map.of("unavailable", 1L), null);
    }

    private static Evidence successes(int count) {
        return new Evidence(
                "a", 0, WINDOW, count, latencies(Duration.ofMillis(310), count), 0, Map.of(), null);
    }

    private static Evidence rateLimits(long count) {
        return new Evidence(
                "a", 0, WINDOW, 0, Latencies.NONE, 0, Map.of("rate_limited", count), null);
    }

    private static Evidence probe(boolean ok) {
        return new Evidence("a", 0, WINDOW, 0, Latencies.NONE, 0, Map.of(), ok);
    }

    private static Latencies latencies(Duration each, int count) {
        Latencies sum = Latencies.NONE;
        for (int i = 0; i < count; i++) {
            sum = sum.plus(Latencies.of(each));
        }
        return sum;
    }

    private interface Task {
        boolean run(int number) throws Exception;
    }

    /** Runs so many tasks on so many threads that wait for one another to begin. */
    private static List<Boolean> atOnce(int tasks, int threads, Task task) throws Exception {
        CountDownLatch ready = new CountDownLatch(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                int number = i;
                calls.add(
                        () -> {
                            ready.countDown();
                            ready.await();
                            return task.run(number);
                        });
            }
            List<Boolean> results = new ArrayList<>();
            for (Future<Boolean> future : executor.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }
}
