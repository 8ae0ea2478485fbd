package spillway.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import spillway.health.BoardView;
import spillway.health.BreakerSettings;
import spillway.health.Health;
import spillway.health.HealthStore;
import spillway.health.InMemoryHealthStore;
import spillway.health.TargetHealth.State;
import spillway.routing.Candidate;
import spillway.routing.Decision;
import spillway.routing.Route;
import spillway.routing.RoutingStrategies;
import spillway.routing.RoutingStrategy;

/** Plays one schedule from its first request to the end of its last, on one thread. */
final class Simulation {
    private static final Duration PROBE_EVERY = Duration.ofSeconds(60);
    private static final Duration QUIET_REQUEST_EVERY = Duration.ofSeconds(4);

    /** After it nothing runs any more, and what was heard of the table is too old to count. */
    private static final Duration REST = Duration.ofSeconds(60);

    private final Schedule schedule;
    private final Parts parts;
    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random;
    private final Journal journal;
    private final Referee referee;
    private final Solitude solitude;
    private final DecisionRules rules;
    private final SimulatedTable table;
    private final RoutingStrategy strategy;
    private final List<Instance> fleet = new ArrayList<>();
    private final Instance prober;

    private Simulation(Schedule schedule, Parts parts, boolean isJournalKept) {
        this.schedule = schedule;
        this.parts = parts;
        this.random = new SplittableRandom(schedule.seed() + 1);
        this.journal = new Journal(isJournalKept, time);
        this.referee = new Referee(schedule, time, journal);
        this.rules = new DecisionRules(schedule, referee);
        this.solitude = new Solitude(schedule, time, referee);
        HealthStore truth = new InMemoryHealthStore();
        this.table =
                new SimulatedTable(
                        parts.store().apply(truth),
                        truth,
                        schedule.targets().keySet(),
                        schedule.weather(),
                        time,
                        random,
                        referee);
        this.strategy =
                parts.strategy()
                        .apply(
                                new RoutingStrategies(Map.<String, BreakerSettings>of())
                                        .named(schedule.route().strategy())
                                        .orElseThrow());
        for (int i = 0; i < schedule.instances(); i++) {
            fleet.add(instance("i" + i, false));
        }
        this.prober = instance("prober", true);
    }

    /**
     * What came of a schedule.
     *
     * @param violation what was not true first; null if all was
     * @param seen what has happened how often
     * @param journal what has happened last; empty unless it was to be kept
     */
    record Outcome(@Nullable String violation, Map<String, Long> seen, String journal) {}

    static Outcome play(Schedule schedule, Parts parts, boolean isJournalKept) {
        Simulation simulation = new Simulation(schedule, parts, isJournalKept);
        simulation.play();
        return new Outcome(
                simulation.referee.violation(),
                simulation.referee.seen(),
                simulation.journal.toString());
    }

    private Instance instance(String name, boolean isPatient) {
        return new Instance(name, table, schedule, time, random.split(), referee, isPatient);
    }

    private void play() {
        planRequests();
        time.pass(schedule.busy().plus(Schedule.QUIET));
        if (schedule.endsInCalm()) {
            schedule.targets()
                    .forEach(
                            (target, behaviour) -> {
                                if (!behaviour.isAlwaysFailing()) {
                                    referee.recovered(table.truth(target));
                                }
                            });
        }
        time.pass(REST);
        fleet.forEach(Instance::isAtRest);
        prober.isAtRest();
    }

    private void planRequests() {
        long busy = schedule.busy().toMillis();
        long centre = 0;
        for (int i = 0; i < schedule.requests(); i++) {
            if (!schedule.burst() || i % 15 == 0) {
                centre = random.nextLong(busy);
            }
            plan("busy" + i, Duration.ofMillis(centre + random.nextLong(100)));
        }
        long quiet = Schedule.QUIET.dividedBy(QUIET_REQUEST_EVERY);
        for (int i = 0; i < quiet; i++) {
            Duration at = QUIET_REQUEST_EVERY.multipliedBy(i).plusMillis(random.nextLong(500));
            plan("quiet" + i, schedule.busy().plus(at));
        }
        Duration end = schedule.busy().plus(Schedule.QUIET);
        for (Duration at = PROBE_EVERY; at.compareTo(end) < 0; at = at.plus(PROBE_EVERY)) {
            time.after(at, this::probeWhatIsDue);
        }
    }

    private void plan(String name, Duration at) {
        time.after(at, () -> request(name, fleet.get(random.nextInt(fleet.size()))));
    }

    /** As the gateway does it: what is known, what is decided on it, and then the way. */
    private void request(String name, Instance instance) {
        if (referee.violation() != null) {
            return;
        }
        BoardView view = instance.look();
        Decision decision =
                strategy.decide(
                        schedule.route(),
                        view.known(),
                        instance.health().local(),
                        time.instant(),
                        random.nextLong());
        rules.decided(decision, strategy);
        journal.note(name, instance, "has a", view.known().source(), "board");
        walk(name, instance, decision.toTry(), decision.heldBack(), view).next();
    }

    /** As the scheduled probe does it, whatever the traffic. */
    private void probeWhatIsDue() {
        BoardView view = prober.look();
        for (Route.Group group : schedule.route().groups()) {
            for (Route.Member member : group.members()) {
                if (view.known().of(member.target().id()).state() == State.OPEN) {
                    Candidate candidate =
                            new Candidate(member, 0, Candidate.Standing.PROBE, 0, "scheduled");
                    walk("scheduled", prober, List.of(candidate), List.of(), view).probe();
                }
            }
        }
    }

    private Walk walk(
            String name,
            Instance instance,
            List<Candidate> toTry,
            List<Candidate> heldBack,
            BoardView view) {
        Health health = parts.health().apply(instance.health());
        var reserve = new Reserve(heldBack, view, parts.lastResort(), time, referee);
        return new Walk(
                name, instance, health, toTry, reserve, schedule, time, random, referee, solitude,
                journal);
    }
}
