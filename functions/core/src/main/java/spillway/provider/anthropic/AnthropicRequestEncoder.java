package spillway.provider.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.ProviderException;
import spillway.chat.ResponseFormat;
import spillway.chat.Tool;
import spillway.chat.ToolChoice;
import spillway.provider.http.WireJson;

/** A request in Anthropic's words. */
final class AnthropicRequestEncoder {
    /** Anthropic wants a limit; this one is within every model's own and long for an answer. */
    private static final int DEFAULT_MAX_TOKENS = 8192;

    /** Up to Opus 4.6 models take a temperature; later ones answer 400. */
    private static final Pattern FREE_SAMPLING =
            Pattern.compile("claude-(instant|[23]|(opus|sonnet|haiku)-4(-[0-6])?(-\\d{8})?$).*");

    private final boolean anthropicItself;

    AnthropicRequestEncoder(boolean anthropicItself) {
        this.anthropicItself = anthropicItself;
    }

    /**
     * The body of the request.
     *
     * @throws ProviderException when the parameters of a tool, the arguments of a call or the
     *     schema of the answer are not a JSON object
     */
    byte[] encode(ChatRequest request) throws ProviderException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = WireJson.MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("model", request.model());
            json.writeBooleanField("stream", true);
            writeLimits(json, request);
            writeConversation(json, request);
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

    private void writeLimits(JsonGenerator json, ChatRequest request) throws IOException {
        Integer maxTokens = request.maxTokens();
        json.writeNumberField("max_tokens", maxTokens == null ? DEFAULT_MAX_TOKENS : maxTokens);
        if (!anthropicItself || FREE_SAMPLING.matcher(request.model()).matches()) {
            writeSampling(json, request);
        }
        if (!request.stop().isEmpty()) {
            json.writeArrayFieldStart("stop_sequences");
            for (String stop : request.stop()) {
                json.writeString(stop);
            }
            json.writeEndArray();
        }
    }

    /** One of the two: together they are refused by models since Opus 4.1. */
    private static void writeSampling(JsonGenerator json, ChatRequest request) throws IOException {
        Double temperature = request.temperature();
        Double topP = request.topP();
        if (temperature != null) {
            // Here the scale ends at 1.
            json.writeNumberField("temperature", Math.min(1.0, temperature));
        } else if (topP != null) {
            json.writeNumberField("top_p", topP.doubleValue());
        }
    }

    private static void writeConversation(JsonGenerator json, ChatRequest request)
            throws IOException, ProviderException {
        String instructions =
                request.messages().stream()
                        .filter(Message.Instructions.class::isInstance)
                        .map(message -> ((Message.Instructions) message).text())
                        .collect(Collectors.joining("\n\n"));
        boolean onlyInstructions =
                request.messages().stream().allMatch(Message.Instructions.class::isInstance);
        json.writeArrayFieldStart("messages");
        Turns turns = new Turns(json);
        if (onlyInstructions) {
            // A conversation needs a user.
            turns.add(new Message.User(instructions));
        }
        for (Message message : request.messages()) {
            turns.add(message);
        }
        turns.close();
        json.writeEndArray();
        if (!onlyInstructions && !instructions.isEmpty()) {
            json.writeStringField("system", instructions);
        }
    }

    private static void writeTools(JsonGenerator json, ChatRequest request)
            throws IOException, ProviderException {
        json.writeArrayFieldStart("tools");
        for (Tool tool : request.tools()) {
            json.writeStartObject();
            json.writeStringField("name", tool.name());
            String description = tool.description();
            if (description != null) {
                json.writeStringField("description", description);
            }
            json.writeObjectField(
                    "input_schema", WireJson.object(tool.parameters(), "tool_parameters"));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectFieldStart("tool_choice");
        switch (request.toolChoice()) {
            case ToolChoice.Auto _ -> json.writeStringField("type", "auto");
            case ToolChoice.None _ -> json.writeStringField("type", "none");
            case ToolChoice.Required _ -> json.writeStringField("type", "any");
            case ToolChoice.Named(var name) -> {
                json.writeStringField("type", "tool");
                json.writeStringField("name", name);
            }
        }
        json.writeEndObject();
    }

    /** Without the name, and always strict: this wire knows neither. */
    private static void writeFormat(JsonGenerator json, ResponseFormat format)
            throws IOException, ProviderException {
        json.writeObjectFieldStart("output_config");
        json.writeObjectFieldStart("format");
        json.writeStringField("type", "json_schema");
        json.writeObjectField("schema", WireJson.object(format.schema(), "response_schema"));
        json.writeEndObject();
        json.writeEndObject();
    }
}
