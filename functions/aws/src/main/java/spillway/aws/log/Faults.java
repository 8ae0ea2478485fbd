package spillway.aws.log;

import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down bugs: exceptions nobody expected. The kind and the place are told, the message is
 * not, since it may quote a prompt.
 */
public final class Faults {
    private static final Logger LOG = LoggerFactory.getLogger("spillway.fault");
    private static final int MOST_FRAMES = 20;

    private Faults() {}

    /** Writes one line about it. */
    public static void write(String requestId, Throwable fault) {
        List<String> places =
                Arrays.stream(fault.getStackTrace())
                        .limit(MOST_FRAMES)
                        .map(StackTraceElement::toString)
                        .toList();
        Line line =
                new Line()
                        .put("log_type", "fault")
                        .put("request_id", requestId)
                        .put("kind", fault.getClass().getName())
                        .put("at", places);
        LOG.error("an exception nobody expected", line.fields());
    }
}
