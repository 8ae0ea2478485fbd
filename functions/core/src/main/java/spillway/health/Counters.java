package spillway.health;

/**
 * The fleet's counters of a target as one write left them.
 *
 * @param failures that count, in the breaker's window
 * @param successes in the breaker's window; lags, since they are told in lots
 * @param reporters different processes among the failures in the window
 * @param failuresInState that count and belong to attempts begun under the same version as those
 *     just told
 */
public record Counters(long failures, long successes, int reporters, long failuresInState) {}
