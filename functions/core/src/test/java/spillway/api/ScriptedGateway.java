package spillway.api;

import java.util.ArrayList;
import java.util.List;
import spillway.chat.ChatRequest;
import spillway.gateway.Caller;
import spillway.gateway.Gateway;
import spillway.relay.AnswerFailure;
import spillway.relay.Opening;

/** Opens what it is told, and remembers who asked what. */
final class ScriptedGateway implements Gateway {
    final List<Caller> callers = new ArrayList<>();
    final List<ChatRequest> asked = new ArrayList<>();
    private final Opening opening;

    private ScriptedGateway(Opening opening) {
        this.opening = opening;
    }

    static ScriptedGateway answering(ScriptedAnswer answer) {
        return new ScriptedGateway(new Opening.Answering(answer));
    }

    static ScriptedGateway refusing(AnswerFailure failure) {
        return new ScriptedGateway(new Opening.Refused(failure));
    }

    /** For requests that must not get so far. */
    static ScriptedGateway neverAsked() {
        return refusing(new AnswerFailure.UnknownModel("nobody"));
    }

    @Override
    public Opening open(Caller caller, ChatRequest request) {
        callers.add(caller);
        asked.add(request);
        return opening;
    }
}
