package spillway.health;

import java.util.Map;
import java.util.Set;

/** A store whose board is always that of the first read: a replica that lags. */
final class OldReads extends ForwardingStore {
    private final Map<String, TargetHealth> old;

    OldReads(HealthStore store) {
        super(store);
        this.old = store.board(Set.of(Fleet.A, Fleet.B));
    }

    @Override
    public Map<String, TargetHealth> board(Set<String> targets) {
        return old;
    }
}
