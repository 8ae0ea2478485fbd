package spillway.local;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import spillway.local.process.FunctionProcess;
import spillway.local.process.ProcessSettings;
import spillway.local.url.Function;
import spillway.testkit.lambda.Invocation;
import spillway.testkit.lambda.Outcome;
import spillway.testkit.lambda.ResponseHead;
import spillway.testkit.lambda.ResponseReceiver;
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
    public void invoke(byte[] event, Receiver receiver) throws Failed {
        try (Invocation invocation = api.invoke(event, timeout, new Response(receiver))) {
            // Whoever has not been taken by a worker yet has no time running.
            invocation.awaitHead(timeout);
            Outcome outcome = invocation.awaitOutcome(timeout);
            if (!outcome.isWhole()) {
                throw new Failed(name + ": " + outcome.getClass().getSimpleName());
            }
        } catch (TimeoutException e) {
            throw new Failed("no response of " + name + " in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("interrupted while waiting for " + name);
        }
    }

    /** Invokes it for its effect alone, as a schedule does. */
    void run(String event) throws Failed {
        invoke(event.getBytes(StandardCharsets.UTF_8), new Nobody());
    }

    @Override
    public void close() throws IOException {
        process.close();
        api.close();
    }

    private record Response(Receiver receiver) implements ResponseReceiver {
        @Override
        public void begin(ResponseHead head) throws IOException {
            @Nullable String type = head.contentType();
            receiver.begin(type == null ? NO_TYPE : type);
        }

        @Override
        public void receive(byte[] bytes, int offset, int length) throws IOException {
            receiver.receive(bytes, offset, length);
        }

        @Override
        public void end(Outcome outcome) {
            // Whoever invoked waits for it.
        }
    }

    /** Lets everything pass. */
    private record Nobody() implements Receiver {
        @Override
        public void begin(String contentType) {}

        @Override
        public void receive(byte[] bytes, int offset, int length) {}
    }
}
