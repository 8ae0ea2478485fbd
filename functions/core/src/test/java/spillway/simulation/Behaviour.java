package spillway.simulation;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import spillway.attempt.AttemptOutcome;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;

/**
 * How a provider treats one target, phase by phase; healthy before the first and after the last.
 */
record Behaviour(List<Phase> phases) {
    private static final List<ProviderFailure> SICK =
            List.of(
                    new ProviderFailure.Unreachable("refused"),
                    new ProviderFailure.Unavailable(503, ""),
                    new ProviderFailure.Unavailable(529, "overloaded_error"),
                    new ProviderFailure.ErrorEvent("server_error"),
                    new ProviderFailure.CutOff("clean_end"),
                    new ProviderFailure.Malformed("json"),
                    new ProviderFailure.Empty());
    private static final List<ProviderFailure> REFUSING =
            List.of(
                    new ProviderFailure.AccountRefused(401, "invalid_api_key"),
                    new ProviderFailure.KeyMissing());

    Behaviour {
        phases = List.copyOf(phases);
    }

    /** What may be wrong. */
    enum Mood {
        HEALTHY,
        /** Fails before its first content, in every way there is. */
        FAILING,
        /** Breaks off in the middle of its answers. */
        BREAKING_OFF,
        /** Says nothing until somebody's patience ends. */
        HANGING,
        /** Half of its answers take longer than they may. */
        SLOW,
        /** Well for two seconds, sick for two seconds. */
        FLAPPING,
        RATE_LIMITED,
        ACCOUNT_REFUSED,
        /** The requests are at fault. */
        REJECTING;

        /** Whether nothing of it may count against the target. */
        boolean isInnocent() {
            return this == HEALTHY || this == RATE_LIMITED || this == REJECTING;
        }
    }

    record Phase(Duration from, Duration to, Mood mood) {}

    /**
     * How one attempt goes.
     *
     * @param content when its first content comes; negative when none does
     * @param end when it ends
     */
    record Attempt(Duration content, Duration end, AttemptOutcome outcome) {
        private static final Duration NEVER = Duration.ofMillis(-1);

        static Attempt answer(SplittableRandom random) {
            // Soon enough for the least patience that an attempt can meet with.
            Duration content = Duration.ofMillis(random.nextInt(20, 180));
            return new Attempt(
                    content,
                    content.plusMillis(random.nextInt(10, 3000)),
                    new AttemptOutcome.Answered(FinishReason.STOP));
        }

        static Attempt failure(ProviderFailure failure, Duration end) {
            return new Attempt(NEVER, end, new AttemptOutcome.Failed(failure, false));
        }

        boolean hasContent() {
            return !content.isNegative();
        }
    }

    boolean isAlwaysHealthy() {
        return phases.stream().allMatch(phase -> phase.mood == Mood.HEALTHY);
    }

    /** Whether it fails from the first to the last. */
    boolean isAlwaysFailing() {
        return phases.stream()
                .anyMatch(
                        phase ->
                                phase.mood == Mood.FAILING
                                        && phase.from.isZero()
                                        && phase.to.equals(Schedule.FOR_EVER));
    }

    boolean isAlwaysInnocent() {
        return phases.stream().allMatch(phase -> phase.mood.isInnocent());
    }

    private Mood at(Duration elapsed) {
        for (Phase phase : phases) {
            if (elapsed.compareTo(phase.from) >= 0 && elapsed.compareTo(phase.to) < 0) {
                return phase.mood;
            }
        }
        return Mood.HEALTHY;
    }

    /**
     * How an attempt goes that begins now.
     *
     * @param patience for its first content
     */
    Attempt attempt(Duration elapsed, Duration patience, SplittableRandom random) {
        Duration soon = Duration.ofMillis(random.nextInt(1, 150));
        Attempt late =
                Attempt.failure(
                        new ProviderFailure.TimedOut(ProviderFailure.Phase.FIRST_CONTENT, patience),
                        patience);
        return switch (at(elapsed)) {
            case HEALTHY -> Attempt.answer(random);
            case FAILING -> Attempt.failure(any(SICK, random), soon);
            case BREAKING_OFF ->
                    new Attempt(
                            soon,
                            soon.plusMillis(random.nextInt(2000)),
                            new AttemptOutcome.Failed(new ProviderFailure.CutOff("reset"), true));
            case HANGING -> late;
            case SLOW -> random.nextBoolean() ? late : Attempt.answer(random);
            case FLAPPING ->
                    elapsed.toSeconds() / 2 % 2 == 0
                            ? Attempt.answer(random)
                            : Attempt.failure(any(SICK, random), soon);
            case RATE_LIMITED ->
                    Attempt.failure(
                            new ProviderFailure.RateLimited(
                                    random.nextBoolean()
                                            ? Duration.ofMillis(random.nextInt(90_000))
                                            : null,
                                    ""),
                            soon);
            case ACCOUNT_REFUSED -> Attempt.failure(any(REFUSING, random), soon);
            case REJECTING ->
                    Attempt.failure(new ProviderFailure.Rejected(400, "bad_request"), soon);
        };
    }

    private static ProviderFailure any(List<ProviderFailure> failures, SplittableRandom random) {
        return failures.get(random.nextInt(failures.size()));
    }
}
