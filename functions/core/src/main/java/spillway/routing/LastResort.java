package spillway.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import spillway.health.Board;
import spillway.health.TargetHealth;

/**
 * The one of those held back that is worth a try when nobody better is left: for a decision that
 * has nobody else, and for a request that has lost all that its decision had. Pure.
 *
 * <p>It is the one that is free soonest, so one that is well comes before all that are open. Never
 * one whose account is refused, nor one whose rate limit goes on for more than a second.
 */
public final class LastResort {
    /** So near its end a cooldown is not worth refusing a request for. */
    private static final Duration NEARLY_COOL = Duration.ofSeconds(1);

    private LastResort() {}

    /**
     * That one, as it stands there; empty if none may be tried.
     *
     * @param heldBack of those that are alike the first is taken
     */
    public static Optional<Candidate> of(Collection<Candidate> heldBack, Board board, Instant now) {
        return heldBack.stream()
                .filter(candidate -> isPossible(health(candidate, board), now))
                .min(Comparator.comparing(candidate -> freeAt(health(candidate, board), now)));
    }

    private static TargetHealth health(Candidate candidate, Board board) {
        return board.of(candidate.member().target().id());
    }

    private static boolean isPossible(TargetHealth health, Instant now) {
        Instant cooldown = health.cooldownUntil();
        return health.disabledFor() == null
                && (cooldown == null || !cooldown.isAfter(now.plus(NEARLY_COOL)));
    }

    /** A cooldown that is over is nothing; an opening that is over waits for somebody to try. */
    private static Instant freeAt(TargetHealth health, Instant now) {
        Instant open = health.openUntil();
        Instant cooldown = health.cooldownUntil();
        Instant first = open == null ? Instant.MIN : open;
        return cooldown != null && cooldown.isAfter(now) && cooldown.isAfter(first)
                ? cooldown
                : first;
    }
}
