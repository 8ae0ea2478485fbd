package spillway.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import spillway.local.process.FunctionProcess;
import spillway.local.process.ProcessSettings;
import spillway.local.url.Function;
import spillway.testkit.lambda.ResponseHead;
import spillway.testkit.lambda.RuntimeApi;

/** A function with its process, and the Runtime API between them. */
final class LocalFunction implements Function, AutoCloseable {
    private static final String NO_TYPE = "application/octet-stream";

    private final String name;
    private final RuntimeApi api;
    private final FunctionStart start;
    private final FunctionProcess process;
    private final Duration timeout;

    LocalFunction(
            String name,
            RuntimeApi api,
            FunctionStart start,
            ProcessSettings settings,
            Duration timeout,
            PrintStream out) {
        this.name = name;
        this.api = api;
        this.start = start;
        this.process = FunctionProcess.start(settings, out, start);
        this.timeout = timeout;
    }

    String name() {
        return name;
    }

    FunctionProcess process() {
        return process;
    }

    int idle() {
        return api.idle();
    }

    /**
     * Waits until the process asks for events.
     *
     * @throws SettingsException when it does not come up, with what it says of it
     */
    void awaitReady() {
        start.await(name);
    }

    @Override
    public Invocation invoke(byte[] event) throws Failed {
        spillway.testkit.lambda.Invocation invocation = api.invoke(event, timeout);
        try {
            ResponseHead head =
                    invocation
                            .awaitHead(timeout)
                            .orElseThrow(() -> new Failed("no response of " + name));
            return new Response(invocation, head);
        } catch (TimeoutException e) {
            throw new Failed("no response of " + name + " in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("interrupted while waiting for " + name);
        }
    }

    /** Invokes it for its effect alone, as a schedule does. */
    void run(String event) throws Failed {
        try (Invocation invocation = invoke(event.getBytes(StandardCharsets.UTF_8))) {
            invocation.body().skip(Long.MAX_VALUE);
        } catch (IOException e) {
            throw new Failed(name + " broke off");
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
        api.close();
    }

    private record Response(spillway.testkit.lambda.Invocation invocation, ResponseHead head)
            implements Invocation {
        @Override
        public String contentType() {
            @Nullable String type = head.contentType();
            return type == null ? NO_TYPE : type;
        }

        @Override
        public InputStream body() {
            return invocation.body();
        }

        @Override
        public void close() {
            if (invocation.outcome().isEmpty()) {
                invocation.cut();
            }
        }
    }
}
