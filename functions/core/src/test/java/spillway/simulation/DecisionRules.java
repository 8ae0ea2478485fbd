package spillway.simulation;

import java.util.HashSet;
import java.util.Set;
import spillway.health.TargetHealth;
import spillway.health.TargetHealth.State;
import spillway.routing.Candidate;
import spillway.routing.Decision;
import spillway.routing.Route;
import spillway.routing.RoutingStrategy;

/** What must be true of every decision. */
final class DecisionRules {
    private final Schedule schedule;
    private final Referee referee;

    DecisionRules(Schedule schedule, Referee referee) {
        this.schedule = schedule;
        this.referee = referee;
    }

    /** A strategy has come to that. */
    void decided(Decision decision, RoutingStrategy strategy) {
        Decision again =
                strategy.decide(
                        decision.route(),
                        decision.board(),
                        decision.local(),
                        decision.at(),
                        decision.seed());
        referee.require(
                again.equals(decision), "a decision can be replayed", decision.candidates());
        Set<Route.Member> members = new HashSet<>();
        int probes = 0;
        for (Candidate candidate : decision.candidates()) {
            members.add(candidate.member());
            probes += candidate.standing() == Candidate.Standing.PROBE ? 1 : 0;
            TargetHealth known = decision.board().of(candidate.member().target().id());
            referee.require(
                    candidate.standing() != Candidate.Standing.READY
                            || (known.state() != State.OPEN
                                    && (known.cooldownUntil() == null
                                            || !known.cooldownUntil().isAfter(decision.at()))),
                    "nobody is sent where it is known to fail",
                    candidate.member().target(),
                    known);
        }
        referee.require(probes <= 1, "one probe at most in a decision", decision.candidates());
        referee.require(
                decision.candidates().size() == members.size()
                        && members.size() == schedule.targets().size(),
                "every target has one place in a decision",
                decision.candidates());
    }
}
