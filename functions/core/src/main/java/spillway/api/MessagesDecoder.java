package spillway.api;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import spillway.chat.Message;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.JsonReader;
import spillway.json.Mistakes;
import spillway.json.Words;

/**
 * Reads a conversation. Checks also what no provider would take, since a provider's words about it
 * do not reach the client. For one request.
 */
final class MessagesDecoder {
    private static final int MOST_CALLS = 128;
    private static final int MOST_ID = 256;
    private static final List<String> ALL_FIELDS =
            List.of("role", "content", "tool_calls", "tool_call_id");
    private static final JsonReader READER = JsonReader.strict();

    private final Mistakes mistakes;
    private final Set<String> callIds = new HashSet<>();

    MessagesDecoder(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** The messages that have no mistake. */
    List<Message> decode(List<Json> elements, Json whole) {
        List<Message> messages =
                elements.stream().map(this::message).filter(Objects::nonNull).toList();
        if (whole instanceof Json.Arr(var place, var all) && all.isEmpty()) {
            mistakes.add(place, "is empty; at least one message is needed");
        } else if (!elements.isEmpty()
                && messages.size() == elements.size()
                && messages.stream().allMatch(Message.Instructions.class::isInstance)) {
            mistakes.add(whole, "has system messages only; something to answer is needed");
        }
        return messages;
    }

    private @Nullable Message message(Json element) {
        if (!(element instanceof Json.Obj object)) {
            mistakes.add(element, "is " + element.kind() + "; an object is needed");
            return null;
        }
        Role role = role(object);
        Fields fields = Fields.of(object, mistakes, role == null ? ALL_FIELDS : role.fields());
        return switch (role) {
            case null -> null;
            case SYSTEM -> said(fields, Message.Instructions::new);
            case USER -> said(fields, Message.User::new);
            case ASSISTANT -> assistant(fields);
            case TOOL -> toolResult(fields);
        };
    }

    /** Read first, and from a view of its own, since it says which fields are known. */
    private @Nullable Role role(Json.Obj object) {
        Fields any = Fields.of(object, mistakes, object.members().keySet());
        any.require("role");
        return any.oneOf("role", Role.BY_NAME);
    }

    private @Nullable Message said(Fields fields, Function<String, Message> message) {
        fields.require("content");
        String text = fields.text("content");
        if (text == null) {
            return null;
        }
        if (text.isBlank()) {
            mistakes.add(
                    Objects.requireNonNull(fields.get("content")), "is blank; some text is needed");
        }
        return message.apply(text);
    }

    private @Nullable Message assistant(Fields fields) {
        String text = fields.text("content");
        List<Message.ToolCall> calls =
                fields.elements("tool_calls", MOST_CALLS).stream()
                        .map(this::call)
                        .filter(Objects::nonNull)
                        .toList();
        if (fields.get("content") == null && fields.get("tool_calls") == null) {
            mistakes.add(fields.missing("content"), "is missing; content or tool_calls is needed");
        }
        return new Message.Assistant(text == null ? "" : text, calls);
    }

    private Message.@Nullable ToolCall call(Json element) {
        Fields fields = Fields.ofValue(element, mistakes, List.of("id", "name", "arguments"));
        if (!(element instanceof Json.Obj)) {
            return null;
        }
        List.of("id", "name", "arguments").forEach(fields::require);
        String id = fields.text("id", MOST_ID);
        String name = ToolsDecoder.name(fields, mistakes);
        String arguments = fields.text("arguments");
        if (id != null && !callIds.add(id)) {
            mistakes.add(
                    Objects.requireNonNull(fields.get("id")),
                    "is the id of another call; each needs its own");
        }
        if (arguments != null && !isObject(arguments)) {
            mistakes.add(
                    Objects.requireNonNull(fields.get("arguments")),
                    "is no JSON object as text; such as \"{\\\"city\\\":\\\"Oslo\\\"}\" is needed");
        }
        return id == null || name == null || arguments == null
                ? null
                : new Message.ToolCall(id, name, arguments);
    }

    private static boolean isObject(String json) {
        var own = new Mistakes();
        return READER.read(json.getBytes(StandardCharsets.UTF_8), own)
                        .filter(Json.Obj.class::isInstance)
                        .isPresent()
                && own.isEmpty();
    }

    private @Nullable Message toolResult(Fields fields) {
        fields.require("content");
        fields.require("tool_call_id");
        String text = fields.text("content");
        String id = fields.text("tool_call_id", MOST_ID);
        if (id != null && !callIds.contains(id)) {
            mistakes.add(
                    Objects.requireNonNull(fields.get("tool_call_id")),
                    "is " + Words.quote(id) + ", which no tool call before it has as its id");
        }
        return text == null || id == null ? null : new Message.ToolResult(id, text);
    }

    /** Who speaks, and which fields such a message may have. */
    private enum Role {
        SYSTEM,
        USER,
        ASSISTANT,
        TOOL;

        static final SequencedMap<String, Role> BY_NAME = byName();

        List<String> fields() {
            return switch (this) {
                case SYSTEM, USER -> List.of("role", "content");
                case ASSISTANT -> List.of("role", "content", "tool_calls");
                case TOOL -> List.of("role", "content", "tool_call_id");
            };
        }

        private static SequencedMap<String, Role> byName() {
            var roles = new LinkedHashMap<String, Role>();
            for (Role role : values()) {
                roles.put(role.name().toLowerCase(Locale.ROOT), role);
            }
            return Collections.unmodifiableSequencedMap(roles);
        }
    }
}
