package spillway.provider.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.ProviderException;
import spillway.chat.ResponseFormat;
import spillway.chat.Tool;
import spillway.chat.ToolChoice;
import spillway.provider.http.WireJson;

/** A request in OpenAI's words. */
final class OpenAiRequestEncoder {
    /** At OpenAI these answer 400 to any temperature; elsewhere the names may mean other models. */
    private static final Pattern FIXED_SAMPLING = Pattern.compile("(gpt-([5-9]|\\d\\d)|o\\d).*");

    private final boolean openAiItself;

    OpenAiRequestEncoder(boolean openAiItself) {
        this.openAiItself = openAiItself;
    }

    /**
     * The body of the request.
     *
     * @throws ProviderException when the parameters of a tool or the schema of the answer are not a
     *     JSON object
     */
    byte[] encode(ChatRequest request) throws ProviderException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = WireJson.MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("model", request.model());
            writeStream(json);
            writeLimits(json, request);
            json.writeArrayFieldStart("messages");
            for (Message message : request.messages()) {
                writeMessage(json, message);
            }
            json.writeEndArray();
            if (!request.tools().isEmpty()) {
                writeTools(json, request);
            }
            ResponseFormat format = request.responseFormat();
            if (format != null) {
                writeFormat(json, format);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot fail to be written", e);
        }
        return bytes.toByteArray();
    }

    private void writeStream(JsonGenerator json) throws IOException {
        json.writeBooleanField("stream", true);
        json.writeObjectFieldStart("stream_options");
        json.writeBooleanField("include_usage", true);
        if (openAiItself) {
            json.writeBooleanField("include_obfuscation", false);
        }
        json.writeEndObject();
    }

    private void writeLimits(JsonGenerator json, ChatRequest request) throws IOException {
        Integer maxTokens = request.maxTokens();
        if (maxTokens != null) {
            json.writeNumberField(
                    openAiItself ? "max_completion_tokens" : "max_tokens", maxTokens.intValue());
        }
        boolean sampling = !openAiItself || !FIXED_SAMPLING.matcher(request.model()).matches();
        Double temperature = request.temperature();
        if (sampling && temperature != null) {
            json.writeNumberField("temperature", temperature.doubleValue());
        }
        Double topP = request.topP();
        if (sampling && topP != null) {
            json.writeNumberField("top_p", topP.doubleValue());
        }
        if (!request.stop().isEmpty()) {
            json.writeArrayFieldStart("stop");
            for (String stop : request.stop()) {
                json.writeString(stop);
            }
            json.writeEndArray();
        }
    }

    private static void writeMessage(JsonGenerator json, Message message) throws IOException {
        json.writeStartObject();
        switch (message) {
            // Every host knows "system"; OpenAI reads it as "developer" where a model wants that.
            case Message.Instructions(var text) -> writeText(json, "system", text);
            case Message.User(var text) -> writeText(json, "user", text);
            case Message.Assistant assistant -> writeAssistant(json, assistant);
            case Message.ToolResult(var callId, var text) -> {
                writeText(json, "tool", text);
                json.writeStringField("tool_call_id", callId);
            }
        }
        json.writeEndObject();
    }

    private static void writeText(JsonGenerator json, String role, String text) throws IOException {
        json.writeStringField("role", role);
        json.writeStringField("content", text);
    }

    private static void writeAssistant(JsonGenerator json, Message.Assistant assistant)
            throws IOException {
        json.writeStringField("role", "assistant");
        if (assistant.text().isEmpty() && !assistant.calls().isEmpty()) {
            json.writeNullField("content");
        } else {
            json.writeStringField("content", assistant.text());
        }
        if (assistant.calls().isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("tool_calls");
        for (Message.ToolCall call : assistant.calls()) {
            json.writeStartObject();
            json.writeStringField("id", call.id());
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            json.writeStringField("name", call.name());
            json.writeStringField("arguments", call.arguments());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeTools(JsonGenerator json, ChatRequest request)
            throws IOException, ProviderException {
        json.writeArrayFieldStart("tools");
        for (Tool tool : request.tools()) {
            json.writeStartObject();
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            json.writeStringField("name", tool.name());
            String description = tool.description();
            if (description != null) {
                json.writeStringField("description", description);
            }
            json.writeObjectField(
                    "parameters", WireJson.object(tool.parameters(), "tool_parameters"));
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
        switch (request.toolChoice()) {
            // The default, which some hosts do not know by name.
            case ToolChoice.Auto _ -> {}
            case ToolChoice.None _ -> json.writeStringField("tool_choice", "none");
            case ToolChoice.Required _ -> json.writeStringField("tool_choice", "required");
            case ToolChoice.Named(var name) -> {
                json.writeObjectFieldStart("tool_choice");
                json.writeStringField("type", "function");
                json.writeObjectFieldStart("function");
                json.writeStringField("name", name);
                json.writeEndObject();
                json.writeEndObject();
            }
        }
    }

    private static void writeFormat(JsonGenerator json, ResponseFormat format)
            throws IOException, ProviderException {
        json.writeObjectFieldStart("response_format");
        json.writeStringField("type", "json_schema");
        json.writeObjectFieldStart("json_schema");
        json.writeStringField("name", format.name());
        json.writeBooleanField("strict", format.strict());
        json.writeObjectField("schema", WireJson.object(format.schema(), "response_schema"));
        json.writeEndObject();
        json.writeEndObject();
    }
}
