package spillway.health;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import spillway.health.TargetHealth.State;

/**
 * This process's own breaker of one target. It learns from every attempt, so that it knows
 * something on the day the table is gone; until then nobody obeys it.
 *
 * <p>A permission that was given ends by exactly one of the three methods; an attempt that was let
 * through without one tells nothing.
 */
final class LocalBreaker {
    private static final int WINDOW = 10;
    private static final int MINIMUM = 3;
    private static final float FAILURE_PERCENT = 50;
    private static final Duration OPEN = Duration.ofSeconds(5);

    private final CircuitBreaker breaker;
    private final Clock clock;
    private volatile Instant openUntil = Instant.MIN;
    private volatile boolean isTrying;

    LocalBreaker(String target, Clock clock, BiConsumer<State, State> onChange) {
        this.clock = clock;
        this.breaker =
                CircuitBreaker.of(
                        target,
                        CircuitBreakerConfig.custom()
                                .slidingWindow(WINDOW, MINIMUM, SlidingWindowType.COUNT_BASED)
                                .failureRateThreshold(FAILURE_PERCENT)
                                .waitDurationInOpenState(OPEN)
                                .permittedNumberOfCallsInHalfOpenState(1)
                                .clock(clock)
                                .build());
        breaker.getEventPublisher()
                .onStateTransition(
                        event -> {
                            CircuitBreaker.State to = event.getStateTransition().getToState();
                            openUntil =
                                    to == CircuitBreaker.State.OPEN
                                            ? clock.instant().plus(OPEN)
                                            : Instant.MIN;
                            isTrying = false;
                            onChange.accept(
                                    state(event.getStateTransition().getFromState()), state(to));
                        });
    }

    /** Whether it lets nobody through: no trial is due, or one runs. */
    boolean isOpen() {
        return isTrying || clock.instant().isBefore(openUntil);
    }

    boolean tryAcquire() {
        boolean isAcquired = breaker.tryAcquirePermission();
        if (isAcquired && breaker.getState() == CircuitBreaker.State.HALF_OPEN) {
            isTrying = true;
        }
        return isAcquired;
    }

    void succeeded() {
        // Without a duration: streams are long, and a long answer is no slow one.
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    void failed() {
        breaker.onError(0, TimeUnit.NANOSECONDS, new AttemptFailed());
    }

    void release() {
        isTrying = false;
        breaker.releasePermission();
    }

    private static State state(CircuitBreaker.State state) {
        return switch (state) {
            case OPEN, FORCED_OPEN -> State.OPEN;
            case HALF_OPEN -> State.RAMP;
            case CLOSED, DISABLED, METRICS_ONLY -> State.CLOSED;
        };
    }

    /** The breaker wants a throwable; all it looks at is that there is one. */
    private static final class AttemptFailed extends Exception {
        AttemptFailed() {
            super("the attempt failed", null, false, false);
        }
    }
}
