package spillway.api;

import java.io.IOException;
import spillway.http.ResponseSink;

/** Answers what could not even be read as a request. */
public final class Refusal {
    private Refusal() {}

    /**
     * Tells that the request is not valid, with the headers that every answer has.
     *
     * @param detail what is wrong with which part, without quoting it
     */
    public static void send(String requestId, String detail, ResponseSink sink) throws IOException {
        ProblemResponse.send(
                Problem.of(ProblemType.INVALID_REQUEST, 400, detail, requestId),
                new GuardedSink(sink, requestId));
    }
}
