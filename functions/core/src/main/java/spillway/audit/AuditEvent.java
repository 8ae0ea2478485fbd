package spillway.audit;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.attempt.AttemptReport;
import spillway.attempt.Target;
import spillway.routing.Decision;

/** Something that must be told later. Holds no prompt, no answer, no key. */
public sealed interface AuditEvent {

    /** A request was given its order of targets. */
    record Decided(String requestId, String answerId, Decision decision) implements AuditEvent {
        public Decided {
            Objects.requireNonNull(decision);
        }
    }

    /**
     * A target of the decision was passed over when its turn came.
     *
     * @param reason why it was not admitted, as a {@code Admission.Reason}, and it will not be
     *     asked, unless as the last resort; or what has become known of it since the decision, as a
     *     {@code ProviderFailure.reason}, and it will be asked after the others
     */
    record Skipped(String requestId, String answerId, String route, Target target, String reason)
            implements AuditEvent {
        public Skipped {
            Objects.requireNonNull(target);
            Objects.requireNonNull(reason);
        }
    }

    /**
     * A target that is not well is asked: the decision has nobody better, or all that it lists have
     * failed.
     *
     * @param reason why, as a {@code Candidate.reason}
     */
    record LastResort(String requestId, String answerId, String route, Target target, String reason)
            implements AuditEvent {
        public LastResort {
            Objects.requireNonNull(target);
            Objects.requireNonNull(reason);
        }
    }

    /** An attempt ended, well or not. */
    record Attempted(String requestId, String answerId, String route, AttemptReport report)
            implements AuditEvent {
        public Attempted {
            Objects.requireNonNull(report);
        }
    }

    /** Another target took over. */
    record Switched(
            String requestId,
            String answerId,
            String route,
            Target from,
            Target to,
            String reason,
            long at)
            implements AuditEvent {
        public Switched {
            Objects.requireNonNull(from);
            Objects.requireNonNull(to);
        }
    }

    /**
     * An answer ended.
     *
     * @param failure a {@code AnswerFailure.reason}, or {@code internal_error} for a bug of ours;
     *     null when it was complete or its reader wanted no more
     */
    record Ended(
            String requestId,
            String answerId,
            String route,
            @Nullable String failure,
            boolean cancelled,
            @Nullable Duration firstContent,
            Duration elapsed,
            List<AttemptReport> attempts)
            implements AuditEvent {
        public Ended {
            attempts = List.copyOf(attempts);
        }
    }
}
