package spillway.relay;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Target;
import spillway.health.Admission;
import spillway.health.Health;
import spillway.routing.Candidate;
import spillway.routing.Decision;
import spillway.routing.LastResort;

/**
 * The candidates that were not asked yet, in the order of the decision, but those last that have
 * since become known to be sick; and, beside them, those held back, of whom one may be asked when
 * nobody else is left. Tells of each that is passed over.
 */
final class Turns {
    private final Deque<Candidate> waiting;
    private final Deque<Candidate> putOff = new ArrayDeque<>();
    private final List<Candidate> heldBack;
    private final Health health;
    private final News news;
    private final Budget budget;
    private final Ledger ledger;
    private final Clock clock;
    private boolean wasLastResortAsked;

    Turns(Decision decision, Health health, News news, Budget budget, Ledger ledger, Clock clock) {
        this.waiting = new ArrayDeque<>(decision.toTry());
        this.heldBack = new ArrayList<>(decision.heldBack());
        this.health = health;
        this.news = news;
        this.budget = budget;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** The next who may be asked; null if nobody may, or if there is no time. */
    @Nullable Turn next() {
        Turn turn = better();
        while (turn == null && !budget.isOver() && waiting() > 0) {
            turn = admitted(putOff.isEmpty() ? waiting.remove() : putOff.remove());
        }
        return turn;
    }

    /** The next against whom nothing speaks; null if there is none. */
    @Nullable Turn better() {
        Turn turn = null;
        while (turn == null && !budget.isOver() && !waiting.stream().allMatch(this::isSick)) {
            Candidate candidate = waiting.remove();
            String reason = news.against(candidate);
            if (reason == null) {
                turn = admitted(candidate);
            } else {
                putOff.add(candidate);
                ledger.skipped(candidate.member().target(), reason);
            }
        }
        return turn;
    }

    /** The next who is ready, whoever else waits before him; null if there is none. */
    @Nullable Turn ready() {
        Turn turn = null;
        Candidate candidate = firstReady();
        while (turn == null && candidate != null && !budget.isOver()) {
            waiting.remove(candidate);
            turn = admitted(candidate);
            candidate = firstReady();
        }
        return turn;
    }

    /** Whether {@link #ready} has somebody to ask for admission. */
    boolean hasReady() {
        return firstReady() != null;
    }

    /** Somebody who was asked before once more; null if he may not be asked. */
    @Nullable Turn again(Candidate candidate) {
        return budget.isOver() ? null : admitted(candidate);
    }

    /**
     * One of those held back, by what is known of them now: for when nobody else is left. Once in a
     * request, and within the failover budget; null if none may be asked.
     */
    @Nullable Turn lastResort() {
        Turn turn = null;
        Candidate candidate = likeliest();
        while (turn == null && candidate != null) {
            heldBack.remove(candidate);
            turn = admitted(candidate.asLastResort());
            candidate = likeliest();
        }
        return turn;
    }

    private @Nullable Candidate likeliest() {
        return wasLastResortAsked || !budget.canStart()
                ? null
                : LastResort.of(heldBack, news.board(), clock.instant()).orElse(null);
    }

    /** How many wait, without those held back. */
    int waiting() {
        return waiting.size() + putOff.size();
    }

    private @Nullable Candidate firstReady() {
        return waiting.stream()
                .filter(candidate -> candidate.standing() == Candidate.Standing.READY)
                .filter(candidate -> !isSick(candidate))
                .findFirst()
                .orElse(null);
    }

    private boolean isSick(Candidate candidate) {
        return news.against(candidate) != null;
    }

    private @Nullable Turn admitted(Candidate candidate) {
        Target target = candidate.member().target();
        boolean probe = candidate.standing() == Candidate.Standing.PROBE;
        return switch (health.admit(target.id(), probe)) {
            case Admission.Granted(var permit) -> {
                if (candidate.standing() == Candidate.Standing.LAST_RESORT) {
                    wasLastResortAsked = true;
                    ledger.lastResort(candidate);
                }
                yield new Turn(candidate, permit);
            }
            case Admission.Refused(var reason) -> {
                ledger.skipped(target, reason.wireName());
                if (probe && reason != Admission.Reason.LOCAL_BREAKER) {
                    // Another has the lease: so it stands as one of which the board says that.
                    heldBack.add(candidate);
                }
                yield null;
            }
        };
    }
}
