package spillway.aws.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.AttemptOutcome;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;
import spillway.health.BreakerSettings;
import spillway.health.FleetHealth;
import spillway.health.FleetHealthSettings;
import spillway.health.HealthListener;
import spillway.health.Permit;
import spillway.health.TargetHealth.State;
import spillway.health.TargetReport;

/** Processes that share nothing but the table. */
@Timeout(60)
class FleetOnDynamoDbTest {
    private static final String A = "openai/gpt";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AttemptOutcome ANSWERED = new AttemptOutcome.Answered(FinishReason.STOP);
    private static final AttemptOutcome SICK =
            new AttemptOutcome.Failed(new ProviderFailure.Unavailable(503, ""), false);

    private static TestTable table;

    private final AtomicLong nowMillis =
            new AtomicLong(Instant.parse("2026-11-24T10:00:00Z").toEpochMilli());
    private final List<String> transitions = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void createTable() {
        table = TestTable.create("fleet-test");
    }

    @AfterAll
    static void deleteTable() {
        table.close();
    }

    @Test
    void sharesOneOutageOneProbeAndOneRecovery() throws Exception {
        List<FleetHealth> fleet = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            fleet.add(process("process-" + i));
        }

        atOnce(64, i -> failed(fleet.get(i % 8)));
        fleet.forEach(process -> process.drain(PATIENCE));
        assertThat(transitions).containsExactly("CLOSED OPEN");

        advance(Duration.ofSeconds(7));
        fleet.forEach(FleetHealth::board);
        List<Optional<Permit>> probes = atOnce(64, i -> fleet.get(i % 8).admit(A, true).granted());
        List<Permit> granted = probes.stream().flatMap(Optional::stream).toList();
        assertThat(granted).hasSize(1);

        granted.getFirst().firstContent(Duration.ofMillis(120));
        granted.getFirst().settle(ANSWERED);
        fleet.forEach(process -> process.drain(PATIENCE));
        advance(Duration.ofSeconds(30));
        fleet.forEach(FleetHealth::board);
        fleet.forEach(process -> process.drain(PATIENCE));

        assertThat(transitions).containsExactly("CLOSED OPEN", "OPEN RAMP", "RAMP CLOSED");
        advance(Duration.ofSeconds(1));
        TargetReport report = fleet.getLast().reports().getFirst();
        assertThat(report.health().state()).isEqualTo(State.CLOSED);
        assertThat(report.health().version()).isEqualTo(3);
        assertThat(report.failures()).isEqualTo(64);
        assertThat(report.successes()).isEqualTo(1);
        assertThat(report.lastProbeOk()).isTrue();
    }

    private static boolean failed(FleetHealth process) {
        Permit permit = process.admit(A, false).granted().orElseThrow();
        permit.settle(SICK);
        return true;
    }

    /** With as long a wait for a lease as 64 that ask at once on a slow machine can take. */
    private static FleetHealthSettings patient() {
        FleetHealthSettings usual = FleetHealthSettings.DEFAULT;
        return new FleetHealthSettings(
                usual.fresh(),
                usual.usable(),
                usual.firstRead(),
                PATIENCE,
                usual.probeLease(),
                usual.tellEvery(),
                usual.accountRetry(),
                usual.coolDown(),
                usual.coolDownMax(),
                usual.aloneFor());
    }

    private FleetHealth process(String name) {
        SequencedMap<String, BreakerSettings> breakers = new LinkedHashMap<>();
        breakers.put(A, BreakerSettings.DEFAULT);
        FleetHealth process =
                new FleetHealth(
                        breakers,
                        table.store(),
                        patient(),
                        () -> name,
                        clock(),
                        () -> nowMillis.get() * 1_000_000,
                        new Random(7),
                        new HealthListener() {
                            @Override
                            public void stateChanged(
                                    String target, State from, State to, String reason) {
                                transitions.add(from + " " + to);
                            }
                        });
        process.board();
        return process;
    }

    private void advance(Duration by) {
        nowMillis.addAndGet(by.toMillis());
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(nowMillis.get());
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException("times here have no zone");
            }
        };
    }

    private interface Task<T> {
        T run(int number);
    }

    private static <T> List<T> atOnce(int tasks, Task<T> task) throws Exception {
        CountDownLatch ready = new CountDownLatch(32);
        try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
            List<Callable<T>> calls = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                int number = i;
                calls.add(
                        () -> {
                            ready.countDown();
                            ready.await();
                            return task.run(number);
                        });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }
}
