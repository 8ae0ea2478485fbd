package spillway.health;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The health of all targets at one moment: a value, so that a decision made on it can be replayed.
 *
 * @param targets by target id; one that is missing is well
 * @param readAt when it was read
 */
public record Board(Map<String, TargetHealth> targets, Instant readAt, Source source) {
    public Board {
        targets = Map.copyOf(targets);
        Objects.requireNonNull(readAt);
        Objects.requireNonNull(source);
    }

    /** The health of that target. */
    public TargetHealth of(String target) {
        TargetHealth known = targets.get(target);
        return known == null ? TargetHealth.well(target) : known;
    }

    /** Where a board comes from. */
    public enum Source {
        /** The table, now. */
        SHARED,
        /** The table, a while ago: it cannot be reached. */
        STALE,
        /** This process alone: the table cannot be reached and its last answer is too old. */
        LOCAL;

        /** The name on our own wire. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
