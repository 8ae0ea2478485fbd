package spillway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static spillway.health.Fleet.A;
import static spillway.health.Fleet.ANSWERED;
import static spillway.health.Fleet.B;
import static spillway.health.Fleet.SICK;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.Target;
import spillway.chat.ProviderFailure;
import spillway.health.TargetHealth.State;

@Timeout(30)
class HealthProbeTest {
    private static final Target FIRST = new Target("openai", "gpt");
    private static final Target SECOND = new Target("anthropic", "claude");
    private static final Duration IDLE = Duration.ofMinutes(10);

    private final Fleet fleet = new Fleet();
    private final ManualTime time = fleet.time;
    private final FleetHealth one = fleet.process("one");
    private final FleetHealth other = fleet.process("other");
    private final FleetHealth prober = fleet.process("prober");
    private final List<Target> called = new CopyOnWriteArrayList<>();

    @Test
    void leavesAloneWhatIsWellAndWhatIsNotDue() throws Exception {
        fleet.open(one, other);

        List<HealthProbe.Probed> probed = probe(null, ANSWERED).run();

        assertThat(probed).isEmpty();
        assertThat(called).isEmpty();
    }

    @Test
    void bringsBackWhatIsOpenAndDue() throws Exception {
        fleet.open(one, other);
        fleet.waitUntilDue();

        List<HealthProbe.Probed> probed = probe(null, ANSWERED).run();

        assertThat(probed).containsExactly(new HealthProbe.Probed(FIRST, ANSWERED));
        assertThat(fleet.shared(A).state()).isEqualTo(State.RAMP);
        assertThat(prober.reports().getFirst().lastProbeOk()).isTrue();
    }

    @Test
    void probesASickTargetOnceAndLeavesItOpen() throws Exception {
        fleet.open(one, other);
        fleet.waitUntilDue();

        probe(null, SICK).run();

        assertThat(called).containsExactly(FIRST);
        assertThat(fleet.shared(A).state()).isEqualTo(State.OPEN);
        assertThat(fleet.shared(A).backoff()).isEqualTo(2);
    }

    @Test
    void leavesAProbeToWhoHasIt() throws Exception {
        fleet.open(one, other);
        fleet.waitUntilDue();
        Permit permit = Fleet.probe(one, A).orElseThrow();

        List<HealthProbe.Probed> probed = probe(null, ANSWERED).run();

        assertThat(probed).isEmpty();
        Fleet.end(one, permit, SICK);
    }

    @Test
    void leavesAProbeToWhoWasFaster() throws Exception {
        fleet.open(one, other);
        fleet.waitUntilDue();
        prober.board();
        Permit permit = Fleet.probe(one, A).orElseThrow();

        List<HealthProbe.Probed> probed = probe(null, ANSWERED).run();

        assertThat(probed).isEmpty();
        assertThat(called).isEmpty();
        Fleet.end(one, permit, SICK);
    }

    @Test
    void looksAfterTargetsThatNobodyTries() throws Exception {
        Fleet.attempt(one, A, ANSWERED);
        time.advance(IDLE.minusSeconds(1));
        Fleet.attempt(one, B, ANSWERED);
        time.advance(Duration.ofSeconds(1));

        List<HealthProbe.Probed> probed = probe(IDLE, ANSWERED).run();

        assertThat(probed).containsExactly(new HealthProbe.Probed(FIRST, ANSWERED));
        assertThat(one.reports().getFirst().lastProbeOk()).isTrue();
    }

    @Test
    void opensAnIdleTargetThatGoesOnFailing() throws Exception {
        List<HealthProbe.Probed> probed = probe(IDLE, SICK).run();

        assertThat(probed)
                .containsExactly(
                        new HealthProbe.Probed(FIRST, SICK), new HealthProbe.Probed(SECOND, SICK));
        assertThat(fleet.shared(A).state()).isEqualTo(State.OPEN);
        assertThat(fleet.shared(B).state()).isEqualTo(State.OPEN);
        // Both wait on the same clock, so that each may wait less often than alone.
        assertThat(called).filteredOn(FIRST::equals).hasSizeBetween(3, 5);
        assertThat(called).filteredOn(SECOND::equals).hasSizeBetween(3, 5);
    }

    @Test
    void believesOnePassedTryOfAnIdleTarget() throws Exception {
        List<AttemptOutcome> outcomes = new ArrayList<>(List.of(SICK, SICK, ANSWERED));
        HealthProbe probe =
                new HealthProbe(
                        prober,
                        List.of(FIRST),
                        (target, _) -> {
                            called.add(target);
                            return outcomes.removeFirst();
                        },
                        IDLE,
                        time::advance,
                        time);

        probe.run();

        assertThat(called).hasSize(3);
        assertThat(fleet.shared(A).state()).isEqualTo(State.CLOSED);
    }

    @Test
    void doesNotTryAgainWhatIsNotTheTargetsFault() throws Exception {
        AttemptOutcome refused = Fleet.failed(new ProviderFailure.Rejected(400, ""));

        probe(IDLE, refused).run();

        assertThat(called).hasSize(2);
    }

    @Test
    void leavesATargetThatCoolsOrComesBackAlone() throws Exception {
        fleet.open(one, other);
        fleet.waitUntilDue();
        Fleet.end(one, Fleet.probe(one, A).orElseThrow(), ANSWERED);
        Fleet.attempt(
                one, B, Fleet.failed(new ProviderFailure.RateLimited(Duration.ofSeconds(30), "")));

        List<HealthProbe.Probed> probed = probe(Duration.ZERO, ANSWERED).run();

        assertThat(probed).isEmpty();
    }

    @Test
    void doesNothingWithoutTheTable() throws Exception {
        fleet.store.isDown = true;

        assertThat(probe(IDLE, ANSWERED).run()).isEmpty();
        assertThat(called).isEmpty();
    }

    @Test
    void stopsTryingWhenInterrupted() throws Exception {
        HealthProbe probe =
                new HealthProbe(
                        prober,
                        List.of(FIRST),
                        (target, _) -> {
                            called.add(target);
                            return SICK;
                        },
                        IDLE,
                        _ -> {
                            throw new InterruptedException();
                        },
                        time);

        probe.run();

        assertThat(called).hasSize(1);
    }

    @Test
    void settlesWhateverTheCallDoes() {
        IllegalArgumentException broken = new IllegalArgumentException("broken");
        HealthProbe probe =
                new HealthProbe(
                        prober,
                        List.of(FIRST),
                        (_, _) -> {
                            throw broken;
                        },
                        IDLE,
                        time::advance,
                        time);

        assertThatThrownBy(probe::run).isInstanceOf(IllegalStateException.class).hasCause(broken);
        assertThat(prober.local().of(A).inFlight()).isZero();
    }

    private HealthProbe probe(@Nullable Duration idle, AttemptOutcome outcome) {
        Map<Target, AttemptOutcome> outcomes = Map.of(FIRST, outcome, SECOND, outcome);
        return new HealthProbe(
                prober,
                List.of(FIRST, SECOND),
                (target, onFirstContent) -> {
                    called.add(target);
                    if (outcome instanceof AttemptOutcome.Answered) {
                        onFirstContent.accept(Duration.ofMillis(80));
                    }
                    return outcomes.getOrDefault(target, outcome);
                },
                idle,
                time::advance,
                time);
    }
}
