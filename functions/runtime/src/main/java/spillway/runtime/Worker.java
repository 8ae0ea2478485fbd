package spillway.runtime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import spillway.runtime.ApiConnection.Answer;

/**
 * Serves one invocation after the other, on one thread and one connection: asks for an event, calls
 * the handler, ends the response.
 */
final class Worker {
    /** The exit code of a process that cannot go on. */
    static final int CANNOT_GO_ON = 1;

    // Lambda takes 6 MB; base64 and the envelope around it are within that.
    private static final int EVENT_LIMIT = 6 * 1024 * 1024 + 64 * 1024;
    private static final int LONGEST_ANSWER = 64 * 1024;

    // The pauses between these come to 51 s.
    private static final int MOST_FAILURES = 10;
    private static final long FIRST_PAUSE_MILLIS = 100;

    private final RuntimeParts parts;
    private final Runnable replacement;
    private final ApiConnection connection;
    private final AtomicBoolean retired = new AtomicBoolean();
    private @Nullable ChunkBuffer buffer;
    private int failures;

    /**
     * @param replacement starts another worker when this one is stuck in a handler
     */
    Worker(RuntimeParts parts, Runnable replacement) {
        this.parts = parts;
        this.replacement = replacement;
        this.connection = new ApiConnection(parts.environment().api(), parts.dialer());
    }

    /**
     * Serves until it cannot.
     *
     * @return the exit code for the process; 0 when this worker was replaced
     */
    int serve() {
        try {
            while (!retired.get()) {
                if (!serveOne()) {
                    return CANNOT_GO_ON;
                }
            }
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CANNOT_GO_ON;
        } catch (Throwable failure) {
            // Such as no memory for an event. A worker that just vanished would be waited for.
            parts.log().error("A worker broke; the process ends.", "", failure);
            return CANNOT_GO_ON;
        } finally {
            connection.close();
        }
    }

    private boolean serveOne() throws InterruptedException {
        forgetInterrupt();
        Answer next;
        try {
            connection.get("invocation/next");
            next = connection.receive(EVENT_LIMIT);
        } catch (IOException e) {
            connection.close();
            return pause();
        }
        String requestId = next.header("lambda-runtime-aws-request-id");
        return switch (next.status()) {
            case 200 -> requestId.isEmpty() ? refused("200 without a request id") : take(next);
            case 204 -> true;
            // Documented as a state from which the process is to exit.
            case 500 -> false;
            default -> refused(Integer.toString(next.status()));
        };
    }

    private boolean refused(String answer) throws InterruptedException {
        parts.log().warn("The Runtime API answered " + answer + " to next.", "");
        return pause();
    }

    /** Waits before the next try; false when there were too many. */
    private boolean pause() throws InterruptedException {
        failures++;
        if (failures > MOST_FAILURES) {
            parts.log().warn("The Runtime API gave no event for a minute; the process ends.", "");
            return false;
        }
        if (failures > 1) {
            // The first failure may be no more than a kept connection that has ended.
            parts.pause().millis(FIRST_PAUSE_MILLIS << (failures - 2));
        }
        return true;
    }

    private boolean take(Answer next) {
        failures = 0;
        byte[] event = next.body();
        if (event == null) {
            refuseEvent(next.header("lambda-runtime-aws-request-id"));
            return true;
        }
        setTraceHeader(next.header("lambda-runtime-trace-id"));
        return handle(next, event);
    }

    /**
     * An interrupt that came after the handler it was meant for: it would hit the next handler, and
     * the connection of a virtual thread.
     */
    private static void forgetInterrupt() {
        boolean _ = Thread.interrupted();
    }

    private boolean handle(Answer next, byte[] event) {
        forgetInterrupt();
        InvocationDeadline deadline =
                InvocationDeadline.of(
                        next.header("lambda-runtime-deadline-ms"),
                        System.currentTimeMillis(),
                        System.nanoTime(),
                        parts.environment().marginMillis());
        var context =
                new InvocationContext(parts.environment(), next, deadline.nanos(), parts.log());
        String requestId = context.getAwsRequestId();
        var response = new ResponseStream(connection, requestId, buffer());
        var watched = parts.watch().watch(deadline, response, connection, new Stuck(requestId));
        Throwable thrown = null;
        try {
            parts.handler().handleRequest(new ByteArrayInputStream(event), response, context);
        } catch (Throwable failure) {
            thrown = failure;
        }
        watched.handlerReturned();
        int status = response.finish(thrown);
        watched.done();
        tell(requestId, thrown, status);
        return !(thrown instanceof OutOfMemoryError);
    }

    private void tell(String requestId, @Nullable Throwable thrown, int status) {
        if (thrown != null) {
            parts.log().error("The handler failed.", requestId, thrown);
        }
        if (status < 0) {
            parts.log().warn("The response was cut.", requestId);
        } else if (status != 200 && status != 202) {
            parts.log().warn("The Runtime API answered " + status + " to a response.", requestId);
        }
    }

    private void refuseEvent(String requestId) {
        try {
            connection.postError(
                    "invocation/" + requestId + "/error",
                    ErrorReport.named(
                            "EventTooLarge", "The event is over " + EVENT_LIMIT + " bytes."));
            connection.receive(LONGEST_ANSWER);
        } catch (IOException e) {
            connection.close();
        }
    }

    /** As AWS's own runtime does it; with many at once, there is no one trace for the process. */
    private void setTraceHeader(String trace) {
        if (parts.environment().maxConcurrency() > 1) {
            return;
        }
        if (trace.isEmpty()) {
            System.clearProperty("com.amazonaws.xray.traceHeader");
        } else {
            System.setProperty("com.amazonaws.xray.traceHeader", trace);
        }
    }

    private ChunkBuffer buffer() {
        if (buffer == null) {
            buffer = new ChunkBuffer();
        }
        return buffer;
    }

    /**
     * A handler has ignored its interrupt. One at a time, the platform ends the process at the
     * deadline. With many at once it does not, so another worker takes this one's place.
     */
    private final class Stuck implements Runnable {
        private final String requestId;

        Stuck(String requestId) {
            this.requestId = requestId;
        }

        @Override
        public void run() {
            parts.log().warn("The handler ignores that its time is over.", requestId);
            if (parts.environment().maxConcurrency() > 1 && retired.compareAndSet(false, true)) {
                connection.close();
                replacement.run();
            }
        }
    }
}
