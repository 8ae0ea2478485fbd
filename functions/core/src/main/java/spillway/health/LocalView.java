package spillway.health;

import java.util.Map;

/**
 * What this process has seen itself, at one moment: a value.
 *
 * @param targets by target id; one that is missing was never tried from here
 */
public record LocalView(Map<String, Seen> targets) {
    public static final LocalView NOTHING = new LocalView(Map.of());

    public LocalView {
        targets = Map.copyOf(targets);
    }

    /** What was seen of that target. */
    public Seen of(String target) {
        return targets.getOrDefault(target, Seen.NEVER);
    }

    /**
     * What was seen of one target.
     *
     * @param firstContentMillis the peak EWMA of the time to first content; 0 when unknown
     * @param inFlight attempts running now
     * @param open whether the local breaker is open
     */
    public record Seen(double firstContentMillis, int inFlight, boolean open) {
        public static final Seen NEVER = new Seen(0, 0, false);
    }
}
