package spillway.aws;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import spillway.health.Counters;
import spillway.health.Evidence;
import spillway.health.HealthStore;
import spillway.health.ProbeLease;
import spillway.health.Tally;
import spillway.health.TargetHealth;

/**
 * A store for one who only looks: a state that is due to change is left for others to change, and
 * what a looker has no reason to do is refused.
 */
final class ReadOnlyHealthStore implements HealthStore {
    private final HealthStore store;

    ReadOnlyHealthStore(HealthStore store) {
        this.store = store;
    }

    @Override
    public Map<String, TargetHealth> board(Set<String> targets) {
        return store.board(targets);
    }

    @Override
    public Map<String, Tally> tallies(Set<String> targets, Instant now) {
        return store.tallies(targets, now);
    }

    @Override
    public Written transition(TargetHealth from, TargetHealth to) {
        return new Written(false, from);
    }

    @Override
    public Counters add(String target, Evidence evidence, Instant now) {
        throw refused();
    }

    @Override
    public Written leaseProbe(String target, String owner, Instant now, Instant until) {
        throw refused();
    }

    @Override
    public Written settleProbe(ProbeLease lease, TargetHealth to) {
        throw refused();
    }

    @Override
    public Written releaseProbe(ProbeLease lease) {
        throw refused();
    }

    @Override
    public Written coolDown(String target, Instant until) {
        throw refused();
    }

    private static IllegalStateException refused() {
        return new IllegalStateException("who only looks at the fleet's health tells it nothing");
    }
}
