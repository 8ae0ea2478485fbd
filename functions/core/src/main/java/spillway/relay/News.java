package spillway.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import spillway.health.Board;
import spillway.health.BoardView;
import spillway.health.TargetHealth;
import spillway.routing.Candidate;

/** The board as one request knows it: the one it was decided on, until a fresher one comes. */
final class News {
    /** How long fresh news may lie unread while an attempt is waited for. */
    static final Duration SLICE = Duration.ofMillis(20);

    private static final Duration FOREVER = Duration.ofDays(1);

    private final BoardView view;
    private @Nullable Board fresh;
    private boolean settled;

    News(BoardView view) {
        this.view = view;
    }

    /** Has the board read, if that is due: whoever asks now waits anyway. */
    void refresh() {
        view.refresh();
    }

    /** How long to wait before looking here again. */
    Duration patience() {
        boolean isNew = listen();
        if (isNew) {
            return Duration.ZERO;
        }
        return settled ? FOREVER : SLICE;
    }

    /**
     * Why that candidate should be left for another, by what has become known since the decision;
     * null when nothing speaks against it.
     */
    @Nullable String against(Candidate candidate) {
        listen();
        // A probe is made because its target is open.
        if (fresh == null || candidate.standing() == Candidate.Standing.PROBE) {
            return null;
        }
        TargetHealth health = fresh.of(candidate.member().target().id());
        if (health.state() != TargetHealth.State.OPEN && health.disabledFor() == null) {
            return null;
        }
        return health.reason().isEmpty() ? "unavailable" : health.reason();
    }

    /** The freshest board. */
    Board board() {
        listen();
        return fresh == null ? view.known() : fresh;
    }

    /** Whether news has just come. */
    private boolean listen() {
        if (settled) {
            return false;
        }
        // Asked first: what comes between the two questions is heard by the second.
        boolean reading = view.isReading();
        fresh = view.news().orElse(null);
        settled = fresh != null || !reading;
        return fresh != null;
    }
}
