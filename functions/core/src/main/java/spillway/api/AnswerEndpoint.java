package spillway.api;

import java.io.IOException;
import spillway.gateway.Caller;
import spillway.gateway.Gateway;
import spillway.http.Endpoint;
import spillway.http.Request;
import spillway.http.ResponseSink;
import spillway.relay.Opening;

/** Streams answers of the gateway in one dialect. */
public final class AnswerEndpoint implements Endpoint {
    private final Gateway gateway;
    private final Dialect dialect;

    public AnswerEndpoint(Gateway gateway, Dialect dialect) {
        this.gateway = gateway;
        this.dialect = dialect;
    }

    @Override
    public void handle(Request request, ResponseSink sink) throws IOException {
        Asked asked;
        try {
            asked = dialect.decode(request);
        } catch (ProblemException e) {
            dialect.refuse(e.problem(), sink);
            return;
        }
        var caller = new Caller(request.id(), request.deadline(), asked.onBreak());
        switch (gateway.open(caller, asked.request())) {
            case Opening.Refused(var failure) ->
                    dialect.refuse(FailureProblems.of(failure, request.id()), sink);
            case Opening.Answering(var answer) -> {
                try (answer) {
                    new AnswerWriter(answer, dialect.encoder(request.id()), sink, request.id())
                            .write();
                }
            }
        }
    }
}
