package spillway.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import spillway.attempt.AttemptOutcome;
import spillway.health.Admission;
import spillway.health.Board;
import spillway.health.BoardView;
import spillway.health.Boards;
import spillway.health.Health;
import spillway.health.LocalView;
import spillway.health.Permit;
import spillway.health.TargetHealth;

/** Admits all but those it was told to refuse, and remembers every permit and what came of it. */
public final class RecordingHealth implements Health {
    /** A permit that remembers. */
    public final class Given implements Permit {
        public final String target;
        public final boolean probe;
        private final List<Duration> firstContents = new ArrayList<>();
        private final List<AttemptOutcome> outcomes = new ArrayList<>();

        Given(String target, boolean probe) {
            this.target = target;
            this.probe = probe;
        }

        @Override
        public synchronized void firstContent(Duration afterStart) {
            if (!outcomes.isEmpty()) {
                throw new IllegalStateException("content after the end");
            }
            firstContents.add(afterStart);
            breakIfTold();
        }

        @Override
        public synchronized void settle(AttemptOutcome outcome) {
            outcomes.add(outcome);
            breakIfTold();
        }

        public synchronized List<AttemptOutcome> outcomes() {
            return List.copyOf(outcomes);
        }

        public synchronized int firstContents() {
            return firstContents.size();
        }
    }

    private final List<Given> given = new CopyOnWriteArrayList<>();
    private final List<Duration> drains = new CopyOnWriteArrayList<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> limits = new ConcurrentHashMap<>();
    private final Set<String> crashing = ConcurrentHashMap.newKeySet();
    private volatile boolean isWithoutLeases;
    private volatile boolean isBreaking;
    private volatile BoardView view = BoardView.of(board());

    /** A board on which these are as they say and all others well. */
    public static Board board(TargetHealth... known) {
        return Boards.shared(Instant.EPOCH, known);
    }

    public RecordingHealth refusing(String... targets) {
        refused.addAll(List.of(targets));
        return this;
    }

    /** From now on another has the lease of each probe. */
    public void withoutLeases() {
        isWithoutLeases = true;
    }

    /** Admits that target so many times, and then no more. */
    public void refusingAfter(String target, int times) {
        limits.put(target, times);
    }

    /** From now on throws when it is asked for that target. */
    public void crashing(String target) {
        crashing.add(target);
    }

    /** From now on its permits remember, and throw. */
    public void breaking() {
        isBreaking = true;
    }

    private void breakIfTold() {
        if (isBreaking) {
            throw new IllegalStateException("the board is full");
        }
    }

    public RecordingHealth showing(BoardView other) {
        view = other;
        return this;
    }

    @Override
    public BoardView look() {
        return view;
    }

    @Override
    public LocalView local() {
        return LocalView.NOTHING;
    }

    @Override
    public Admission admit(String target, boolean probe) {
        if (crashing.contains(target)) {
            throw new IllegalStateException("a bug");
        }
        long before = given.stream().filter(permit -> permit.target.equals(target)).count();
        if (probe && isWithoutLeases) {
            return new Admission.Refused(Admission.Reason.PROBE_TAKEN);
        }
        if (refused.contains(target) || before >= limits.getOrDefault(target, Integer.MAX_VALUE)) {
            return new Admission.Refused(Admission.Reason.LOCAL_BREAKER);
        }
        Given permit = new Given(target, probe);
        given.add(permit);
        return new Admission.Granted(permit);
    }

    @Override
    public void drain(Duration atMost) {
        drains.add(atMost);
    }

    public List<Given> given() {
        return List.copyOf(given);
    }

    /** The outcomes of all permits, in the order they were given; each must have exactly one. */
    public List<AttemptOutcome> outcomes() {
        List<AttemptOutcome> all = new ArrayList<>();
        for (Given permit : given) {
            if (permit.outcomes().size() != 1) {
                throw new AssertionError(permit.target + " settled as " + permit.outcomes());
            }
            all.addAll(permit.outcomes());
        }
        return all;
    }

    public List<Duration> drains() {
        return List.copyOf(drains);
    }
}
