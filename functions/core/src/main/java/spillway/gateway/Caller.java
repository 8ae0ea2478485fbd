package spillway.gateway;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.routing.OnBreak;
import spillway.time.Deadline;

/**
 * Who asks, how long there is to answer, and what the answer is to hold to.
 *
 * @param requestId names the request in logs and answers
 * @param deadline when the platform will end the request; answers end before it
 * @param onBreak what becomes of an answer that breaks; null leaves it to the route
 */
public record Caller(String requestId, Deadline deadline, @Nullable OnBreak onBreak) {
    public Caller {
        Objects.requireNonNull(requestId);
        Objects.requireNonNull(deadline);
    }

    /** A caller who leaves to the route what he does not say. */
    public Caller(String requestId, Deadline deadline) {
        this(requestId, deadline, null);
    }
}
