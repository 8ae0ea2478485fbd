package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import spillway.testkit.lambda.RuntimeApiOptions;
import spillway.testkit.lambda.RuntimeError;

class SnapshotTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final RuntimeApiOptions SNAP_START = RuntimeApiOptions.DEFAULT.withSnapStart();
    private static final RequestStreamHandler HANDLER = (_, out, _) -> out.write('x');

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    void runsHooksInOrderAndBackAgainAroundTheSnapshot() throws Exception {
        try (var runtime = start(SNAP_START, hook("a"), hook("b"))) {
            assertThat(runtime.api().awaitSnapshot(SOON)).isTrue();
            assertThat(told).containsExactly("before a", "before b");

            runtime.api().restore();

            var invocation = runtime.api().invoke(new byte[0], Duration.ofMinutes(1));
            assertThat(invocation.body().readAllBytes()).asString().isEqualTo("x");
            assertThat(told).containsExactly("before a", "before b", "after b", "after a");
        }
    }

    @Test
    void takesHooksThatDoNothing() throws Exception {
        try (var runtime = start(SNAP_START, new SnapshotHook() {})) {
            assertThat(runtime.api().awaitSnapshot(SOON)).isTrue();
            runtime.api().restore();

            assertThat(runtime.api().awaitReady(SOON)).isTrue();
        }
    }

    @Test
    void callsNoHookWithoutSnapStart() throws Exception {
        try (var runtime = start(RuntimeApiOptions.DEFAULT, hook("a"))) {
            assertThat(runtime.api().awaitReady(SOON)).isTrue();

            assertThat(told).isEmpty();
        }
    }

    @Test
    void reportsAHookThatFailsBeforeTheSnapshot() throws Exception {
        SnapshotHook broken =
                new SnapshotHook() {
                    @Override
                    public void beforeSnapshot() throws IOException {
                        throw new IOException("secret");
                    }
                };
        try (var runtime = start(SNAP_START, hook("a"), broken, hook("c"))) {
            assertThat(runtime.exitCode()).isEqualTo(64);

            assertThat(runtime.api().initError())
                    .contains(error("Runtime.BeforeCheckpointError", "java.io.IOException"));
            assertThat(told).containsExactly("before a");
        }
    }

    @Test
    void reportsAHookThatFailsAfterTheRestore() throws Exception {
        SnapshotHook broken =
                new SnapshotHook() {
                    @Override
                    public void afterRestore() {
                        throw new IllegalStateException("secret");
                    }
                };
        try (var runtime = start(SNAP_START, hook("a"), broken)) {
            assertThat(runtime.api().awaitSnapshot(SOON)).isTrue();
            runtime.api().restore();

            assertThat(runtime.exitCode()).isEqualTo(64);
            assertThat(runtime.api().restoreError())
                    .contains(
                            error("Runtime.AfterRestoreError", "java.lang.IllegalStateException"));
            assertThat(told).containsExactly("before a");
        }
    }

    @Test
    void endsWhenTheRuntimeApiKnowsNoSnapshot() throws Exception {
        Map<String, String> variables = Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
        try (var runtime =
                RunningRuntime.start(RuntimeApiOptions.DEFAULT, variables, _ -> HANDLER)) {
            assertThat(runtime.exitCode()).isEqualTo(64);
            assertThat(runtime.log()).contains("answered 404 to restore/next");
        }
    }

    @Test
    void endsWhenTheRuntimeApiHangsUpInsteadOfRestoring() throws Exception {
        try (var runtime = start(SNAP_START, hook("a"))) {
            assertThat(runtime.api().awaitSnapshot(SOON)).isTrue();
            runtime.api().processEnded();

            assertThat(runtime.exitCode()).isEqualTo(64);
            assertThat(runtime.log()).contains("did not answer restore/next");
        }
    }

    @Test
    void saysThatTheRuntimeApiDidNotTakeAnError() throws Exception {
        Map<String, String> variables = Map.of("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1");
        HandlerFactory factory =
                _ -> {
                    throw new IOException("no table");
                };
        try (var runtime = RunningRuntime.start(SNAP_START, variables, factory)) {
            assertThat(runtime.exitCode()).isEqualTo(1);
            assertThat(runtime.log()).contains("The Runtime API did not take init/error.");
        }
    }

    private RunningRuntime start(RuntimeApiOptions options, SnapshotHook... hooks)
            throws IOException {
        return RunningRuntime.start(
                options,
                Map.of(),
                registry -> {
                    for (SnapshotHook hook : hooks) {
                        registry.accept(hook);
                    }
                    return HANDLER;
                });
    }

    private SnapshotHook hook(String name) {
        return new SnapshotHook() {
            @Override
            public void beforeSnapshot() {
                told.add("before " + name);
            }

            @Override
            public void afterRestore() {
                told.add("after " + name);
            }
        };
    }

    private static RuntimeError error(String type, String thrown) {
        return new RuntimeError(
                type,
                new String(
                        new ErrorReport(type, "The function failed with " + thrown + ".").json(),
                        UTF_8));
    }
}
