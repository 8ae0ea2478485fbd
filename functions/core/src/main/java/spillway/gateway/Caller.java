package spillway.gateway;

import java.util.Objects;
import spillway.time.Deadline;

/**
 * Who asks, and how long there is to answer.
 *
 * @param requestId names the request in logs and answers
 * @param deadline when the platform will end the request; answers end before it
 */
public record Caller(String requestId, Deadline deadline) {
    public Caller {
        Objects.requireNonNull(requestId);
        Objects.requireNonNull(deadline);
    }
}
