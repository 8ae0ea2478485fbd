package spillway.api;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.chat.ProviderFailure;
import spillway.json.Words;
import spillway.relay.AnswerFailure;

/** What a client is told of a failed answer: the one place where failures become statuses. */
final class FailureProblems {
    private FailureProblems() {}

    static Problem of(AnswerFailure failure, String requestId) {
        return switch (failure) {
            case AnswerFailure.UnknownModel(var asked) ->
                    Problem.of(
                            ProblemType.UNKNOWN_MODEL,
                            404,
                            Words.quote(asked)
                                    + " is neither a route nor a provider/model of this gateway.",
                            requestId);
            case AnswerFailure.RequestRejected(var attempts) ->
                    tried(
                            ProblemType.REQUEST_REJECTED,
                            rejectedStatus(attempts),
                            attempts.size() > 1
                                    ? "Every provider that was asked found fault with the request itself."
                                    : "The provider found fault with the request itself, so no other was asked for it.",
                            requestId,
                            attempts,
                            null,
                            null);
            case AnswerFailure.AllFailed(var attempts) ->
                    tried(
                            ProblemType.ALL_FAILED,
                            allFailedStatus(attempts),
                            "Every target that could be tried failed before its first content.",
                            requestId,
                            attempts,
                            soonest(attempts),
                            false);
            case AnswerFailure.NoneAvailable(var retryAfter) ->
                    tried(
                            ProblemType.NONE_AVAILABLE,
                            503,
                            retryAfter == null
                                    ? "No target may be tried: its provider refuses our account. It is asked again from time to time, to see whether an operator has acted."
                                    : "No target may be tried now: each is held back after failures or by a rate limit.",
                            requestId,
                            List.of(),
                            retryAfter,
                            retryAfter != null);
            case AnswerFailure.BrokenOff(var attempts, var why) ->
                    tried(
                            ProblemType.BROKEN_OFF,
                            502,
                            "The answer broke off after it had begun: what was delivered is not whole."
                                    + reasonOf(why),
                            requestId,
                            attempts,
                            null,
                            null);
            case AnswerFailure.OutOfTime(var attempts) ->
                    tried(
                            ProblemType.OUT_OF_TIME,
                            504,
                            "The time that the platform gives a request ran out.",
                            requestId,
                            attempts,
                            null,
                            false);
        };
    }

    /** A sentence to add. */
    private static String reasonOf(AnswerFailure.Halt why) {
        return switch (why) {
            case AGREED -> "";
            case REJECTED -> " The provider found fault with the request itself.";
            case NOT_TEXT ->
                    " It was in a tool call, a document with a form, a refusal or a thought, where no other target can go on.";
            case TOO_LONG -> " It is too long for another target to go on.";
            case REPETITIVE ->
                    " Its last words are repeated so often that another target could not go on from a certain point.";
            case NOBODY_LEFT -> " No other target was left that answered.";
            case APART -> " Another target went on, but not from where the text ended.";
        };
    }

    private static Problem tried(
            ProblemType type,
            int status,
            String detail,
            String requestId,
            List<AttemptReport> attempts,
            @Nullable Duration retryAfter,
            @Nullable Boolean shouldRetry) {
        return new Problem(
                type,
                status,
                detail,
                requestId,
                attempts,
                List.of(),
                retryAfter,
                shouldRetry,
                null);
    }

    /** The provider's own status where it says more than 400. */
    private static int rejectedStatus(List<AttemptReport> attempts) {
        List<ProviderFailure> failures = failures(attempts);
        return !failures.isEmpty()
                        && failures.getLast() instanceof ProviderFailure.Rejected(var status, _)
                        && (status == 413 || status == 422)
                ? status
                : 400;
    }

    /**
     * 504 if every target was silent too long; 503 if every one was overloaded or limited us, so
     * that later may be better; else 502. What a fallback says against the request hides no cause.
     */
    private static int allFailedStatus(List<AttemptReport> attempts) {
        List<ProviderFailure> failures =
                failures(attempts).stream()
                        .filter(failure -> failure.fault() != ProviderFailure.Fault.CLIENT)
                        .toList();
        if (all(failures, ProviderFailure.TimedOut.class::isInstance)) {
            return 504;
        }
        return all(failures, FailureProblems::isOverload) ? 503 : 502;
    }

    private static boolean isOverload(ProviderFailure failure) {
        return failure instanceof ProviderFailure.RateLimited
                || (failure instanceof ProviderFailure.Unavailable(var status, _)
                        && (status == 503 || status == 529));
    }

    private static boolean all(
            List<ProviderFailure> failures, Predicate<ProviderFailure> condition) {
        return !failures.isEmpty() && failures.stream().allMatch(condition);
    }

    private static @Nullable Duration soonest(List<AttemptReport> attempts) {
        return failures(attempts).stream()
                .map(
                        failure ->
                                failure instanceof ProviderFailure.RateLimited(var after, _)
                                        ? after
                                        : null)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static List<ProviderFailure> failures(List<AttemptReport> attempts) {
        return attempts.stream()
                .map(AttemptReport::outcome)
                .filter(AttemptOutcome.Failed.class::isInstance)
                .map(outcome -> ((AttemptOutcome.Failed) outcome).failure())
                .toList();
    }
}
