package spillway.relay;

import spillway.attempt.Target;
import spillway.health.Permit;
import spillway.routing.Candidate;

/** A candidate whose turn it is; whoever has it settles its permit. */
record Turn(Candidate candidate, Permit permit) {
    Target target() {
        return candidate.member().target();
    }
}
