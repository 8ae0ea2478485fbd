package spillway.relay;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Bell;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.time.Deadline;
import spillway.time.Ticker;

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
    private final Bell bell;
    private final Ticker ticker;
    private volatile boolean closed;
    private int heard;

    Race(Ticker ticker) {
        this.bell = new Bell(ticker);
        this.ticker = ticker;
    }

    /** Lets it run; ends it at once if the race is closed. */
    void add(Runner runner) {
        runners.add(runner);
        if (closed) {
            runner.attempt().close();
        }
        if (runners.size() > 1) {
            runners.forEach(each -> each.attempt().ringing(bell));
        }
    }

    /** Those who run, in the order they were started. */
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
        if (runners.size() == 1) {
            return next(runners.getFirst(), patience);
        }
        Deadline until = Deadline.after(patience, ticker);
        Heard first = nextOfAny();
        while (first == null && !until.isPast(ticker)) {
            bell.await(untilAnything(until));
            first = nextOfAny();
        }
        return first;
    }

    /** Waits while nobody runs, until closed, or that long. */
    void rest(Duration patience) {
        if (!closed) {
            bell.await(patience.toNanos());
        }
    }

    /** Each begins in turn, so that one who says much cannot drown out another. */
    private @Nullable Heard nextOfAny() {
        List<Runner> all = runners();
        Heard first = null;
        for (int i = 0; i < all.size() && first == null; i++) {
            first = next(all.get(Math.floorMod(heard++, all.size())), Duration.ZERO);
        }
        return first;
    }

    private long untilAnything(Deadline until) {
        Duration wait = until.remaining(ticker);
        for (Runner runner : runners) {
            Duration timer = runner.attempt().untilTimer();
            wait = timer.compareTo(wait) < 0 ? timer : wait;
        }
        return wait.toNanos();
    }

    private @Nullable Heard next(Runner runner, Duration patience) {
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
        winner.attempt().ringingNone();
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
        bell.ring();
    }
}
