package spillway.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.Mistakes;
import spillway.json.Words;
import spillway.routing.OnBreak;
import spillway.routing.Route;
import spillway.routing.Tries;

/**
 * Reads the routes of a routes file. Timers come from the defaults, changed by the target, by the
 * route, and by the target's entry in the route, in this order. For one file.
 */
final class RouteReader {
    private static final List<String> KNOWN =
            List.of(
                    "strategy",
                    "failover_budget",
                    "hold",
                    "on_break",
                    "retry",
                    "retry_after",
                    "too_long",
                    "hedge",
                    "timers",
                    "groups");
    private static final List<String> KNOWN_OF_MEMBER = List.of("target", "weight", "timers");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int MOST_GROUPS = 16;
    private static final int MOST_MEMBERS = 64;
    private static final int MOST_WEIGHT = 1_000_000;

    private final Mistakes mistakes;
    private final Settings settings;
    private final TargetNames targetNames;
    private final List<String> strategies;
    private final TriesReader triesReader;
    private final Map<String, UnaryOperator<Timers>> targetTimers = new HashMap<>();
    private final Map<String, Boolean> prefills = new HashMap<>();
    private Timers timers = Timers.DEFAULT;
    private String strategy;
    private Duration failoverBudget = Route.DEFAULT_FAILOVER_BUDGET;
    private Route.Contract contract = Route.Contract.DEFAULT;
    private Tries tries = Tries.DEFAULT;

    /**
     * @param strategies there are; the first is the default
     */
    RouteReader(
            Mistakes mistakes,
            Settings settings,
            TargetNames targetNames,
            List<String> strategies) {
        this.mistakes = mistakes;
        this.settings = settings;
        this.targetNames = targetNames;
        this.strategies = strategies;
        triesReader = new TriesReader(mistakes, settings);
        strategy = strategies.getFirst();
    }

    /** What holds for every route that says nothing else. */
    void defaults(Fields fields) {
        timers = settings.timers(fields.get("timers")).apply(timers);
        strategy = strategy(fields);
        failoverBudget = failoverBudget(fields);
        contract = contract(fields);
        tries = triesReader.read(fields, tries);
    }

    /** What a target changes about timers. */
    void target(String id, UnaryOperator<Timers> changes) {
        targetTimers.put(id, changes);
    }

    /** Whether a target goes on from a beginning; null if its provider knows. */
    void prefill(String id, @Nullable Boolean prefill) {
        if (prefill != null) {
            prefills.put(id, prefill);
        }
    }

    /** The route, unless nothing of it can be used. */
    Optional<Route> route(String name, Json.Place at, Json value) {
        if (!NAME.matcher(name).matches()) {
            mistakes.add(
                    at,
                    "is "
                            + Words.quote(name)
                            + "; a route is named by up to 64 letters, digits, dots, _ and -");
        }
        Fields fields = Fields.ofValue(value, mistakes, KNOWN);
        if (!(value instanceof Json.Obj)) {
            return Optional.empty();
        }
        fields.require("groups");
        UnaryOperator<Timers> changes = settings.timers(fields.get("timers"));
        String ownStrategy = strategy(fields);
        Duration ownBudget = failoverBudget(fields);
        Tries ownTries = triesReader.read(fields, tries);
        Route.Contract ownContract = contract(fields);
        List<Route.Group> groups = groups(fields, changes);
        return groups.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Route(name, groups, ownStrategy, ownBudget, ownTries, ownContract));
    }

    private List<Route.Group> groups(Fields fields, UnaryOperator<Timers> changes) {
        List<Route.Group> groups = new ArrayList<>();
        Set<Target> taken = new HashSet<>();
        for (Json group : fields.elements("groups", MOST_GROUPS)) {
            List<Route.Member> members =
                    elements(group).stream()
                            .map(member -> member(member, changes, taken))
                            .filter(Objects::nonNull)
                            .toList();
            if (!members.isEmpty()) {
                groups.add(new Route.Group(members));
            }
        }
        if (fields.get("groups") instanceof Json.Arr(var place, var elements)
                && elements.isEmpty()) {
            mistakes.add(place, "is empty; at least one group is needed");
        }
        return groups;
    }

    private List<Json> elements(Json group) {
        if (!(group instanceof Json.Arr(var place, var elements))) {
            mistakes.add(group, "is " + group.kind() + "; an array of targets is needed");
            return List.of();
        }
        if (elements.isEmpty() || elements.size() > MOST_MEMBERS) {
            mistakes.add(
                    place,
                    "has "
                            + elements.size()
                            + " targets; from 1 to "
                            + MOST_MEMBERS
                            + " are allowed");
            return List.of();
        }
        return elements;
    }

    private Route.@Nullable Member member(
            Json value, UnaryOperator<Timers> routeChanges, Set<Target> taken) {
        if (value instanceof Json.Text(var place, var id)) {
            return target(id, place, taken)
                    .map(target -> member(target, 1, routeChanges, UnaryOperator.identity()))
                    .orElse(null);
        }
        if (!(value instanceof Json.Obj object)) {
            mistakes.add(value, "is " + value.kind() + "; a target's name or an object is needed");
            return null;
        }
        Fields fields = Fields.of(object, mistakes, KNOWN_OF_MEMBER);
        fields.require("target");
        Integer weight = fields.integer("weight", 1, MOST_WEIGHT);
        UnaryOperator<Timers> changes = settings.timers(fields.get("timers"));
        String id = fields.text("target");
        if (id == null) {
            return null;
        }
        return target(id, fields.place("target"), taken)
                .map(target -> member(target, weight == null ? 1 : weight, routeChanges, changes))
                .orElse(null);
    }

    private Optional<Target> target(String id, Json.Place at, Set<Target> taken) {
        Optional<Target> target = targetNames.parse(id, at);
        target.ifPresent(
                it -> {
                    targetNames.use(it);
                    if (!taken.add(it)) {
                        mistakes.add(
                                at, "is " + Words.quote(id) + " again; a route has a target once");
                    }
                });
        return target;
    }

    private Route.Member member(
            Target target,
            int weight,
            UnaryOperator<Timers> routeChanges,
            UnaryOperator<Timers> changes) {
        Timers ofTarget =
                targetTimers.getOrDefault(target.id(), UnaryOperator.identity()).apply(timers);
        return new Route.Member(
                target,
                weight,
                changes.apply(routeChanges.apply(ofTarget)),
                prefills.get(target.id()));
    }

    private String strategy(Fields fields) {
        String name = fields.text("strategy");
        if (name == null) {
            return strategy;
        }
        if (!strategies.contains(name)) {
            mistakes.add(
                    fields.place("strategy"),
                    "is "
                            + Words.quote(name)
                            + "; one of "
                            + String.join(", ", strategies)
                            + " is needed");
        }
        return name;
    }

    private Route.Contract contract(Fields fields) {
        return new Route.Contract(
                Objects.requireNonNullElse(settings.duration(fields, "hold"), contract.hold()),
                Objects.requireNonNullElse(
                        fields.oneOf("on_break", OnBreak.byName()), contract.onBreak()));
    }

    private Duration failoverBudget(Fields fields) {
        return Objects.requireNonNullElse(
                settings.duration(fields, "failover_budget"), failoverBudget);
    }
}
