package spillway.health;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** A store like another, but for what is changed in it. */
public abstract class ForwardingStore implements HealthStore {
    private final HealthStore store;

    protected ForwardingStore(HealthStore store) {
        this.store = store;
    }

    protected TargetHealth known(String target) {
        return store.board(Set.of(target)).getOrDefault(target, TargetHealth.well(target));
    }

    @Override
    public Map<String, TargetHealth> board(Set<String> targets) {
        return store.board(targets);
    }

    @Override
    public Counters add(String target, Evidence evidence, Instant now) {
        return store.add(target, evidence, now);
    }

    @Override
    public Written transition(TargetHealth from, TargetHealth to) {
        return store.transition(from, to);
    }

    @Override
    public Written leaseProbe(String target, String owner, Instant now, Instant until) {
        return store.leaseProbe(target, owner, now, until);
    }

    @Override
    public Written settleProbe(ProbeLease lease, TargetHealth to) {
        return store.settleProbe(lease, to);
    }

    @Override
    public Written releaseProbe(ProbeLease lease) {
        return store.releaseProbe(lease);
    }

    @Override
    public Written coolDown(String target, Instant until) {
        return store.coolDown(target, until);
    }

    @Override
    public Map<String, Tally> tallies(Set<String> targets, Instant now) {
        return store.tallies(targets, now);
    }
}
