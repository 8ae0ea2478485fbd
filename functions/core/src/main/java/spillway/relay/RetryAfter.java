package spillway.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import spillway.health.Board;
import spillway.health.TargetHealth;
import spillway.routing.Candidate;

/** When it makes sense to ask again, if nobody can be asked now. */
final class RetryAfter {
    /** Where the board names no time or one just past: whoever holds the probe has it soon. */
    private static final Duration LEAST = Duration.ofSeconds(1);

    private RetryAfter() {}

    /** Until the first of them may be tried; null if only an operator can help. */
    static @Nullable Duration of(List<Candidate> candidates, Board board, Instant now) {
        return candidates.stream()
                .map(candidate -> board.of(candidate.member().target().id()))
                .map(health -> of(health, now))
                .flatMap(Optional::stream)
                .min(Duration::compareTo)
                .orElse(null);
    }

    private static Optional<Duration> of(TargetHealth health, Instant now) {
        if (health.disabledFor() != null) {
            return Optional.empty();
        }
        Duration longest =
                Stream.of(health.openUntil(), health.cooldownUntil())
                        .filter(Objects::nonNull)
                        .map(until -> Duration.between(now, until))
                        .max(Duration::compareTo)
                        .orElse(LEAST);
        return Optional.of(longest.compareTo(LEAST) < 0 ? LEAST : longest);
    }
}
