package spillway.routing;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import spillway.attempt.Target;
import spillway.attempt.Timers;

/**
 * A name a caller can ask for, and the targets that may serve it.
 *
 * @param groups in order of preference; a group is used only when no target of those before it can
 *     serve
 * @param strategy the name of the {@link RoutingStrategy} that orders the targets of a group
 * @param failoverBudget from the request's start, the time in which the last target must have been
 *     started
 * @param tries what it spends beyond asking its targets once, one after the other
 */
public record Route(
        String name, List<Group> groups, String strategy, Duration failoverBudget, Tries tries) {
    public static final Duration DEFAULT_FAILOVER_BUDGET = Duration.ofSeconds(4);

    public Route {
        Objects.requireNonNull(name);
        Objects.requireNonNull(strategy);
        Objects.requireNonNull(tries);
        groups = List.copyOf(groups);
        if (groups.isEmpty()) {
            throw new IllegalArgumentException(
                    "route " + name + " has no group; at least one is needed");
        }
    }

    /** A route with the usual {@link Tries}. */
    public Route(String name, List<Group> groups, String strategy, Duration failoverBudget) {
        this(name, groups, strategy, failoverBudget, Tries.DEFAULT);
    }

    /** Targets of the same preference. */
    public record Group(List<Member> members) {
        public Group {
            members = List.copyOf(members);
            if (members.isEmpty()) {
                throw new IllegalArgumentException("a group has no target; at least one is needed");
            }
        }
    }

    /**
     * A target in a group.
     *
     * @param weight its share of the group's traffic among the weights of the healthy, at least 1
     * @param timers how long an attempt to it may take in this route
     */
    public record Member(Target target, int weight, Timers timers) {
        public Member {
            Objects.requireNonNull(target);
            Objects.requireNonNull(timers);
            if (weight < 1) {
                throw new IllegalArgumentException(
                        "weight of " + target + " is " + weight + "; at least 1 is needed");
            }
        }
    }
}
