package spillway.health;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import spillway.health.HealthStore.Written;

/** A probe's lease, asked for beside the request that wants it: what comes too late goes back. */
final class LeaseRequest {
    private final String target;
    private final String owner;
    private final CompletableFuture<Optional<Written>> answer = new CompletableFuture<>();

    LeaseRequest(String target, String owner) {
        this.target = target;
        this.owner = owner;
    }

    /** Asks. Blocks. */
    void ask(FleetNews news) {
        Optional<Written> written = news.leaseProbe(target, owner);
        if (!answer.complete(written)) {
            written.filter(Written::made).ifPresent(made -> news.releaseProbe(lease(made)));
        }
    }

    /**
     * What the table has answered; empty when it cannot be reached.
     *
     * @throws TimeoutException when nothing comes within that time, or the thread is interrupted:
     *     then nothing will come any more
     */
    Optional<Written> await(Duration atMost) throws TimeoutException {
        try {
            return answer.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return late(new TimeoutException("interrupted"));
        } catch (TimeoutException e) {
            return late(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("only answers are put here", e);
        }
    }

    /** What has come in this very moment is taken all the same. */
    private Optional<Written> late(TimeoutException why) throws TimeoutException {
        if (answer.cancel(false)) {
            throw why;
        }
        return answer.join();
    }

    ProbeLease lease(Written made) {
        return new ProbeLease(target, owner, made.now().fence());
    }
}
