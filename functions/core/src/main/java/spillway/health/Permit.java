package spillway.health;

import java.time.Duration;
import spillway.attempt.AttemptOutcome;

/** The permission for one attempt. Whoever got it settles it exactly once, on every path. */
public interface Permit {
    /**
     * The first content has come, that long after the attempt's start. At most once, before {@link
     * #settle}.
     */
    void firstContent(Duration afterStart);

    /**
     * The attempt has ended. Starts whatever must be told to the table and returns at once.
     *
     * @throws IllegalStateException at a second call
     */
    void settle(AttemptOutcome outcome);
}
