package spillway.attempt;

import java.time.Duration;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.time.Deadline;

/**
 * The timer that applies to an attempt at one moment.
 *
 * @param since when it began, on the attempt's ticker
 */
record Timer(ProviderFailure.Phase phase, long since, Duration limit) {
    Deadline end() {
        return new Deadline(since + limit.toNanos());
    }

    /**
     * Whether that event is what was waited for, so that it counts even if it is taken late: the
     * reader may have been slow. Signs of life before the first content are not, or they could put
     * it off for ever.
     */
    boolean isStoppedBy(StreamEvent event) {
        return phase != ProviderFailure.Phase.FIRST_CONTENT
                || event instanceof StreamEvent.Content
                || event instanceof StreamEvent.Finish;
    }

    ProviderFailure ranOut() {
        return new ProviderFailure.TimedOut(phase, limit);
    }
}
