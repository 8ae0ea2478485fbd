package spillway.relay;

import java.util.List;
import java.util.Objects;
import spillway.attempt.AttemptReport;
import spillway.attempt.Target;
import spillway.chat.FinishReason;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;

/**
 * One step of the answer to a caller. An answer is: one {@link Start}; any mix of {@link Switch},
 * {@link Reset}, {@link Delta} and {@link UsageSoFar}; exactly one {@link Done} or {@link Failed},
 * after which nothing follows.
 */
public sealed interface AnswerEvent {

    /** The answer begins, and this target gives it, or is at work on it. */
    record Start(String id, String route, Target target) implements AnswerEvent {
        public Start {
            Objects.requireNonNull(id);
            Objects.requireNonNull(route);
            Objects.requireNonNull(target);
        }
    }

    /** Something to read. */
    record Delta(StreamEvent.Content content) implements AnswerEvent {
        public Delta {
            Objects.requireNonNull(content);
        }
    }

    /**
     * Another target took over, and goes on where the text ended. Those from before the first
     * content follow {@link Start} at once.
     *
     * @param reason a {@link spillway.chat.ProviderFailure#reason}
     * @param at how many characters of text had been delivered, counted as {@link String#length}
     */
    record Switch(Target from, Target to, String reason, long at) implements AnswerEvent {
        public Switch {
            Objects.requireNonNull(from);
            Objects.requireNonNull(to);
            Objects.requireNonNull(reason);
        }
    }

    /**
     * Another target took over, and begins anew: the reader throws away all that he has.
     *
     * @param reason a {@link spillway.chat.ProviderFailure#reason}
     * @param at how many characters of text had been delivered, counted as {@link String#length}
     */
    record Reset(Target from, Target to, String reason, long at) implements AnswerEvent {
        public Reset {
            Objects.requireNonNull(from);
            Objects.requireNonNull(to);
            Objects.requireNonNull(reason);
        }
    }

    /** What the answer has cost so far, over all its attempts. Each replaces the one before. */
    record UsageSoFar(Usage usage) implements AnswerEvent {
        public UsageSoFar {
            Objects.requireNonNull(usage);
        }
    }

    /** The answer is complete. */
    record Done(FinishReason reason, Usage usage, List<AttemptReport> attempts)
            implements AnswerEvent {
        public Done {
            Objects.requireNonNull(reason);
            Objects.requireNonNull(usage);
            attempts = List.copyOf(attempts);
        }
    }

    /**
     * The answer broke off: what was delivered is not whole.
     *
     * @param at how many characters of text had been delivered, counted as {@link String#length}
     * @param resumable whether that is plain text which can be gone on from: there is some, in no
     *     form that was asked for, no tool call or refusal has begun, and it was not in the middle
     *     of a thought
     */
    record Failed(AnswerFailure failure, long at, boolean resumable) implements AnswerEvent {
        public Failed {
            Objects.requireNonNull(failure);
        }
    }
}
