package spillway.relay;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Target;

/**
 * From whom to whom a search goes, as its reader is told: who is being asked, and each change of
 * that. For the one thread that searches.
 */
final class Way {
    /** Why a target is left that had no fault but that another was faster. */
    static final String SLOWER = "slower";

    private final Ledger ledger;
    private final List<AnswerEvent.Switch> untold = new ArrayList<>();
    private @Nullable Target at;
    private @Nullable String leftFor;
    private long delivered;

    Way(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Who is being asked, or was last. */
    @Nullable Target at() {
        return at;
    }

    /** That target answers no more, or never did; says nothing if it is not the one being asked. */
    void left(Target target, String reason) {
        if (target.equals(at)) {
            leftFor = reason;
        }
    }

    /** From now on so many characters of text have been delivered. */
    void delivered(long characters) {
        delivered = characters;
    }

    /** That target is asked. Beside the one being asked, unless that one was left. */
    void asks(Target target) {
        if (at == null || leftFor != null) {
            goTo(target, leftFor);
        }
    }

    /** That target answers, whoever else was asked. */
    void arrived(Target target) {
        goTo(target, leftFor == null ? SLOWER : leftFor);
    }

    /** What has not been taken yet. */
    List<AnswerEvent.Switch> take() {
        List<AnswerEvent.Switch> taken = List.copyOf(untold);
        untold.clear();
        return taken;
    }

    private void goTo(Target target, @Nullable String reason) {
        if (at != null && reason != null && !target.equals(at)) {
            var change = new AnswerEvent.Switch(at, target, reason, delivered);
            untold.add(change);
            ledger.switched(change);
        }
        at = target;
        leftFor = null;
    }
}
