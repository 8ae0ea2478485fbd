package spillway.runtime;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import spillway.runtime.ApiConnection.Answer;

/**
 * A Lambda runtime whose handlers stream. A function's {@code main} calls {@code run}, which serves
 * invocations until the process ends.
 *
 * <p>The output that the handler gets is a {@link ResponseStream}. One invocation runs at a time,
 * on the calling thread; with {@code AWS_LAMBDA_MAX_CONCURRENCY} set, that many, on virtual
 * threads, with one handler for all of them. Half a second before its deadline ({@code
 * SPILLWAY_DEADLINE_MARGIN_MS}) an invocation is ended as {@code Function.DeadlineExceeded} and its
 * handler interrupted.
 *
 * <p>What a handler throws is reported and logged by its class; its message is told to nobody,
 * since it may hold a key or a prompt. What stops the start is reported the same way, but logged
 * with its message, so that a missing setting can be found: a message of that kind must name no
 * key.
 */
public final class LambdaRuntime {
    /** The exit code when a snapshot hook fails, as AWS's own runtime has it. */
    private static final int SNAPSHOT_FAILED = 64;

    private static final int LONGEST_ANSWER = 64 * 1024;

    private final Map<String, String> variables;
    private final Dialer dialer;
    private final Pause pause;
    private final RuntimeLog log;

    LambdaRuntime(Map<String, String> variables, Dialer dialer, Pause pause, PrintStream out) {
        this.variables = variables;
        this.dialer = dialer;
        this.pause = pause;
        this.log = new RuntimeLog(out);
    }

    /**
     * Serves invocations with this handler; does not return.
     *
     * @param hooks run in this order before a snapshot, in the reverse order after a restore
     */
    public static void run(RequestStreamHandler handler, SnapshotHook... hooks) {
        run(new Given(handler, List.of(hooks)));
    }

    /**
     * Makes the handler and serves invocations with it; does not return. When it cannot be made,
     * reports that and ends the process.
     */
    public static void run(HandlerFactory factory) {
        System.exit(serve(System.getenv(), factory));
    }

    /**
     * Makes the handler and serves invocations with it until the Runtime API is gone: for a
     * function that shares its process with others, such as a test.
     *
     * @param variables what the function's environment would be
     * @return the exit code that a process of its own would have
     */
    public static int serve(Map<String, String> variables, HandlerFactory factory) {
        return new LambdaRuntime(variables, new Dialer.Tcp(), new Pause.Sleep(), System.out)
                .serve(factory);
    }

    private record Given(RequestStreamHandler handler, List<SnapshotHook> hooks)
            implements HandlerFactory {
        @Override
        public RequestStreamHandler create(Consumer<SnapshotHook> registry) {
            for (SnapshotHook hook : hooks) {
                registry.accept(hook);
            }
            return handler;
        }
    }

    private static final class Hooks implements Consumer<SnapshotHook> {
        private final List<SnapshotHook> inOrder = new ArrayList<>();

        @Override
        public void accept(SnapshotHook hook) {
            inOrder.add(hook);
        }
    }

    /** Serves until it cannot, and returns the exit code. */
    int serve(HandlerFactory factory) {
        RuntimeEnvironment environment;
        try {
            environment = RuntimeEnvironment.of(variables);
        } catch (IllegalArgumentException e) {
            log.warn(String.valueOf(e.getMessage()), "");
            return Worker.CANNOT_GO_ON;
        }
        Hooks hooks = new Hooks();
        RequestStreamHandler handler;
        try {
            handler = factory.create(hooks);
        } catch (Throwable failure) {
            log.startFailed("The function's init failed.", failure);
            tell(environment, "init/error", ErrorReport.of(failure));
            return Worker.CANNOT_GO_ON;
        }
        if (environment.snapStart() && !sleepAndWake(environment, hooks.inOrder)) {
            return SNAPSHOT_FAILED;
        }
        var parts = new RuntimeParts(environment, handler, dialer, pause, log, new DeadlineWatch());
        return environment.maxConcurrency() == 1
                ? new Worker(parts, new Nobody()).serve()
                : new Crew(parts).serve();
    }

    /**
     * Goes through the snapshot. Takes place once; each restore continues behind the wait in it.
     */
    private boolean sleepAndWake(RuntimeEnvironment environment, List<SnapshotHook> hooks) {
        try {
            for (SnapshotHook hook : hooks) {
                hook.beforeSnapshot();
            }
        } catch (Throwable failure) {
            log.startFailed("A hook failed before the snapshot.", failure);
            tell(environment, "init/error", ErrorReport.of("BeforeCheckpointError", failure));
            return false;
        }
        if (!waitForRestore(environment)) {
            return false;
        }
        try {
            for (int i = hooks.size() - 1; i >= 0; i--) {
                hooks.get(i).afterRestore();
            }
            return true;
        } catch (Throwable failure) {
            log.startFailed("A hook failed after the restore.", failure);
            tell(environment, "restore/error", ErrorReport.of("AfterRestoreError", failure));
            return false;
        }
    }

    private boolean waitForRestore(RuntimeEnvironment environment) {
        // A connection of its own: the workers must not wake with one from before the snapshot.
        var connection = new ApiConnection(environment.api(), dialer);
        try {
            connection.get("restore/next");
            Answer answer = connection.receive(LONGEST_ANSWER);
            if (answer.status() == 200) {
                return true;
            }
            log.warn("The Runtime API answered " + answer.status() + " to restore/next.", "");
            return false;
        } catch (IOException e) {
            log.warn("The Runtime API did not answer restore/next.", "");
            return false;
        } finally {
            connection.close();
        }
    }

    private void tell(RuntimeEnvironment environment, String call, ErrorReport report) {
        var connection = new ApiConnection(environment.api(), dialer);
        try {
            connection.postError(call, report);
            connection.receive(LONGEST_ANSWER);
        } catch (IOException e) {
            log.warn("The Runtime API did not take " + call + ".", "");
        } finally {
            connection.close();
        }
    }

    /** One at a time nobody replaces a worker. */
    private static final class Nobody implements Runnable {
        @Override
        public void run() {}
    }

    /** Many workers, each on a virtual thread. The first that cannot go on ends them all. */
    private static final class Crew implements Runnable {
        private final RuntimeParts parts;
        private final CountDownLatch over = new CountDownLatch(1);
        private final AtomicInteger exitCode = new AtomicInteger();

        Crew(RuntimeParts parts) {
            this.parts = parts;
        }

        int serve() {
            for (int i = 0; i < parts.environment().maxConcurrency(); i++) {
                run();
            }
            try {
                over.await();
                return exitCode.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Worker.CANNOT_GO_ON;
            }
        }

        /** Starts one more worker. */
        @Override
        public void run() {
            Thread.ofVirtual().name("worker").start(this::work);
        }

        private void work() {
            int code = new Worker(parts, this).serve();
            if (code != 0) {
                exitCode.set(code);
                over.countDown();
            }
        }
    }
}
