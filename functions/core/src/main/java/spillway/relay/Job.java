package spillway.relay;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.chat.ChatRequest;
import spillway.routing.OnBreak;
import spillway.time.Deadline;

/**
 * What is to be answered.
 *
 * @param requestId names the request in the audit log
 * @param answerId names the answer to its reader; cannot be guessed
 * @param request its model is replaced by that of each target
 * @param startedNanos when the request began, on the relay's ticker: the failover budget counts
 *     from there
 * @param deadline when the platform ends the request; the answer ends before it
 * @param onBreak what becomes of the answer if it breaks; null leaves it to the route
 */
public record Job(
        String requestId,
        String answerId,
        ChatRequest request,
        long startedNanos,
        Deadline deadline,
        @Nullable OnBreak onBreak) {
    public Job {
        Objects.requireNonNull(requestId);
        Objects.requireNonNull(answerId);
        Objects.requireNonNull(request);
        Objects.requireNonNull(deadline);
    }
}
