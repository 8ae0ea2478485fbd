package spillway.api;

import java.util.Objects;

/** A request cannot be served, and this is what its client is told. */
public final class ProblemException extends Exception {
    private final transient Problem problem;

    public ProblemException(Problem problem) {
        // An expected answer, not a bug: nobody reads where it was made.
        super(Objects.requireNonNull(problem).type().uri(), null, false, false);
        this.problem = problem;
    }

    /** What the client is told. */
    public Problem problem() {
        return problem;
    }
}
