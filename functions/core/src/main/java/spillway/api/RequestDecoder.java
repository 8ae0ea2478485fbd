package spillway.api;

import java.util.List;
import org.jspecify.annotations.Nullable;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.ResponseFormat;
import spillway.chat.Tool;
import spillway.chat.ToolChoice;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.Mistakes;
import spillway.routing.OnBreak;

/** Reads a request of our own wire out of its JSON. For one request. */
final class RequestDecoder {
    static final int MOST_TOKENS = 1_000_000;
    private static final int MOST_NAME = 200;
    private static final int MOST_MESSAGES = 2000;
    private static final int MOST_STOPS = 4;
    private static final int MOST_STOP = 256;
    static final List<String> KNOWN =
            List.of(
                    "route",
                    "model",
                    "messages",
                    "prompt",
                    "max_tokens",
                    "temperature",
                    "top_p",
                    "stop",
                    "tools",
                    "tool_choice",
                    "response_format",
                    "on_break");

    private final Mistakes mistakes;
    private final String defaultRoute;

    RequestDecoder(Mistakes mistakes, String defaultRoute) {
        this.mistakes = mistakes;
        this.defaultRoute = defaultRoute;
    }

    /** The request, or null when it has mistakes, which are noted then. */
    @Nullable Asked decode(Json body) {
        Fields fields = Fields.ofValue(body, mistakes, KNOWN);
        if (!(body instanceof Json.Obj)) {
            return null;
        }
        String model = model(fields);
        List<Message> messages = messages(fields);
        Integer maxTokens = fields.integer("max_tokens", 1, MOST_TOKENS);
        Double temperature = fields.number("temperature", 0, 2);
        Double topP = fields.number("top_p", 0, 1);
        List<String> stop = stop(fields);
        var toolReader = new ToolsDecoder(mistakes);
        List<Tool> tools = toolReader.tools(fields);
        ToolChoice choice = toolReader.choice(fields, tools);
        ResponseFormat format = new ResponseFormatDecoder(mistakes).format(fields);
        OnBreak onBreak = fields.oneOf("on_break", OnBreak.byName());
        return mistakes.isEmpty()
                ? new Asked(
                        new ChatRequest(
                                model,
                                messages,
                                maxTokens,
                                temperature,
                                topP,
                                stop,
                                tools,
                                choice,
                                format),
                        onBreak)
                : null;
    }

    private String model(Fields fields) {
        String route = fields.text("route", MOST_NAME);
        String model = fields.text("model", MOST_NAME);
        Json second = fields.get("model");
        if (fields.get("route") != null && second != null) {
            mistakes.add(second, "is given beside route; one of the two is right");
        }
        if (route != null) {
            return route;
        }
        return model == null ? defaultRoute : model;
    }

    private List<Message> messages(Fields fields) {
        Json prompt = fields.get("prompt");
        Json messages = fields.get("messages");
        if (prompt != null && messages != null) {
            mistakes.add(prompt, "is given beside messages; one of the two is right");
            return List.of();
        }
        if (prompt != null) {
            return prompt(fields, prompt);
        }
        if (messages == null) {
            mistakes.add(fields.missing("messages"), "is missing; messages or prompt is needed");
            return List.of();
        }
        List<Json> elements = fields.elements("messages", MOST_MESSAGES);
        return new MessagesDecoder(mistakes).decode(elements, messages);
    }

    private List<Message> prompt(Fields fields, Json at) {
        String text = fields.text("prompt");
        if (text == null) {
            return List.of();
        }
        if (text.isBlank()) {
            mistakes.add(at, "is blank; what the model shall answer is needed");
        }
        return List.of(new Message.User(text));
    }

    private List<String> stop(Fields fields) {
        return switch (fields.get("stop")) {
            case null -> List.of();
            case Json.Text text -> stops(List.of(text));
            case Json.Arr _ -> stops(fields.elements("stop", MOST_STOPS));
            case Json other -> {
                mistakes.add(
                        other,
                        "is " + other.kind() + "; a string or an array of strings is needed");
                yield List.of();
            }
        };
    }

    private List<String> stops(List<Json> elements) {
        return elements.stream().map(this::stopText).filter(text -> !text.isEmpty()).toList();
    }

    private String stopText(Json element) {
        if (!(element instanceof Json.Text(_, var text))) {
            mistakes.add(element, "is " + element.kind() + "; a string is needed");
            return "";
        }
        if (text.isEmpty() || text.length() > MOST_STOP) {
            mistakes.add(
                    element,
                    "has "
                            + text.length()
                            + " characters; from 1 to "
                            + MOST_STOP
                            + " are allowed");
        }
        return text;
    }
}
