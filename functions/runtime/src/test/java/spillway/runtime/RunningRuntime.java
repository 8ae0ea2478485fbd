package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import spillway.testkit.lambda.RuntimeApi;
import spillway.testkit.lambda.RuntimeApiOptions;

/** A runtime in this process, against a Runtime API of its own. */
final class RunningRuntime implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final RuntimeApi api;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Long> pauses = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    private RunningRuntime(RuntimeApiOptions options) throws IOException {
        this.api = RuntimeApi.start(options);
    }

    static RunningRuntime start(RequestStreamHandler handler) throws IOException {
        return start(RuntimeApiOptions.DEFAULT, Map.of(), _ -> handler);
    }

    static RunningRuntime start(
            RuntimeApiOptions options, Map<String, String> more, HandlerFactory factory)
            throws IOException {
        var running = new RunningRuntime(options);
        Map<String, String> variables = new HashMap<>();
        variables.put("AWS_LAMBDA_RUNTIME_API", running.api.address());
        variables.put("AWS_LAMBDA_FUNCTION_NAME", "tested");
        if (options.maxConcurrency() > 1) {
            variables.put("AWS_LAMBDA_MAX_CONCURRENCY", Integer.toString(options.maxConcurrency()));
        }
        if (options.snapStart()) {
            variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
        }
        variables.putAll(more);
        var runtime =
                new LambdaRuntime(
                        variables,
                        new Dialer.Tcp(),
                        running::pause,
                        new PrintStream(running.out, true, UTF_8));
        Thread.ofPlatform()
                .name("runtime")
                .daemon()
                .start(() -> running.exitCode.complete(runtime.serve(factory)));
        return running;
    }

    /** Waits as the runtime wants, but not for a Runtime API that does not come back. */
    private void pause(long millis) throws InterruptedException {
        pauses.add(millis);
        boolean _ = closing.await(millis, TimeUnit.MILLISECONDS);
    }

    RuntimeApi api() {
        return api;
    }

    String log() {
        return out.toString(UTF_8);
    }

    List<Long> pauses() {
        return pauses;
    }

    int exitCode() throws Exception {
        return exitCode.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    /** Takes the Runtime API away; the runtime then gives up. */
    @Override
    public void close() throws IOException {
        closing.countDown();
        api.close();
        try {
            exitCode();
        } catch (Exception e) {
            throw new AssertionError("the runtime did not end", e);
        }
    }
}
