package spillway.api;

import java.util.Map;
import spillway.relay.AnswerEvent;
import spillway.sse.SseEncoder;

/** Puts one answer on a client's wire. Used by one thread, for one answer. */
public interface AnswerEncoder {
    /** The headers of an answer that has begun well, names in lower case. */
    Map<String, String> headers();

    /** Appends one event. */
    void event(AnswerEvent event, SseEncoder out);

    /** Appends the end of an answer that failed for a reason that is no event. */
    void failed(Problem problem, SseEncoder out);

    /** Appends what only tells that we are alive. */
    void heartbeat(SseEncoder out);
}
