package spillway.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Attempt;
import spillway.attempt.Target;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.routing.Candidate;
import spillway.time.Ticker;

/**
 * An attempt that has not answered yet, and what it has shown meanwhile. For the one thread that
 * searches.
 */
final class Runner {
    /**
     * How long a sign of life counts. Less than a reader is made to wait without an answer: what a
     * provider sends at once and then falls silent is not life.
     */
    static final Duration RECENT = Duration.ofSeconds(2);

    private final Candidate candidate;
    private final Attempt attempt;
    private final Ticker ticker;
    private final long started;
    private @Nullable Usage usage;
    private boolean hasShownLife;
    private long shownAt;

    Runner(Candidate candidate, Attempt attempt, Ticker ticker) {
        this.candidate = candidate;
        this.attempt = attempt;
        this.ticker = ticker;
        this.started = ticker.nanos();
    }

    Candidate candidate() {
        return candidate;
    }

    Target target() {
        return candidate.member().target();
    }

    Attempt attempt() {
        return attempt;
    }

    /** Since it was started. */
    Duration elapsed() {
        return Duration.ofNanos(ticker.nanos() - started);
    }

    /** What it has said of its cost. */
    @Nullable Usage usage() {
        return usage;
    }

    /** Keeps what an event shows, if that is not the answer itself. */
    void note(StreamEvent event) {
        switch (event) {
            case StreamEvent.UsageReport(var soFar) -> {
                usage = soFar;
                showsLife();
            }
            case StreamEvent.Alive _ -> showsLife();
            // Headers alone are sent by hosts that never get to a word.
            case StreamEvent.Opened _, StreamEvent.Content _, StreamEvent.Finish _ -> {}
        }
    }

    /** Whether it was seen to work just now. */
    boolean isAlive() {
        return hasShownLife && ticker.nanos() - shownAt <= RECENT.toNanos();
    }

    private void showsLife() {
        hasShownLife = true;
        shownAt = ticker.nanos();
    }
}
