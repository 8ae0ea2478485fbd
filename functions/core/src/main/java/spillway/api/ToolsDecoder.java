package spillway.api;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import spillway.chat.Tool;
import spillway.chat.ToolChoice;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.JsonBytes;
import spillway.json.Mistakes;
import spillway.json.Words;

/** Reads the tools of a request, and which of them must be called. For one request. */
final class ToolsDecoder {
    private static final int MOST_TOOLS = 128;
    private static final int MOST_NAME = 64;
    private static final int MOST_DESCRIPTION = 10_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]*");
    private static final String NO_PARAMETERS = "{\"type\":\"object\",\"properties\":{}}";
    private static final SequencedMap<String, ToolChoice> CHOICES = choices();

    private final Mistakes mistakes;
    private final Set<String> names = new HashSet<>();

    ToolsDecoder(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** The tools that have no mistake. */
    List<Tool> tools(Fields fields) {
        return fields.elements("tools", MOST_TOOLS).stream()
                .map(this::tool)
                .filter(Objects::nonNull)
                .toList();
    }

    private @Nullable Tool tool(Json element) {
        Fields fields =
                Fields.ofValue(element, mistakes, List.of("name", "description", "parameters"));
        if (!(element instanceof Json.Obj)) {
            return null;
        }
        fields.require("name");
        String name = name(fields, mistakes);
        if (name != null && !names.add(name)) {
            mistakes.add(
                    Objects.requireNonNull(fields.get("name")),
                    "is the name of another tool; each needs its own");
        }
        String description = fields.text("description", MOST_DESCRIPTION);
        String parameters = parameters(fields);
        return name == null ? null : new Tool(name, description, parameters);
    }

    /** The schema as it came; that of no parameters when there is none. */
    private static String parameters(Fields fields) {
        var out = new JsonBytes();
        fields.ifObject("parameters", out::value);
        return out.length() == 0
                ? NO_PARAMETERS
                : new String(out.buffer(), 0, out.length(), StandardCharsets.UTF_8);
    }

    /** A name that every provider takes. */
    static @Nullable String name(Fields fields, Mistakes mistakes) {
        String name = fields.text("name", MOST_NAME);
        if (name == null || NAME.matcher(name).matches()) {
            return name;
        }
        mistakes.add(
                Objects.requireNonNull(fields.get("name")),
                "is " + Words.quote(name) + "; letters, digits, _ and - are allowed");
        return null;
    }

    /** Which of these tools must be called. */
    ToolChoice choice(Fields fields, List<Tool> tools) {
        return switch (fields.get("tool_choice")) {
            case null -> new ToolChoice.Auto();
            case Json.Text text -> word(fields, text);
            case Json.Obj object -> named(object, tools);
            case Json other -> {
                mistakes.add(
                        other,
                        "is "
                                + other.kind()
                                + "; one of auto, none, required or an object with a name is needed");
                yield new ToolChoice.Auto();
            }
        };
    }

    private ToolChoice word(Fields fields, Json.Text at) {
        ToolChoice choice = fields.oneOf("tool_choice", CHOICES);
        if (choice instanceof ToolChoice.Required && fields.get("tools") == null) {
            mistakes.add(at, "is \"required\", but there are no tools");
        }
        return choice == null ? new ToolChoice.Auto() : choice;
    }

    private ToolChoice named(Json.Obj object, List<Tool> tools) {
        Fields fields = Fields.of(object, mistakes, List.of("name"));
        fields.require("name");
        String name = name(fields, mistakes);
        if (name == null) {
            return new ToolChoice.Auto();
        }
        if (!names.contains(name)) {
            List<String> known = tools.stream().map(Tool::name).toList();
            mistakes.add(
                    Objects.requireNonNull(fields.get("name")),
                    "is "
                            + Words.quote(name)
                            + ", which is none of the tools"
                            + Words.suggestion(name, known));
        }
        return new ToolChoice.Named(name);
    }

    private static SequencedMap<String, ToolChoice> choices() {
        var choices = new LinkedHashMap<String, ToolChoice>();
        choices.put("auto", new ToolChoice.Auto());
        choices.put("none", new ToolChoice.None());
        choices.put("required", new ToolChoice.Required());
        return choices;
    }
}
