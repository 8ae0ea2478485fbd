package spillway.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import spillway.health.TargetHealth.State;
import spillway.time.Ticker;

/**
 * Health that the whole fleet shares through a table, with each process on its own when the table
 * cannot be reached.
 *
 * <p>What counts is decided by the fleet: failures are added up in the table by whoever sees them,
 * and the write that brings a target over the threshold is followed by one versioned transition.
 * The local breaker learns all the time but is obeyed only while the board is not {@link
 * Board.Source#SHARED}; and even then not when it would hold back every target at once, since then
 * the fault is more likely ours.
 *
 * <p>Tell it nothing before a snapshot is taken, or make it after: it holds what this process has
 * seen.
 */
public final class FleetHealth implements Health, HealthReports {
    private final SequencedMap<String, TargetWatch> watches = new LinkedHashMap<>();
    private final FleetHealthSettings settings;
    private final TableGate table;
    private final BoardReader reader;
    private final AtomicLong probes = new AtomicLong();
    private final Errands errands;
    private final FleetNews news;
    private final Clock clock;
    private final Ticker ticker;

    /**
     * @param breakers by target id: every target there is
     * @param reporter names this process to the others; asked whenever something is told, so that
     *     it can be drawn after a snapshot
     */
    public FleetHealth(
            SequencedMap<String, BreakerSettings> breakers,
            HealthStore store,
            FleetHealthSettings settings,
            Supplier<String> reporter,
            Clock clock,
            Ticker ticker,
            RandomGenerator random,
            HealthListener listener) {
        this(breakers, store, settings, reporter, clock, ticker, random, listener, new Errands());
    }

    /**
     * @param errands runs what is done beside requests
     */
    FleetHealth(
            SequencedMap<String, BreakerSettings> breakers,
            HealthStore store,
            FleetHealthSettings settings,
            Supplier<String> reporter,
            Clock clock,
            Ticker ticker,
            RandomGenerator random,
            HealthListener listener,
            Errands errands) {
        this.settings = settings;
        this.errands = errands;
        this.clock = clock;
        this.ticker = ticker;
        this.table = new TableGate(store, ticker, random, listener);
        this.reader =
                new BoardReader(
                        Collections.unmodifiableSet(breakers.keySet()),
                        table,
                        settings,
                        clock,
                        errands,
                        this::endRamps);
        this.news = new FleetNews(table, reader, settings, reporter, clock, random, listener);
        breakers.forEach(
                (target, breaker) -> watches.put(target, watch(target, breaker, listener)));
    }

    private TargetWatch watch(String target, BreakerSettings breaker, HealthListener listener) {
        LocalBreaker local =
                new LocalBreaker(
                        target,
                        clock,
                        (from, to) -> {
                            if (!reader.isShared()) {
                                listener.stateChanged(target, from, to, "local");
                            }
                        });
        return new TargetWatch(target, breaker, local, settings, ticker);
    }

    @Override
    public BoardView look() {
        return reader.look();
    }

    @Override
    public LocalView local() {
        boolean obeyed = isLocalBreakerObeyed();
        Map<String, LocalView.Seen> seen = new HashMap<>();
        watches.forEach((target, watch) -> seen.put(target, watch.seen(obeyed)));
        return new LocalView(seen);
    }

    private boolean isLocalBreakerObeyed() {
        return !reader.isShared()
                && watches.values().stream().anyMatch(watch -> !watch.breaker().isOpen());
    }

    /**
     * {@inheritDoc}
     *
     * <p>Blocks for one write when a probe is asked for, but not for long. While the table cannot
     * be reached there is no lease to be had, and the local breaker alone decides.
     *
     * @throws IllegalArgumentException when no such target is configured
     */
    @Override
    public Admission admit(String target, boolean probe) {
        TargetWatch watch = watchOf(target);
        boolean acquired = watch.breaker().tryAcquire();
        if (!acquired && isLocalBreakerObeyed()) {
            return new Admission.Refused(Admission.Reason.LOCAL_BREAKER);
        }
        Footing footing = footing(target, probe);
        if (footing.against() != null) {
            if (acquired) {
                watch.breaker().release();
            }
            return new Admission.Refused(footing.against());
        }
        watch.begun();
        return new Admission.Granted(
                new FleetPermit(
                        watch,
                        footing.health(),
                        footing.lease(),
                        probe,
                        acquired,
                        news,
                        errands,
                        ticker));
    }

    private Footing footing(String target, boolean probe) {
        TargetHealth known = reader.peek().of(target);
        if (!probe || known.state() != State.OPEN) {
            return new Footing(known, null, null);
        }
        var request = new LeaseRequest(target, news.reporter() + "-" + probes.incrementAndGet());
        errands.start(() -> request.ask(news));
        try {
            return request.await(settings.leaseWait())
                    .map(answer -> footing(request, answer))
                    .orElseGet(() -> new Footing(known, null, null));
        } catch (TimeoutException e) {
            return new Footing(known, null, Admission.Reason.PROBE_LEASE_LATE);
        }
    }

    private static Footing footing(LeaseRequest request, HealthStore.Written answer) {
        if (answer.made()) {
            return new Footing(answer.now(), request.lease(answer), null);
        }
        boolean isTaken = answer.now().state() == State.OPEN;
        return new Footing(answer.now(), null, isTaken ? Admission.Reason.PROBE_TAKEN : null);
    }

    /** What an attempt begins under, or what speaks against it. */
    private record Footing(
            TargetHealth health, @Nullable ProbeLease lease, Admission.@Nullable Reason against) {}

    private TargetWatch watchOf(String target) {
        TargetWatch watch = watches.get(target);
        if (watch == null) {
            throw new IllegalArgumentException(
                    "target "
                            + target
                            + " is not configured; configured are "
                            + String.join(", ", watches.keySet()));
        }
        return watch;
    }

    @Override
    public void drain(Duration atMost) {
        errands.drain(atMost);
    }

    @Override
    public Board board() {
        return reader.now();
    }

    /**
     * {@inheritDoc}
     *
     * <p>While the table cannot be reached, the counts are 0 over 0 seconds and the EWMA is this
     * process's own.
     */
    @Override
    public List<TargetReport> reports() {
        Board board = board();
        Instant now = clock.instant();
        Optional<Map<String, Tally>> tallies = tallies(now);
        int seconds = tallies.isPresent() ? Tally.secondsAt(now) : 0;
        Map<String, Tally> known = tallies.orElse(Map.of());
        long attempts = known.values().stream().mapToLong(tally -> tally.both().attempts()).sum();
        return watches.values().stream()
                .map(
                        watch ->
                                Reports.of(
                                        board.of(watch.target()),
                                        known.getOrDefault(watch.target(), Tally.NOTHING),
                                        seconds,
                                        attempts,
                                        watch.seen(false)))
                .toList();
    }

    /** The counters of every target; empty when the table cannot be reached. */
    Optional<Map<String, Tally>> tallies(Instant now) {
        return table.ask(store -> store.tallies(watches.keySet(), now));
    }

    BreakerSettings settingsOf(String target) {
        return watchOf(target).settings();
    }

    /** How long a process must go on failing to be believed alone. */
    Duration aloneFor() {
        return settings.aloneFor();
    }

    /** Whoever first sees a ramp over writes that it is; in the order of configuration. */
    private void endRamps(Board board) {
        Instant now = clock.instant();
        watches.forEach(
                (target, watch) -> {
                    TargetHealth health = board.of(target);
                    if (health.state() == State.RAMP && watch.rule().isRampOver(health, now)) {
                        errands.start(
                                () ->
                                        news.change(
                                                health,
                                                BreakerRule.closed(health, clock.instant())));
                    }
                });
    }
}
