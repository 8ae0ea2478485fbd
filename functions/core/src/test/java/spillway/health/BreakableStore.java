package spillway.health;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in memory that can be taken away, held up and counted. */
final class BreakableStore implements HealthStore {
    final AtomicInteger boards = new AtomicInteger();
    final AtomicInteger adds = new AtomicInteger();
    final AtomicInteger transitions = new AtomicInteger();
    volatile boolean isDown;
    volatile CountDownLatch boardGate = new CountDownLatch(0);
    volatile CountDownLatch leaseGate = new CountDownLatch(0);

    private final HealthStore store = new InMemoryHealthStore();

    @Override
    public Map<String, TargetHealth> board(Set<String> targets) {
        boards.incrementAndGet();
        pass(boardGate);
        checkUp();
        return store.board(targets);
    }

    @Override
    public Counters add(String target, Evidence evidence, Instant now) {
        adds.incrementAndGet();
        checkUp();
        return store.add(target, evidence, now);
    }

    @Override
    public Written transition(TargetHealth from, TargetHealth to) {
        checkUp();
        transitions.incrementAndGet();
        return store.transition(from, to);
    }

    @Override
    public Written leaseProbe(String target, String owner, Instant now, Instant until) {
        pass(leaseGate);
        checkUp();
        return store.leaseProbe(target, owner, now, until);
    }

    @Override
    public Written settleProbe(ProbeLease lease, TargetHealth to) {
        checkUp();
        return store.settleProbe(lease, to);
    }

    @Override
    public Written releaseProbe(ProbeLease lease) {
        checkUp();
        return store.releaseProbe(lease);
    }

    @Override
    public Written coolDown(String target, Instant until) {
        checkUp();
        return store.coolDown(target, until);
    }

    @Override
    public Map<String, Tally> tallies(Set<String> targets, Instant now) {
        checkUp();
        return store.tallies(targets, now);
    }

    private static void pass(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the table", e);
        }
    }

    private void checkUp() {
        if (isDown) {
            throw new IllegalStateException("the store is down");
        }
    }
}
