package spillway.routing;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
 * @param contract what a reader of its answers can count on
 */
public record Route(
        String name,
        List<Group> groups,
        String strategy,
        Duration failoverBudget,
        Tries tries,
        Contract contract) {
    public static final Duration DEFAULT_FAILOVER_BUDGET = Duration.ofSeconds(4);

    public Route {
        Objects.requireNonNull(name);
        Objects.requireNonNull(strategy);
        Objects.requireNonNull(contract);
        Objects.requireNonNull(tries);
        groups = List.copyOf(groups);
        if (groups.isEmpty()) {
            throw new IllegalArgumentException(
                    "route " + name + " has no group; at least one is needed");
        }
    }

    /** A route with the usual {@link Tries} and {@link Contract}. */
    public Route(String name, List<Group> groups, String strategy, Duration failoverBudget) {
        this(name, groups, strategy, failoverBudget, Tries.DEFAULT, Contract.DEFAULT);
    }

    /** The member with that target; empty if there is none. */
    public Optional<Member> member(Target target) {
        return groups.stream()
                .flatMap(group -> group.members().stream())
                .filter(member -> member.target().equals(target))
                .findFirst();
    }

    /**
     * What a reader can count on.
     *
     * @param hold from the request's start, how long an answer is held back without content; from
     *     then on it is begun as soon as the target being asked shows that it works
     * @param onBreak what becomes of an answer that breaks, if its reader does not say
     */
    public record Contract(Duration hold, OnBreak onBreak) {
        /**
         * The failover budget and no more: whoever was silent has been left by then, and a reader
         * still hears of us within five seconds.
         */
        public static final Duration DEFAULT_HOLD = DEFAULT_FAILOVER_BUDGET;

        public static final Contract DEFAULT = new Contract(DEFAULT_HOLD, OnBreak.CONTINUE);

        public Contract {
            Objects.requireNonNull(hold);
            Objects.requireNonNull(onBreak);
        }
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
     * @param prefill whether it goes on from a beginning that is put into its mouth; null if its
     *     provider shall be asked
     */
    public record Member(Target target, int weight, Timers timers, @Nullable Boolean prefill) {
        public Member {
            Objects.requireNonNull(target);
            Objects.requireNonNull(timers);
            if (weight < 1) {
                throw new IllegalArgumentException(
                        "weight of " + target + " is " + weight + "; at least 1 is needed");
            }
        }

        /** A member whose provider knows whether it takes a beginning. */
        public Member(Target target, int weight, Timers timers) {
            this(target, weight, timers, null);
        }
    }
}
