package spillway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.attempt.AttemptReport;

/** Why a caller gets no answer, or no whole one. Sealed: status, text and retry name every case. */
public sealed interface AnswerFailure {

    /** The route, provider or model asked for is not configured. */
    record UnknownModel(String asked) implements AnswerFailure {}

    /**
     * Whoever was asked found fault with the request itself; the last attempt says what. Mostly it
     * is one; more where the route passes on what is too long, or where two were asked at once.
     */
    record RequestRejected(List<AttemptReport> attempts) implements AnswerFailure {
        public RequestRejected {
            attempts = List.copyOf(attempts);
        }
    }

    /**
     * Every target that could be tried failed before its first content. The first attempt tells the
     * first cause.
     */
    record AllFailed(List<AttemptReport> attempts) implements AnswerFailure {
        public AllFailed {
            attempts = List.copyOf(attempts);
        }
    }

    /**
     * No target could be tried: all are held back.
     *
     * @param retryAfter when the first may be tried again; null if only an operator can help
     */
    record NoneAvailable(@Nullable Duration retryAfter) implements AnswerFailure {}

    /**
     * The answer broke after its first content; the attempts say how.
     *
     * @param why nobody went on
     */
    record BrokenOff(List<AttemptReport> attempts, Halt why) implements AnswerFailure {
        public BrokenOff {
            attempts = List.copyOf(attempts);
            Objects.requireNonNull(why);
        }
    }

    /** Why nobody went on with an answer that broke. */
    enum Halt {
        /** That is what was agreed. */
        AGREED,
        /** The provider found fault with the request itself, when it had begun to answer. */
        REJECTED,
        /**
         * A tool call, a document with a form, a refusal or a thought cannot be gone on with by
         * another model.
         */
        NOT_TEXT,
        /** More had been delivered than is kept. */
        TOO_LONG,
        /** The last words stand in the text so often that no join to them would be certain. */
        REPETITIVE,
        /** No other target was left, or none of them answered. */
        NOBODY_LEFT,
        /** Another target went on, but not from where the text ended. */
        APART
    }

    /** The time that the platform gives a request ran out. */
    record OutOfTime(List<AttemptReport> attempts) implements AnswerFailure {
        public OutOfTime {
            attempts = List.copyOf(attempts);
        }
    }

    /** A stable name for logs, metrics and the wire. */
    default String reason() {
        return switch (this) {
            case UnknownModel _ -> "unknown_model";
            case RequestRejected _ -> "request_rejected";
            case AllFailed _ -> "all_failed";
            case NoneAvailable _ -> "none_available";
            case BrokenOff _ -> "broken_off";
            case OutOfTime _ -> "out_of_time";
        };
    }
}
