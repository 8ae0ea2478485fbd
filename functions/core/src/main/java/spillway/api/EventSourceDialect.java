package spillway.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.ToolChoice;
import spillway.http.Request;
import spillway.http.ResponseSink;
import spillway.json.Words;
import spillway.routing.OnBreak;

/**
 * What a browser's EventSource can say and hear: query parameters in, our own events with ids out.
 */
final class EventSourceDialect implements Dialect {
    static final int MOST_PROMPT = 4000;
    private static final int MOST_NAME = 200;
    static final List<String> KNOWN =
            List.of(
                    "prompt",
                    "route",
                    "model",
                    "system",
                    "max_tokens",
                    "temperature",
                    "on_break",
                    StreamEndpoint.LAST_EVENT_ID);

    private final String defaultRoute;

    /**
     * @param defaultRoute what a request asks for that names neither route nor model
     */
    EventSourceDialect(String defaultRoute) {
        this.defaultRoute = defaultRoute;
    }

    @Override
    public Asked decode(Request request) throws ProblemException {
        var parameters = new Parameters(request.query());
        String model = parameters.model(defaultRoute);
        List<Message> messages = parameters.messages();
        Double maxTokens = parameters.number("max_tokens", 1, RequestDecoder.MOST_TOKENS, true);
        Double temperature = parameters.number("temperature", 0, 2, false);
        OnBreak onBreak = parameters.onBreak();
        if (!parameters.faults.isEmpty()) {
            throw new ProblemException(Problem.invalid(parameters.faults, request.id()));
        }
        var asked =
                new ChatRequest(
                        model,
                        messages,
                        maxTokens == null ? null : maxTokens.intValue(),
                        temperature,
                        null,
                        List.of(),
                        List.of(),
                        new ToolChoice.Auto());
        return new Asked(asked, onBreak);
    }

    @Override
    public AnswerEncoder encoder(String requestId) {
        return NativeEncoder.forEventSource(requestId);
    }

    @Override
    public void refuse(Problem problem, ResponseSink sink) throws IOException {
        ProblemResponse.send(problem, sink);
    }

    /** The parameters of one request, and what is wrong with them. */
    private static final class Parameters {
        private final Map<String, String> query;
        private final List<Problem.Fault> faults = new ArrayList<>();

        Parameters(Map<String, String> query) {
            this.query = query;
            query.keySet().stream()
                    .filter(name -> !KNOWN.contains(name))
                    .sorted()
                    .limit(50)
                    .forEach(this::unknown);
        }

        private void unknown(String name) {
            String suggestion = Words.suggestion(name, KNOWN);
            fault(
                    name.length() <= 40 ? name : name.substring(0, 40),
                    "is an unknown parameter"
                            + (suggestion.isEmpty()
                                    ? "; known are " + String.join(", ", KNOWN)
                                    : suggestion));
        }

        String model(String defaultRoute) {
            String route = text("route", MOST_NAME);
            String model = text("model", MOST_NAME);
            if (query.containsKey("route") && query.containsKey("model")) {
                fault("model", "is given beside route; one of the two is right");
            }
            if (route != null) {
                return route;
            }
            return model == null ? defaultRoute : model;
        }

        List<Message> messages() {
            var messages = new ArrayList<Message>();
            String system = text("system", MOST_PROMPT);
            if (system != null) {
                messages.add(new Message.Instructions(system));
            }
            if (!query.containsKey("prompt")) {
                fault("prompt", "is missing");
            }
            String prompt = text("prompt", MOST_PROMPT);
            if (prompt != null) {
                messages.add(new Message.User(prompt));
            }
            return messages;
        }

        private @Nullable String text(String name, int most) {
            String text = query.get(name);
            if (text == null) {
                return null;
            }
            int length = text.codePointCount(0, text.length());
            if (text.isBlank()) {
                fault(name, "is blank; some text is needed");
                return null;
            }
            if (length > most) {
                fault(name, "has " + length + " characters; at most " + most + " are allowed");
                return null;
            }
            return text;
        }

        @Nullable Double number(String name, int least, int most, boolean whole) {
            String text = query.get(name);
            if (text == null) {
                return null;
            }
            if (text.matches("-?[0-9]{1,10}(\\.[0-9]{1,10})?")) {
                double value = Double.parseDouble(text);
                if (value >= least && value <= most && (!whole || value == Math.rint(value))) {
                    return value;
                }
            }
            fault(
                    name,
                    "is "
                            + Words.quote(text)
                            + "; a "
                            + (whole ? "whole " : "")
                            + "number from "
                            + least
                            + " to "
                            + most
                            + " is needed");
            return null;
        }

        @Nullable OnBreak onBreak() {
            String text = query.get("on_break");
            OnBreak onBreak = text == null ? null : OnBreak.byName().get(text);
            if (text != null && onBreak == null) {
                fault(
                        "on_break",
                        "is "
                                + Words.quote(text)
                                + "; one of "
                                + String.join(", ", OnBreak.byName().keySet())
                                + " is needed");
            }
            return onBreak;
        }

        private void fault(String name, String detail) {
            faults.add(new Problem.Fault(Problem.In.PARAMETER, name, detail));
        }
    }
}
