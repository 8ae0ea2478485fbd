package spillway.aws.url;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import spillway.time.Deadline;
import spillway.time.Ticker;

/**
 * Does a task whenever it is invoked, whatever the event says, and answers with what it has to
 * report as one JSON object. Safe to use from many threads.
 */
public final class ScheduleHandler implements RequestStreamHandler {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Task task;
    private final Ticker ticker;

    public ScheduleHandler(Task task, Ticker ticker) {
        this.task = task;
        this.ticker = ticker;
    }

    @Override
    public void handleRequest(InputStream event, OutputStream out, Context context)
            throws IOException {
        Duration left = Duration.ofMillis(context.getRemainingTimeInMillis());
        Map<String, ?> report = task.run(Deadline.after(left, ticker));
        out.write(JSON.writeValueAsBytes(report));
    }

    /** What is done on a schedule. Safe to use from many threads. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does it, once.
         *
         * @return what was done, in texts, numbers, lists and maps
         */
        Map<String, ?> run(Deadline deadline);
    }
}
