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
 * @param since when it came to this; null if it was never anything else, and when it is not known:
 *     of a rate limit the board tells until when, not since when
 * @param why in words; empty when it is well
 */
record ProviderState(State state, @Nullable Instant since, String why) {
    private static final Comparator<ProviderState> BY_STATE =
            Comparator.comparing(ProviderState::state);

    /** How a provider or a target is, best first. */
    enum State {
        /** Serves. */
        OK,
        /** Serves less than it could: comes back, or is down in part. */
        DEGRADED,
        /** Does not serve, since it fails or a rate limit asks us to wait; will be tried again. */
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
        Instant limitedUntil = health.cooldownUntil();
        boolean isLimited = limitedUntil != null && limitedUntil.isAfter(now);
        if (isLimited && health.state() != TargetHealth.State.OPEN) {
            return new ProviderState(State.DOWN, null, "rate limited until " + limitedUntil);
        }
        return switch (health.state()) {
            case OPEN -> new ProviderState(State.DOWN, since, health.reason());
            case RAMP ->
                    new ProviderState(
                            State.DEGRADED, since, "coming back after " + health.reason());
            case CLOSED -> new ProviderState(State.OK, later(since, limitedUntil), "");
        };
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return Stream.of(one, other).filter(Objects::nonNull).max(naturalOrder()).orElse(null);
    }

    /** Of a provider with these targets, at least one. */
    static ProviderState of(List<TargetHealth> targets, Instant now) {
        List<ProviderState> states = targets.stream().map(target -> of(target, now)).toList();
        State best = Collections.min(states, BY_STATE).state;
        State worst = Collections.max(states, BY_STATE).state;
        boolean mixed = best == State.OK && worst != State.OK;
        List<ProviderState> telling =
                states.stream().filter(state -> !mixed || state.state != State.OK).toList();
        return new ProviderState(
                mixed ? State.DEGRADED : best, since(telling, mixed), why(targets, states));
    }

    /** In part since the first of them left; as a whole since the last followed. */
    private static @Nullable Instant since(List<ProviderState> states, boolean mixed) {
        if (states.stream().anyMatch(state -> state.state != State.OK && state.since == null)) {
            return null;
        }
        Stream<Instant> times = states.stream().map(ProviderState::since).filter(Objects::nonNull);
        return (mixed ? times.min(naturalOrder()) : times.max(naturalOrder())).orElse(null);
    }

    private static String why(List<TargetHealth> targets, List<ProviderState> states) {
        return IntStream.range(0, states.size())
                .filter(i -> states.get(i).state != State.OK)
                .mapToObj(i -> targets.get(i).target() + ": " + states.get(i).why)
                .collect(Collectors.joining("; "));
    }
}
