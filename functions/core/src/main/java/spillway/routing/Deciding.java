package spillway.routing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import spillway.health.Board;
import spillway.health.BreakerSettings;
import spillway.health.LocalView;
import spillway.health.TargetHealth;
import spillway.routing.Candidate.Standing;

/**
 * The rules that every strategy keeps.
 *
 * <p>A decision lists, in this order: for each group its probe, if there is one, and its ready
 * targets as the strategy orders them; then the targets in the ramp that were not drawn; then those
 * held back. Not more than one target is probed, and, unless it is probed to see whether a refused
 * account works again, only when another is ready. When nobody is ready or probed, one of those
 * held back is the {@link LastResort}, but none that this process's own breaker holds back, since
 * it would not be admitted. Where others are listed and all of them fail, the relay finds the last
 * resort by the same rule, on what is known by then.
 */
final class Deciding {
    private final Map<String, BreakerSettings> breakers;
    private final GroupOrder order;

    Deciding(Map<String, BreakerSettings> breakers, GroupOrder order) {
        this.breakers = Map.copyOf(breakers);
        this.order = order;
    }

    Decision decide(Route route, Board board, LocalView local, Instant now, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Standings standings = new Standings(breakers, board, local, now, random);
        List<Standee> ready = new ArrayList<>();
        List<Standee> deferred = new ArrayList<>();
        List<Standee> out = new ArrayList<>();
        for (int group = 0; group < route.groups().size(); group++) {
            for (Route.Member member : route.groups().get(group).members()) {
                Standings.Verdict verdict = standings.of(member.target().id());
                switch (verdict.standing()) {
                    case READY -> ready.add(new Standee(member, group, verdict));
                    case DEFERRED -> deferred.add(new Standee(member, group, verdict));
                    case DUE, HELD_BACK, FAILING_HERE ->
                            out.add(new Standee(member, group, verdict));
                }
            }
        }
        boolean isAnyUsable = !ready.isEmpty() || !deferred.isEmpty();
        Standee probed = probed(out, board, isAnyUsable);
        List<Candidate> candidates = new ArrayList<>();
        for (int group = 0; group < route.groups().size(); group++) {
            if (probed != null && probed.group == group) {
                candidates.add(probed.as(Standing.PROBE));
            }
            candidates.addAll(ordered(ready, group, local, random));
        }
        deferred.forEach(standee -> candidates.add(standee.as(Standing.READY)));
        List<Candidate> heldBack = new ArrayList<>();
        out.forEach(standee -> heldBack.add(standee.as(Standing.HELD_BACK)));
        if (candidates.isEmpty()) {
            lastResort(heldBack, board, local, now)
                    .ifPresent(
                            last -> {
                                heldBack.remove(last);
                                candidates.add(last.asLastResort());
                            });
        }
        candidates.addAll(heldBack);
        return new Decision(route, now, board, local, seed, candidates);
    }

    /** Takes out the first that is due, if somebody is ready as well. */
    private static @Nullable Standee probed(List<Standee> out, Board board, boolean isAnyUsable) {
        for (Standee standee : out) {
            boolean isRefused = standee.in(board).disabledFor() != null;
            if (standee.verdict.standing() == Standings.Standing.DUE
                    && (isAnyUsable || isRefused)) {
                out.remove(standee);
                return standee;
            }
        }
        return null;
    }

    private List<Candidate> ordered(
            List<Standee> ready, int group, LocalView local, SplittableRandom random) {
        List<Standee> here = new ArrayList<>();
        List<Route.Member> members = new ArrayList<>();
        for (Standee standee : ready) {
            if (standee.group == group) {
                here.add(standee);
                members.add(standee.member);
            }
        }
        List<Candidate> ordered = new ArrayList<>();
        if (!here.isEmpty()) {
            for (GroupOrder.Scored scored : order.order(members, local, random)) {
                ordered.add(here.get(scored.index()).ready(scored));
            }
        }
        return ordered;
    }

    private static Optional<Candidate> lastResort(
            List<Candidate> heldBack, Board board, LocalView local, Instant now) {
        return LastResort.of(
                heldBack.stream()
                        .filter(candidate -> !local.of(candidate.member().target().id()).open())
                        .toList(),
                board,
                now);
    }

    /** A member of the route and how it stands. */
    private record Standee(Route.Member member, int group, Standings.Verdict verdict) {
        TargetHealth in(Board board) {
            return board.of(member.target().id());
        }

        Candidate ready(GroupOrder.Scored scored) {
            String why = verdict.reason() + ", " + scored.why();
            return new Candidate(member, group, Standing.READY, scored.score(), why);
        }

        /** The score is no strategy's: the number of the group. */
        Candidate as(Standing standing) {
            return new Candidate(member, group, standing, group, verdict.reason());
        }
    }
}
