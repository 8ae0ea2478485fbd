package spillway.simulation;

import java.time.Duration;
import java.time.Instant;
import spillway.health.BreakerSettings;
import spillway.health.TargetHealth;
import spillway.health.TargetHealth.State;

/** Which states may follow each other, by the documents and not by the code. */
final class Edge {
    private static final BreakerSettings RULE = BreakerSettings.DEFAULT;

    private Edge() {}

    /** Whether that change, written now, is one. */
    static boolean isOne(TargetHealth before, TargetHealth after, Instant now) {
        Duration since = Duration.between(before.since(), now);
        return switch (before.state()) {
            case CLOSED -> after.state() == State.OPEN && isOpenForLong(before, after, now);
            case OPEN ->
                    after.state() == State.RAMP
                            || (after.state() == State.OPEN && isOpenForLong(before, after, now));
            case RAMP ->
                    after.state() == State.OPEN
                            ? isOpenForLong(before, after, now)
                            : after.state() == State.CLOSED
                                    && since.compareTo(RULE.ramp()) >= 0
                                    && after.backoff() == 0;
        };
    }

    /** Twice as long each time, give or take a fifth, and never longer than the longest. */
    private static boolean isOpenForLong(TargetHealth before, TargetHealth after, Instant now) {
        if (after.disabledFor() != null && after.backoff() == before.backoff()) {
            return true;
        }
        Duration span = Duration.between(after.since(), after.openUntil());
        double doubled = RULE.open().toMillis() * Math.pow(2, before.backoff());
        double expected = Math.min(doubled, (double) RULE.openMax().toMillis());
        // One that was open has been so for longer than this time.
        return after.backoff() == before.backoff() + 1
                && span.toMillis() >= Math.floor(0.8 * expected)
                && (before.state() == State.OPEN || span.compareTo(RULE.openMax()) <= 0)
                && !after.openUntil().isAfter(now.plus(RULE.openMax()));
    }
}
