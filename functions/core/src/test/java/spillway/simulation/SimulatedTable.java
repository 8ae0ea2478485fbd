package spillway.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import spillway.health.Counters;
import spillway.health.Evidence;
import spillway.health.HealthStore;
import spillway.health.ProbeLease;
import spillway.health.Tally;
import spillway.health.TargetHealth;

/**
 * The fleet's one table at the end of a way that takes time and loses things. What it does is told
 * to the referee at the moment it takes effect.
 */
final class SimulatedTable implements HealthStore {
    private static final Duration OLDEST = Duration.ofSeconds(1);

    private final HealthStore store;
    private final HealthStore truth;
    private final Set<String> targets;
    private final Weather weather;
    private final VirtualTime time;
    private final SplittableRandom random;
    private final Referee referee;
    private final Deque<Snapshot> history = new ArrayDeque<>();

    /**
     * @param truth what is beneath the store
     */
    SimulatedTable(
            HealthStore store,
            HealthStore truth,
            Set<String> targets,
            Weather weather,
            VirtualTime time,
            SplittableRandom random,
            Referee referee) {
        this.store = store;
        this.truth = truth;
        this.targets = targets;
        this.weather = weather;
        this.time = time;
        this.random = random;
        this.referee = referee;
    }

    /** What is true, whoever can hear of it. */
    TargetHealth truth(String target) {
        TargetHealth known = truth.board(Set.of(target)).get(target);
        return known == null ? TargetHealth.well(target) : known;
    }

    @Override
    public Map<String, TargetHealth> board(Set<String> asked) {
        return asked(() -> asOf(time.nanos() - kind().age(random).toNanos()));
    }

    @Override
    public Counters add(String target, Evidence evidence, Instant now) {
        return asked(
                () -> {
                    Counters counters = store.add(target, evidence, now);
                    referee.counted(truth(target), evidence, counters);
                    return counters;
                });
    }

    @Override
    public Written transition(TargetHealth from, TargetHealth to) {
        return asked(() -> written(from.target(), from, null, () -> store.transition(from, to)));
    }

    @Override
    public Written leaseProbe(String target, String owner, Instant now, Instant until) {
        return asked(
                () -> {
                    TargetHealth before = truth(target);
                    Written written = store.leaseProbe(target, owner, now, until);
                    if (written.made()) {
                        referee.leased(before, written.now(), owner);
                    }
                    remember();
                    return written;
                });
    }

    @Override
    public Written settleProbe(ProbeLease lease, TargetHealth to) {
        return asked(
                () -> written(lease.target(), null, lease, () -> store.settleProbe(lease, to)));
    }

    @Override
    public Written releaseProbe(ProbeLease lease) {
        return asked(
                () -> {
                    Written written = store.releaseProbe(lease);
                    if (written.made()) {
                        referee.released(lease);
                    }
                    remember();
                    return written;
                });
    }

    @Override
    public Written coolDown(String target, Instant until) {
        return asked(
                () -> {
                    TargetHealth before = truth(target);
                    Written written = store.coolDown(target, until);
                    referee.cooled(before, written.now(), until);
                    remember();
                    return written;
                });
    }

    @Override
    public Map<String, Tally> tallies(Set<String> asked, Instant now) {
        return asked(() -> store.tallies(asked, now));
    }

    private Written written(
            String target,
            @Nullable TargetHealth from,
            @Nullable ProbeLease lease,
            Supplier<Written> write) {
        TargetHealth before = truth(target);
        Written written = write.get();
        if (written.made()) {
            referee.changed(before, truth(target), from, lease);
        }
        remember();
        return written;
    }

    /** There and back again. */
    private <T> T asked(Supplier<T> question) {
        time.spend(kind().delay(random));
        if (kind().losesQuestion(random)) {
            throw new Lost("the question");
        }
        T answer = question.get();
        time.spend(kind().delay(random));
        if (kind().losesAnswer(random)) {
            throw new Lost("the answer");
        }
        return answer;
    }

    private Weather.Kind kind() {
        return weather.at(time.elapsed());
    }

    private void remember() {
        history.addLast(new Snapshot(time.nanos(), store.board(targets)));
        while (history.size() > 1 && history.getFirst().at < time.nanos() - 2 * OLDEST.toNanos()) {
            history.removeFirst();
        }
    }

    private Map<String, TargetHealth> asOf(long nanos) {
        if (nanos == time.nanos()) {
            return store.board(targets);
        }
        Map<String, TargetHealth> found = history.isEmpty() ? Map.of() : history.getFirst().board;
        for (Snapshot snapshot : history) {
            if (snapshot.at <= nanos) {
                found = snapshot.board;
            }
        }
        return found;
    }

    private record Snapshot(long at, Map<String, TargetHealth> board) {}

    private static final class Lost extends RuntimeException {
        Lost(String what) {
            super(what + " was lost", null, false, false);
        }
    }
}
