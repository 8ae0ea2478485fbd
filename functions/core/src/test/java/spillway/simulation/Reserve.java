package spillway.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import spillway.health.Board;
import spillway.health.BoardView;
import spillway.health.TargetHealth;
import spillway.routing.Candidate;

/** Those that one request may ask when nobody else is left, and what must be true of that. */
final class Reserve {
    /** By the documents and not by the code. */
    private static final Duration NEARLY_COOL = Duration.ofSeconds(1);

    private final List<Candidate> heldBack;
    private final BoardView view;
    private final Parts.LastResortRule rule;
    private final VirtualTime time;
    private final Referee referee;
    private boolean wasAsked;

    Reserve(
            List<Candidate> heldBack,
            BoardView view,
            Parts.LastResortRule rule,
            VirtualTime time,
            Referee referee) {
        this.heldBack = new ArrayList<>(heldBack);
        this.view = view;
        this.rule = rule;
        this.time = time;
        this.referee = referee;
    }

    /** Takes out the one that is to be asked next; null if none is. */
    @Nullable Candidate next() {
        if (wasAsked) {
            return null;
        }
        Candidate next = rule.of(heldBack, newest(), time.instant()).orElse(null);
        if (next == null) {
            return null;
        }
        heldBack.remove(next);
        return next.asLastResort();
    }

    /** That one was not admitted. */
    void refused(Candidate candidate) {
        if (candidate.standing() == Candidate.Standing.PROBE) {
            heldBack.add(candidate);
        }
    }

    /** That one is asked. */
    void asked(Candidate candidate) {
        boolean isLast = candidate.standing() == Candidate.Standing.LAST_RESORT;
        referee.require(!isLast || !wasAsked, "one last resort in a request", candidate);
        wasAsked |= isLast;
    }

    /** The reader gets no answer, and there was time left. */
    void gaveUp() {
        for (Candidate candidate : heldBack) {
            TargetHealth known = newest().of(candidate.member().target().id());
            referee.require(
                    wasAsked || !isPossible(known),
                    "nobody gives up while one held back may be asked",
                    candidate,
                    known);
        }
    }

    private boolean isPossible(TargetHealth known) {
        Instant cooldown = known.cooldownUntil();
        return known.disabledFor() == null
                && (cooldown == null
                        || Duration.between(time.instant(), cooldown).compareTo(NEARLY_COOL) <= 0);
    }

    private Board newest() {
        return view.news().orElse(view.known());
    }
}
