package spillway.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import spillway.health.Board;
import spillway.health.BoardView;
import spillway.health.BreakerSettings;
import spillway.health.FleetHealth;
import spillway.health.FleetHealthSettings;
import spillway.health.HealthListener;
import spillway.health.SimulatedFleet;
import spillway.health.TargetHealth;

/**
 * One process of the fleet with its own view of it. Its errands are events; one that is waited for
 * happens at once, with the time it takes, or too late.
 */
final class Instance {
    /** How long the real one waits for a lease; here nobody can wait and go on. */
    private static final Duration NO_WAIT = Duration.ZERO;

    private static final FleetHealthSettings SETTINGS =
            new FleetHealthSettings(
                    FleetHealthSettings.DEFAULT.fresh(),
                    FleetHealthSettings.DEFAULT.usable(),
                    NO_WAIT,
                    NO_WAIT,
                    FleetHealthSettings.DEFAULT.probeLease(),
                    FleetHealthSettings.DEFAULT.tellEvery(),
                    Duration.ofSeconds(30),
                    FleetHealthSettings.DEFAULT.coolDown(),
                    FleetHealthSettings.DEFAULT.coolDownMax(),
                    FleetHealthSettings.DEFAULT.aloneFor());

    /** In calm weather a read takes no longer. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private final String name;
    private final FleetHealth health;
    private final SimulatedTable table;
    private final Schedule schedule;
    private final VirtualTime time;
    private final SplittableRandom random;
    private final Referee referee;
    private final Map<String, Long> newest = new HashMap<>();
    private final Map<String, Behind> behind = new HashMap<>();
    private final boolean isPatient;
    private boolean waits;

    /**
     * @param isPatient whether it always waits until it has what it has asked for
     */
    Instance(
            String name,
            SimulatedTable table,
            Schedule schedule,
            VirtualTime time,
            SplittableRandom random,
            Referee referee,
            boolean isPatient) {
        this.name = name;
        this.isPatient = isPatient;
        this.table = table;
        this.schedule = schedule;
        this.time = time;
        this.random = random;
        this.referee = referee;
        SequencedMap<String, BreakerSettings> breakers = new LinkedHashMap<>();
        schedule.targets().keySet().forEach(id -> breakers.put(id, BreakerSettings.DEFAULT));
        Executor errands = this::begin;
        this.health =
                SimulatedFleet.process(
                        breakers,
                        table,
                        SETTINGS,
                        name,
                        time,
                        time,
                        new Random(random.nextLong()),
                        listener(),
                        errands);
    }

    FleetHealth health() {
        return health;
    }

    /** Whoever asks for something next either gets it before he goes on, or too late. */
    void waitForNext() {
        waits = isPatient || random.nextInt(4) != 0;
    }

    void waitNoMore() {
        waits = false;
    }

    private void begin(Runnable errand) {
        if (waits) {
            waits = false;
            errand.run();
        } else {
            time.after(Duration.ofNanos(random.nextInt(1_000, 2_000_000)), errand);
        }
    }

    /** Looks at the board as a request does. */
    BoardView look() {
        if (isPatient || newest.isEmpty() || random.nextInt(8) == 0) {
            waitForNext();
        }
        // While this one waits, another of the same process may hear of more.
        Map<String, Long> before = Map.copyOf(newest);
        BoardView view = health.look();
        waitNoMore();
        view.refresh();
        heard(view.known(), before);
        return view;
    }

    private void heard(Board known, Map<String, Long> before) {
        if (known.source() == Board.Source.LOCAL) {
            return;
        }
        for (String target : schedule.targets().keySet()) {
            long version = known.of(target).version();
            referee.require(
                    version >= before.getOrDefault(target, 0L),
                    "nobody forgets a newer version",
                    name,
                    known.of(target));
            newest.merge(target, version, Math::max);
            if (schedule.weather().isCalmThroughout()) {
                keepsUp(table.truth(target), known);
            }
        }
    }

    /** Who looks has soon heard of what was true when he looked. */
    private void keepsUp(TargetHealth truth, Board known) {
        Behind since = behind.get(truth.target());
        Instant now = time.instant();
        long version = known.of(truth.target()).version();
        if (version >= truth.version()) {
            behind.remove(truth.target());
        } else if (since == null || since.version <= version) {
            behind.put(truth.target(), new Behind(truth.version(), now));
        } else if (now.isAfter(since.at.plus(SOON))) {
            Instant readAt = known.readAt();
            boolean wasFresh = !since.at.isAfter(readAt.plus(SETTINGS.fresh()).plus(SOON));
            boolean isOld = readAt.isBefore(since.at);
            referee.require(
                    isOld && wasFresh, "who looks twice has heard", name, truth, readAt, since);
            behind.put(truth.target(), new Behind(truth.version(), now));
        }
    }

    /** What must be true of it when everything has ended. */
    void isAtRest() {
        List<String> busy = new ArrayList<>();
        health.local()
                .targets()
                .forEach(
                        (target, seen) -> {
                            if (seen.inFlight() != 0 || seen.open()) {
                                busy.add(target + " " + seen);
                            }
                        });
        referee.require(busy.isEmpty(), "nothing is left of what has ended", name, busy);
    }

    private HealthListener listener() {
        return new HealthListener() {
            @Override
            public void stateChanged(
                    String target, TargetHealth.State from, TargetHealth.State to, String reason) {
                if (!reason.equals("local")) {
                    referee.told(target);
                }
            }
        };
    }

    @Override
    public String toString() {
        return name;
    }

    /** A version that was true when this process looked, and that it did not know. */
    private record Behind(long version, Instant at) {}
}
