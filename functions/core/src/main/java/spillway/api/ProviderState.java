package spillway.api;

import static java.util.Comparator.naturalOrder;

import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import spillway.health.TargetHealth;

/**
 * One line of truth about a provider or a target.
 *
 * @param since when it came to this; null if it was never anything else
 * @param why in words; empty when it is well
 */
record ProviderState(State state, @Nullable Instant since, String why) {
    private static final Comparator<ProviderState> BY_STATE =
            Comparator.comparing(ProviderState::state);

    /** How a provider or a target is, best first. */
    enum State {
        /** Serves. */
        OK,
        /** Serves less than it could: comes back, is held to a rate, or is down in part. */
        DEGRADED,
        /** Does not serve, but will be tried again. */
        DOWN,
        /** Does not serve until an operator has acted. */
        DISABLED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of one target. */
    static ProviderState of(TargetHealth health, Instant now) {
        Instant since = health.since().equals(Instant.EPOCH) ? null : health.since();
        if (health.disabledFor() != null) {
            return new ProviderState(State.DISABLED, since, health.disabledFor());
        }
        return switch (health.state()) {
            case OPEN -> new ProviderState(State.DOWN, since, health.reason());
            case RAMP ->
                    new ProviderState(
                            State.DEGRADED, since, "coming back after " + health.reason());
            case CLOSED ->
                    health.cooldownUntil() != null && health.cooldownUntil().isAfter(now)
                            ? new ProviderState(
                                    State.DEGRADED,
                                    since,
                                    "rate limited until " + health.cooldownUntil())
                            : new ProviderState(State.OK, since, "");
        };
    }

    /** Of a provider with these targets, at least one. */
    static ProviderState of(List<TargetHealth> targets, Instant now) {
        List<ProviderState> states = targets.stream().map(target -> of(target, now)).toList();
        State best = Collections.min(states, BY_STATE).state;
        State worst = Collections.max(states, BY_STATE).state;
        boolean mixed = best == State.OK && worst != State.OK;
        Stream<Instant> times =
                states.stream()
                        .filter(state -> !mixed || state.state != State.OK)
                        .map(ProviderState::since)
                        .filter(Objects::nonNull);
        return new ProviderState(
                mixed ? State.DEGRADED : best,
                // In part since the first of them left; as a whole since the last followed.
                (mixed ? times.min(naturalOrder()) : times.max(naturalOrder())).orElse(null),
                why(targets, states));
    }

    private static String why(List<TargetHealth> targets, List<ProviderState> states) {
        return IntStream.range(0, states.size())
                .filter(i -> states.get(i).state != State.OK)
                .mapToObj(i -> targets.get(i).target() + ": " + states.get(i).why)
                .collect(Collectors.joining("; "));
    }
}
