package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.Timers;
import spillway.audit.AuditEvent;
import spillway.provider.ChatProvider;
import spillway.provider.ProviderSettings;
import spillway.provider.catalog.Providers;
import spillway.routing.Candidate.Standing;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.ScriptedProviderServer;
import spillway.testkit.provider.Wire;

/** Every fault of the catalogue at once, over real sockets: every permit comes back, once. */
@Timeout(60)
class FaultStormTest {
    private static final int STREAMS = 200;
    private static final Duration SHORT = Duration.ofMillis(1500);

    private final Providers providers = new Providers(Clock.systemUTC());
    private final Map<Wire, ScriptedProviderServer> servers = new EnumMap<>(Wire.class);

    FaultStormTest() {
        for (Wire wire : Wire.values()) {
            ScriptedProviderServer server = ScriptedProviderServer.start(wire, 0);
            server.answer("one two three four five six", Duration.ZERO, Duration.ofMillis(5));
            servers.put(wire, server);
        }
    }

    @AfterEach
    void stop() {
        providers.close();
        servers.values().forEach(ScriptedProviderServer::close);
    }

    @Test
    void returnsEveryPermitOnceWhateverBreaks() throws Exception {
        List<Stage> stages = stages();
        List<Future<?>> running = new ArrayList<>();
        CountDownLatch go = new CountDownLatch(1);

        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Stage stage : stages) {
                running.add(
                        readers.submit(
                                () -> {
                                    go.await();
                                    hear(stage);
                                    return null;
                                }));
            }
            go.countDown();
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }

        assertThat(stages)
                .allSatisfy(
                        stage -> {
                            assertThat(stage.health.given()).isNotEmpty();
                            assertThat(stage.health.outcomes())
                                    .hasSameSizeAs(stage.health.given())
                                    .hasSameSizeAs(stage.audit.all(AuditEvent.Attempted.class));
                            assertThat(stage.audit.all(AuditEvent.Ended.class)).hasSize(1);
                        });
        await("nothing runs on at the providers", () -> active() == 0);
        providers.closeIdle();
        await("no connection is left", () -> open() == 0);
    }

    /** Each with a fault of the catalogue at its first target, on either wire in turn. */
    private List<Stage> stages() {
        List<Fault> faults = List.copyOf(Fault.catalogue().values());
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            Wire wire = i % 2 == 0 ? Wire.OPENAI : Wire.ANTHROPIC;
            Wire other = i % 2 == 0 ? Wire.ANTHROPIC : Wire.OPENAI;
            server(wire).breakWith("model-broken" + i, faults.get(i / 2 % faults.size()));
            Stage stage = new Stage();
            stage.timers = new Timers(SHORT, SHORT, SHORT, SHORT, SHORT).withThroughput(1);
            stages.add(
                    stage.withAny("broken" + i, provider(wire), Standing.READY)
                            .withAny("well" + i, provider(other), Standing.READY));
        }
        return stages;
    }

    private static void hear(Stage stage) {
        switch (stage.play()) {
            case Opening.Refused _ -> {}
            case Opening.Answering(var answer) -> {
                try (answer) {
                    assertThat(Stage.drain(answer).stream().filter(Stage::isLast)).hasSize(1);
                }
            }
        }
    }

    private ChatProvider provider(Wire wire) {
        ProviderSettings.Kind kind =
                switch (wire) {
                    case OPENAI -> ProviderSettings.Kind.OPENAI;
                    case ANTHROPIC -> ProviderSettings.Kind.ANTHROPIC;
                };
        return providers.of(
                new ProviderSettings("p", kind, server(wire).baseUrl(), "KEY"), () -> "key");
    }

    private ScriptedProviderServer server(Wire wire) {
        return Objects.requireNonNull(servers.get(wire));
    }

    private int active() {
        return servers.values().stream().mapToInt(ScriptedProviderServer::activeRequests).sum();
    }

    private int open() {
        return servers.values().stream().mapToInt(ScriptedProviderServer::openConnections).sum();
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting until " + what).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
