package spillway.routing;

import java.util.Locale;
import java.util.Objects;

/**
 * A target's place in a decision, and why it stands there.
 *
 * @param group the number of its group, from 0
 * @param score what the strategy ordered by; lower is better; what it means is the strategy's
 * @param reason in words, from values only
 */
public record Candidate(
        Route.Member member, int group, Standing standing, double score, String reason) {
    public Candidate {
        Objects.requireNonNull(member);
        Objects.requireNonNull(standing);
        Objects.requireNonNull(reason);
    }

    /** The same, to be tried for want of a better one. */
    public Candidate asLastResort() {
        return new Candidate(
                member, group, Standing.LAST_RESORT, score, reason + ", but nobody is better");
    }

    /** What a candidate may be used for. */
    public enum Standing {
        /** Well: try it. */
        READY,
        /** Open, and due for a probe: try it if the lease can be had. */
        PROBE,
        /** Not well, but nobody is: better than an answer without a try. */
        LAST_RESORT,
        /** Not to be tried while any other is left. */
        HELD_BACK;

        /** The name on our own wire. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
