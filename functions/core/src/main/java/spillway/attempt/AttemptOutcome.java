package spillway.attempt;

import java.util.Objects;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;

/**
 * How an attempt ended. Made once, by the attempt; breaker, board, usage, audit and metrics hang on
 * it.
 */
public sealed interface AttemptOutcome {

    /** The answer came whole. */
    record Answered(FinishReason reason) implements AttemptOutcome {
        public Answered {
            Objects.requireNonNull(reason);
        }
    }

    /**
     * It failed.
     *
     * @param afterContent whether its content had begun to reach the reader
     */
    record Failed(ProviderFailure failure, boolean afterContent) implements AttemptOutcome {
        public Failed {
            Objects.requireNonNull(failure);
        }
    }

    /** The reader wanted no more. Says nothing about the target. */
    record Cancelled() implements AttemptOutcome {}

    /** Another attempt was faster. Says nothing about the target. */
    record LostRace() implements AttemptOutcome {}

    /** A stable name for logs, metrics and the wire. */
    default String wireName() {
        return switch (this) {
            case Answered _ -> "answered";
            case Failed _ -> "failed";
            case Cancelled _ -> "cancelled";
            case LostRace _ -> "lost_race";
        };
    }
}
