package spillway.provider.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import spillway.chat.Message;
import spillway.chat.ProviderException;
import spillway.provider.http.WireJson;

/**
 * Writes messages as turns: here the results of tools are the user's, and what one side says in a
 * row is one turn with several blocks, as the results of parallel calls must be.
 */
final class Turns {
    private final JsonGenerator json;
    private String role = "";

    Turns(JsonGenerator json) {
        this.json = json;
    }

    void add(Message message) throws IOException, ProviderException {
        switch (message) {
            case Message.Instructions _ -> {}
            case Message.User(var text) -> {
                turnTo("user");
                writeText(text);
            }
            // A turn without a block, and a block without a word, are refused.
            case Message.Assistant(var text, var calls) when text.isBlank() && calls.isEmpty() -> {}
            case Message.Assistant(var text, var calls) -> {
                turnTo("assistant");
                if (!text.isBlank()) {
                    writeText(text);
                }
                for (Message.ToolCall call : calls) {
                    writeCall(call);
                }
            }
            case Message.ToolResult result -> {
                turnTo("user");
                writeResult(result);
            }
        }
    }

    void close() throws IOException {
        if (!role.isEmpty()) {
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private void turnTo(String next) throws IOException {
        if (role.equals(next)) {
            return;
        }
        close();
        role = next;
        json.writeStartObject();
        json.writeStringField("role", role);
        json.writeArrayFieldStart("content");
    }

    private void writeText(String text) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "text");
        json.writeStringField("text", text);
        json.writeEndObject();
    }

    private void writeCall(Message.ToolCall call) throws IOException, ProviderException {
        String arguments = call.arguments().isBlank() ? "{}" : call.arguments();
        json.writeStartObject();
        json.writeStringField("type", "tool_use");
        json.writeStringField("id", call.id());
        json.writeStringField("name", call.name());
        json.writeObjectField("input", WireJson.object(arguments, "tool_arguments"));
        json.writeEndObject();
    }

    private void writeResult(Message.ToolResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "tool_result");
        json.writeStringField("tool_use_id", result.callId());
        json.writeStringField("content", result.text());
        json.writeEndObject();
    }
}
