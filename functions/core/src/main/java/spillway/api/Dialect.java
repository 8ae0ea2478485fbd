package spillway.api;

import java.io.IOException;
import spillway.http.Request;
import spillway.http.ResponseSink;

/**
 * A client's wire: how it asks, and how an answer and an error look to it. Immutable and safe to
 * use from many threads.
 */
public interface Dialect {
    /**
     * What a request asks for.
     *
     * @throws ProblemException with everything that is wrong with it
     */
    Asked decode(Request request) throws ProblemException;

    /** An encoder for the one answer to that request. */
    AnswerEncoder encoder(String requestId);

    /** Answers with a problem instead, status and all. Nothing has been sent before. */
    void refuse(Problem problem, ResponseSink sink) throws IOException;
}
