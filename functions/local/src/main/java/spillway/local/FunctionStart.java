package spillway.local;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import spillway.local.process.FunctionProcess;
import spillway.testkit.lambda.RuntimeApi;
import spillway.testkit.lambda.RuntimeError;

/**
 * Brings each process of one function to where it takes requests.
 *
 * <p>A warm start goes through a snapshot, which is restored at once: the process has run then what
 * a first request would load. The first such start is waited for, so a process that ends before is
 * not followed by another: what ails it is told at once instead.
 */
final class FunctionStart implements FunctionProcess.Life {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RuntimeApi api;
    private final boolean isWarm;

    /** Why the first process does not take requests; empty when it does. */
    private final CompletableFuture<Optional<String>> first = new CompletableFuture<>();

    private @Nullable Thread waker;

    private FunctionStart(RuntimeApi api, boolean isWarm) {
        this.api = api;
        this.isWarm = isWarm;
    }

    /** Of a function whose runtime will ask for {@code restore/next}. */
    static FunctionStart warm(RuntimeApi api) {
        return new FunctionStart(api, true);
    }

    /** Of a function that nobody waits for before it is asked. */
    static FunctionStart cold(RuntimeApi api) {
        return new FunctionStart(api, false);
    }

    @Override
    public void started() {
        waker = Thread.ofVirtual().name("wake").start(this::wake);
    }

    private void wake() {
        try {
            if (isWarm && api.awaitSnapshot(LIMIT)) {
                api.restore();
            }
            first.complete(
                    api.awaitReady(LIMIT)
                            ? Optional.empty()
                            : Optional.of(reported().orElse("it is silent for " + LIMIT)));
        } catch (InterruptedException | IOException _) {
            // The process has ended, which is told below.
        }
    }

    @Override
    public boolean ended() {
        Thread waking = waker;
        if (waking != null) {
            waking.interrupt();
        }
        first.complete(Optional.of(reported().orElse("its process ended")));
        api.processEnded();
        return !isWarm || first.join().isEmpty();
    }

    private Optional<String> reported() {
        return api.initError().or(api::restoreError).map(RuntimeError::body);
    }

    /**
     * Waits until the first process asks for events.
     *
     * @throws SettingsException when it does not, with what it says of it
     */
    void await(String name) {
        try {
            Optional<String> reason = first.get(2 * LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (reason.isPresent()) {
                throw new SettingsException(
                        "the function " + name + " does not start: " + reason.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SettingsException("interrupted while waiting for " + name);
        } catch (ExecutionException | TimeoutException e) {
            throw new SettingsException("the function " + name + " does not start");
        }
    }
}
