package spillway.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.Target;
import spillway.chat.ProviderFailure;
import spillway.health.TargetHealth.State;

/**
 * Finds out how targets are that no traffic tells of: those that are open and due, and, if wanted,
 * those that nobody has tried for a while.
 *
 * <p>What it sees counts as what a request would have seen. An open target is probed once, under
 * the fleet's lease. An idle one that fails is tried again until the breaker has opened, or one try
 * passes: with nobody else to see it, it has to be its own second witness.
 */
public final class HealthProbe {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int LEAST_TRIES = 5;

    private final FleetHealth health;
    private final List<Target> targets;
    private final Call call;
    private final @Nullable Duration idle;
    private final Pause pause;
    private final Clock clock;

    /**
     * @param idle a target that is well is probed when nobody has told of it for so long; null
     *     never
     * @param pause how to wait between two tries, such as {@code Thread::sleep}
     */
    public HealthProbe(
            FleetHealth health,
            List<Target> targets,
            Call call,
            @Nullable Duration idle,
            Pause pause,
            Clock clock) {
        this.health = health;
        this.targets = List.copyOf(targets);
        this.call = call;
        this.idle = idle;
        this.pause = pause;
        this.clock = clock;
    }

    /**
     * Probes what needs it, side by side, and returns when the table has been told. Does nothing
     * while the table cannot be reached: there is nobody to tell.
     *
     * @return the targets that were probed, in order of configuration
     * @throws IllegalStateException when a call threw; the others were made all the same
     */
    public List<Probed> run() throws InterruptedException {
        Board board = health.board();
        if (board.source() != Board.Source.SHARED) {
            return List.of();
        }
        Instant now = clock.instant();
        Map<String, Tally> tallies = idle == null ? Map.of() : health.tallies(now).orElse(Map.of());
        List<Callable<Optional<Probed>>> probes = new ArrayList<>();
        for (Target target : targets) {
            Need need = need(board.of(target.id()), tallies.get(target.id()), now);
            if (need != Need.NONE) {
                probes.add(() -> probe(target, need).map(made -> new Probed(target, made)));
            }
        }
        return all(probes);
    }

    private List<Probed> all(List<Callable<Optional<Probed>>> probes) throws InterruptedException {
        List<Future<Optional<Probed>>> ended;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ended = threads.invokeAll(probes);
        }
        health.drain(DRAIN);
        List<Probed> probed = new ArrayList<>();
        for (Future<Optional<Probed>> probe : ended) {
            try {
                probe.get().ifPresent(probed::add);
            } catch (ExecutionException e) {
                throw new IllegalStateException("a probe broke", e.getCause());
            }
        }
        return probed;
    }

    private Need need(TargetHealth target, @Nullable Tally tally, Instant now) {
        if (isAhead(target.cooldownUntil(), now)) {
            return Need.NONE;
        }
        return switch (target.state()) {
            case OPEN ->
                    isAhead(target.openUntil(), now) || isAhead(target.probeUntil(), now)
                            ? Need.NONE
                            : Need.ONE_PROBE;
            case RAMP -> Need.NONE;
            case CLOSED -> isIdle(tally, now) ? Need.TRIES : Need.NONE;
        };
    }

    private boolean isIdle(@Nullable Tally tally, Instant now) {
        if (idle == null) {
            return false;
        }
        Instant last = tally == null ? null : tally.lastEvidenceAt();
        return last == null || !last.plus(idle).isAfter(now);
    }

    private static boolean isAhead(@Nullable Instant moment, Instant now) {
        return moment != null && moment.isAfter(now);
    }

    /** How the last try ended; empty when another has the probe. */
    private Optional<AttemptOutcome> probe(Target target, Need need) {
        int tries =
                need == Need.TRIES
                        ? Math.max(LEAST_TRIES, health.settingsOf(target.id()).failures())
                        : 1;
        Optional<AttemptOutcome> outcome = once(target);
        for (int i = 1; i < tries; i++) {
            boolean isSick = outcome.filter(HealthProbe::isSick).isPresent();
            if (!isSick || isOpen(target) || !waited()) {
                return outcome;
            }
            outcome = once(target);
        }
        return outcome;
    }

    /** Empty when another has the probe. */
    private Optional<AttemptOutcome> once(Target target) {
        return health.admit(target.id(), true)
                .granted()
                .map(
                        permit -> {
                            AttemptOutcome outcome = new AttemptOutcome.Cancelled();
                            try {
                                outcome = call.call(target, permit::firstContent);
                            } finally {
                                permit.settle(outcome);
                            }
                            return outcome;
                        });
    }

    private static boolean isSick(AttemptOutcome outcome) {
        if (!(outcome instanceof AttemptOutcome.Failed(var failure, _))) {
            return false;
        }
        return failure.fault() == ProviderFailure.Fault.PROVIDER
                || failure.fault() == ProviderFailure.Fault.TRANSIT;
    }

    private boolean isOpen(Target target) {
        health.drain(DRAIN);
        return health.board().of(target.id()).state() == State.OPEN;
    }

    private boolean waited() {
        try {
            pause.pause(health.aloneFor().dividedBy(LEAST_TRIES - 1));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A call that costs as little as possible. Safe to use from many threads. */
    @FunctionalInterface
    public interface Call {
        /**
         * Calls and waits for the end, for a bounded time.
         *
         * @param onFirstContent hears once how long after the start the first content came
         */
        AttemptOutcome call(Target target, Consumer<Duration> onFirstContent);
    }

    /** Waits. */
    @FunctionalInterface
    public interface Pause {
        void pause(Duration duration) throws InterruptedException;
    }

    /** A target that was probed, and how its last try ended. */
    public record Probed(Target target, AttemptOutcome outcome) {
        public Probed {
            Objects.requireNonNull(target);
            Objects.requireNonNull(outcome);
        }
    }

    private enum Need {
        NONE,
        ONE_PROBE,
        TRIES
    }
}
