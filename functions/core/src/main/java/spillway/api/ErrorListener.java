package spillway.api;

/** Is told of bugs. Safe to call from many threads; must not throw. */
@FunctionalInterface
public interface ErrorListener {
    /**
     * A request met an error that nobody expected; its client has been told so.
     *
     * @param error its message may hold what the client sent: not for a log that others read
     */
    void unexpected(String requestId, RuntimeException error);
}
