package spillway.relay;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;

/**
 * The attempts that run and have not answered. One thread runs it, any thread may {@link #close}.
 */
final class Race implements AutoCloseable {
    /** What is heard of a runner. */
    sealed interface Heard {
        Runner runner();
    }

    /** It has sent something. */
    record Said(Runner runner, StreamEvent event) implements Heard {}

    /** It has failed, and runs no more. */
    record Fell(Runner runner, ProviderFailure failure) implements Heard {}

    private final List<Runner> runners = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** Lets it run; ends it at once if the race is closed. */
    void add(Runner runner) {
        runners.add(runner);
        if (closed) {
            runner.attempt().close();
        }
    }

    /** Those who run. */
    List<Runner> runners() {
        return List.copyOf(runners);
    }

    boolean isEmpty() {
        return runners.isEmpty();
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * What is heard next of whoever runs; null when nothing was in that time.
     *
     * @throws IllegalStateException when closed meanwhile
     */
    @Nullable Heard next(Duration patience) {
        Runner runner = runners.getFirst();
        try {
            return runner.attempt()
                    .next(patience)
                    .<Heard>map(event -> new Said(runner, event))
                    .orElse(null);
        } catch (ProviderException e) {
            runners.remove(runner);
            return new Fell(runner, e.failure());
        }
    }

    /** That one has won: it is no longer looked after here, and all others have lost. */
    void win(Runner winner) {
        runners.remove(winner);
        runners.forEach(runner -> runner.attempt().lose());
        runners.clear();
    }

    /** That one runs no more, by our will. */
    void leave(Runner runner) {
        runners.remove(runner);
        runner.attempt().close();
    }

    /** Nobody runs any more, by our will. */
    void leaveAll() {
        runners.forEach(this::leave);
    }

    /** Ends all who run and all who come. Idempotent. */
    @Override
    public void close() {
        closed = true;
        runners.forEach(runner -> runner.attempt().close());
    }
}
