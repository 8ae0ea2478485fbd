package spillway.api;

/** What a client is told of a bug: nothing but that it happened. */
final class InternalProblem {
    private InternalProblem() {}

    static Problem of(String requestId) {
        return Problem.of(
                ProblemType.INTERNAL_ERROR,
                500,
                "The gateway met an error that it did not expect; the request id names it in the logs.",
                requestId);
    }
}
