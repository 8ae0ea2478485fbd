package spillway.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The board as this process knows it: read beside requests, one read at a time whoever asks, and
 * corrected by what its own writes bring back.
 */
final class BoardReader {
    private final Set<String> targets;
    private final TableGate table;
    private final FleetHealthSettings settings;
    private final Clock clock;
    private final Errands errands;
    private final Consumer<Board> onRead;
    private final AtomicReference<@Nullable Read> running = new AtomicReference<>();
    private volatile Board newest = new Board(Map.of(), Instant.EPOCH, Board.Source.LOCAL);

    /**
     * @param onRead hears of every board read from the table, on the reading thread; must not block
     */
    BoardReader(
            Set<String> targets,
            TableGate table,
            FleetHealthSettings settings,
            Clock clock,
            Errands errands,
            Consumer<Board> onRead) {
        this.targets = targets;
        this.table = table;
        this.settings = settings;
        this.clock = clock;
        this.errands = errands;
        this.onRead = onRead;
    }

    BoardView look() {
        Board known = usable(clock.instant());
        if (known != null) {
            Board board = labelled(known);
            return isFresh(known) ? BoardView.of(board) : new View(board, null);
        }
        Read read = read();
        Board brought = read == null ? null : read.await(settings.firstRead());
        if (brought != null) {
            return BoardView.of(brought);
        }
        Board alone = new Board(Map.of(), clock.instant(), Board.Source.LOCAL);
        return read == null ? BoardView.of(alone) : new View(alone, read);
    }

    /** A fresh board if there can be one within the wait for the first. */
    Board now() {
        Board known = usable(clock.instant());
        if (known != null && isFresh(known)) {
            return labelled(known);
        }
        Read read = read();
        Board brought = read == null ? null : read.await(settings.firstRead());
        return brought == null ? peek() : brought;
    }

    /** What is known now; asks nobody. */
    Board peek() {
        Board known = usable(clock.instant());
        return known == null
                ? new Board(Map.of(), clock.instant(), Board.Source.LOCAL)
                : labelled(known);
    }

    /** Whether the fleet's word counts: it was heard and can be heard again. */
    boolean isShared() {
        return peek().source() == Board.Source.SHARED;
    }

    /** Takes in what a write has brought back, if it is newer. */
    void learn(TargetHealth health) {
        replace(
                board -> {
                    if (board.of(health.target()).version() > health.version()) {
                        return board;
                    }
                    Map<String, TargetHealth> all = new HashMap<>(board.targets());
                    all.put(health.target(), health);
                    return new Board(all, board.readAt(), board.source());
                });
    }

    private synchronized Board replace(UnaryOperator<Board> change) {
        Board changed = change.apply(newest);
        newest = changed;
        return changed;
    }

    /** A read may be older than a write that was made meanwhile. */
    private static Board merged(Board old, Board read) {
        Map<String, TargetHealth> all = new HashMap<>(read.targets());
        old.targets()
                .forEach(
                        (target, health) -> {
                            if (health.version() > read.of(target).version()) {
                                all.put(target, health);
                            }
                        });
        return new Board(all, read.readAt(), read.source());
    }

    private @Nullable Board usable(Instant now) {
        Board board = newest;
        return board.readAt().plus(settings.usable()).isBefore(now) ? null : board;
    }

    private boolean isFresh(Board board) {
        return !board.readAt().plus(settings.fresh()).isBefore(clock.instant());
    }

    private Board labelled(Board board) {
        Board.Source source = table.isReachable() ? Board.Source.SHARED : Board.Source.STALE;
        return new Board(board.targets(), board.readAt(), source);
    }

    /** The read that is running or begins now; null when the table is left alone. */
    private @Nullable Read read() {
        Read current = running.get();
        if (current != null) {
            return current;
        }
        if (!table.isOpen()) {
            return null;
        }
        Read begun = new Read();
        if (!running.compareAndSet(null, begun)) {
            return read();
        }
        if (!errands.start(() -> run(begun))) {
            end(begun);
        }
        return begun;
    }

    private void run(Read read) {
        try {
            Instant asked = clock.instant();
            table.ask(store -> store.board(targets))
                    .map(healths -> new Board(healths, asked, Board.Source.SHARED))
                    .map(board -> replace(old -> merged(old, board)))
                    .ifPresent(
                            board -> {
                                read.brought = board;
                                onRead.accept(board);
                            });
        } finally {
            end(read);
        }
    }

    private void end(Read read) {
        running.set(null);
        read.done.countDown();
    }

    /** One read of the table. */
    private static final class Read {
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean isLate;
        private volatile @Nullable Board brought;

        /** Waits, unless somebody has waited in vain: a read that hangs is paid for once. */
        @Nullable Board await(Duration atMost) {
            try {
                long nanos = isLate ? 0 : atMost.toNanos();
                isLate = !done.await(nanos, TimeUnit.NANOSECONDS);
                return brought;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }

    /** For the one thread of its request. */
    private final class View implements BoardView {
        private final Board known;
        private @Nullable Read read;
        private boolean begun;

        /**
         * @param read what has begun; null to begin with {@link #refresh}
         */
        View(Board known, @Nullable Read read) {
            this.known = known;
            this.read = read;
            this.begun = read != null;
        }

        @Override
        public Board known() {
            return known;
        }

        @Override
        public void refresh() {
            if (!begun) {
                begun = true;
                read = read();
            }
        }

        @Override
        public boolean isReading() {
            return begun ? read != null && read.done.getCount() > 0 : true;
        }

        @Override
        public Optional<Board> news() {
            return read == null ? Optional.empty() : Optional.ofNullable(read.brought);
        }
    }
}
