package spillway.aws;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import spillway.health.Counters;
import spillway.health.Evidence;
import spillway.health.HealthStore;
import spillway.health.ProbeLease;
import spillway.health.Tally;
import spillway.health.TargetHealth;

/**
 * A store that is made beside whatever else a cold start does: the SDK's client takes some hundred
 * milliseconds. Whoever asks first waits for it.
 */
final class DeferredHealthStore implements HealthStore {
    private final Supplier<HealthStore> store;

    DeferredHealthStore(Supplier<HealthStore> store) {
        this.store = store;
    }

    @Override
    public Map<String, TargetHealth> board(Set<String> targets) {
        return store.get().board(targets);
    }

    @Override
    public Counters add(String target, Evidence evidence, Instant now) {
        return store.get().add(target, evidence, now);
    }

    @Override
    public Written transition(TargetHealth from, TargetHealth to) {
        return store.get().transition(from, to);
    }

    @Override
    public Written leaseProbe(String target, String owner, Instant now, Instant until) {
        return store.get().leaseProbe(target, owner, now, until);
    }

    @Override
    public Written settleProbe(ProbeLease lease, TargetHealth to) {
        return store.get().settleProbe(lease, to);
    }

    @Override
    public Written releaseProbe(ProbeLease lease) {
        return store.get().releaseProbe(lease);
    }

    @Override
    public Written coolDown(String target, Instant until) {
        return store.get().coolDown(target, until);
    }

    @Override
    public Map<String, Tally> tallies(Set<String> targets, Instant now) {
        return store.get().tallies(targets, now);
    }
}
