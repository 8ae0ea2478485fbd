package spillway.attempt;

import java.time.Duration;

/**
 * Is told of one attempt. Called by whichever thread reads or closes the attempt, never by two at
 * once; must not block.
 */
public interface AttemptListener {
    /** The first content has come, that long after the start. At most once, before the end. */
    void firstContent(Duration afterStart);

    /** The attempt has ended. Exactly once. */
    void ended(AttemptReport report);
}
