package spillway.routing;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import spillway.health.Board;
import spillway.health.LocalView;

/**
 * Where a request goes and why: a value that can be logged, explained and replayed, since it holds
 * all it was made from.
 *
 * @param candidates every target of the route, in the order to try; those held back come last
 * @param seed the randomness that was drawn
 */
public record Decision(
        Route route,
        Instant at,
        Board board,
        LocalView local,
        long seed,
        List<Candidate> candidates) {
    public Decision {
        Objects.requireNonNull(route);
        Objects.requireNonNull(at);
        Objects.requireNonNull(board);
        Objects.requireNonNull(local);
        candidates = List.copyOf(candidates);
    }

    /** The candidates that may be tried, in order. */
    public List<Candidate> toTry() {
        return candidates.stream()
                .filter(candidate -> candidate.standing() != Candidate.Standing.HELD_BACK)
                .toList();
    }

    /** The candidates that are not to be tried while any other is left. */
    public List<Candidate> heldBack() {
        return candidates.stream()
                .filter(candidate -> candidate.standing() == Candidate.Standing.HELD_BACK)
                .toList();
    }
}
