package spillway.local.http;

/** A request that is not served, and why. The connection cannot be used further. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    final int status;

    /**
     * @param detail for the client: what was wrong, and what would be right
     */
    Refusal(int status, String detail) {
        super(detail, null, false, false);
        this.status = status;
    }

    /** The answer that says so. */
    byte[] problem() {
        return ProblemBody.of(status, String.valueOf(getMessage()));
    }
}
