package spillway.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.routing.Route;
import spillway.routing.RoutingStrategies;

/**
 * All that is to happen, drawn from one number: a fleet, its targets and what befalls them, the
 * table and what befalls it, then a quiet time in which everything should recover.
 *
 * @param busy how long things go wrong
 * @param requests in the busy time
 * @param burst whether they come in bursts
 */
record Schedule(
        long seed,
        int instances,
        Route route,
        SequencedMap<String, Behaviour> targets,
        Weather weather,
        Duration busy,
        int requests,
        boolean burst) {
    /**
     * Long enough for what was begun before and fails late (20 s), the longest opening (60 s), the
     * next scheduled probe (60 s), one that nobody ends (20 s) and a ramp (30 s).
     */
    static final Duration QUIET = Duration.ofSeconds(220);

    /** The longest that an attempt may be silent. */
    static final Duration MOST_PATIENCE = Duration.ofSeconds(20);

    /** Beyond the end of everything. */
    static final Duration FOR_EVER = Duration.ofHours(1);

    static Schedule of(long seed) {
        var random = new SplittableRandom(seed);
        int instances = (int) Math.round(Math.pow(100, random.nextDouble()));
        Duration busy = Duration.ofSeconds(random.nextInt(10, 90));
        SequencedMap<String, Behaviour> targets = new LinkedHashMap<>();
        List<Route.Member> members = new ArrayList<>();
        int count = random.nextInt(1, 5);
        for (int i = 0; i < count; i++) {
            Target target = new Target("provider" + i, "model");
            members.add(new Route.Member(target, random.nextInt(1, 4), Timers.DEFAULT));
            targets.put(target.id(), behaviour(busy, random));
        }
        return new Schedule(
                seed,
                instances,
                route(members, random),
                targets,
                weather(busy, random),
                busy,
                random.nextInt(20, 150),
                random.nextBoolean());
    }

    /** A target that is healthy all the time. */
    boolean hasAFirmTarget() {
        return targets.values().stream().anyMatch(Behaviour::isAlwaysHealthy);
    }

    /** Whether the table can never be reached. */
    boolean isWithoutTable() {
        return weather.at(Duration.ZERO) == Weather.Kind.GONE && !endsInCalm();
    }

    /** Whether the table can be reached in the end. */
    boolean endsInCalm() {
        return weather.at(busy.plus(QUIET)) == Weather.Kind.CALM;
    }

    private static Route route(List<Route.Member> members, SplittableRandom random) {
        List<String> names = List.copyOf(RoutingStrategies.names());
        String strategy = names.get(random.nextInt(names.size()));
        int first = random.nextInt(1, members.size() + 1);
        List<Route.Group> groups = new ArrayList<>();
        groups.add(new Route.Group(members.subList(0, first)));
        if (first < members.size()) {
            groups.add(new Route.Group(members.subList(first, members.size())));
        }
        return new Route("route", groups, strategy, Route.DEFAULT_FAILOVER_BUDGET);
    }

    private static Behaviour behaviour(Duration busy, SplittableRandom random) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> new Behaviour(List.of());
            case 3 ->
                    new Behaviour(
                            List.of(
                                    new Behaviour.Phase(
                                            Duration.ZERO, FOR_EVER, Behaviour.Mood.FAILING)));
            default -> {
                List<Behaviour.Phase> phases = new ArrayList<>();
                Behaviour.Mood[] moods = Behaviour.Mood.values();
                for (Span span : Span.of(busy, random.nextInt(1, 4), random)) {
                    Behaviour.Mood mood = moods[random.nextInt(moods.length)];
                    phases.add(new Behaviour.Phase(span.from, span.to, mood));
                }
                yield new Behaviour(phases);
            }
        };
    }

    private static Weather weather(Duration busy, SplittableRandom random) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> new Weather(List.of());
            case 4 ->
                    new Weather(
                            List.of(new Weather.Phase(Duration.ZERO, FOR_EVER, Weather.Kind.GONE)));
            default -> {
                List<Weather.Phase> phases = new ArrayList<>();
                Weather.Kind[] kinds = Weather.Kind.values();
                for (Span span : Span.of(busy, random.nextInt(1, 4), random)) {
                    Weather.Kind kind = kinds[random.nextInt(kinds.length)];
                    phases.add(new Weather.Phase(span.from, span.to, kind));
                }
                yield new Weather(phases);
            }
        };
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("seed ").append(seed).append(": ").append(instances).append(" instances, ");
        text.append(requests).append(" requests in ").append(busy.toSeconds()).append(" s");
        text.append(burst ? " in bursts, " : ", ").append(route.strategy()).append(", groups ");
        route.groups().forEach(group -> text.append(group.members().size()).append(' '));
        targets.forEach(
                (id, behaviour) ->
                        text.append("\n  ").append(id).append(' ').append(behaviour.phases()));
        return text.append("\n  table ").append(weather.phases()).toString();
    }

    /** A part of the busy time. */
    private record Span(Duration from, Duration to) {
        static List<Span> of(Duration busy, int count, SplittableRandom random) {
            List<Span> spans = new ArrayList<>();
            long part = busy.toMillis() / count;
            for (int i = 0; i < count; i++) {
                long from = i * part + random.nextLong(part / 2);
                long to = i * part + part / 2 + random.nextLong(part / 2);
                spans.add(new Span(Duration.ofMillis(from), Duration.ofMillis(to)));
            }
            return spans;
        }
    }
}
