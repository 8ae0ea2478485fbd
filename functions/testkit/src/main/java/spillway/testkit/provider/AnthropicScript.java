package spillway.testkit.provider;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Anthropic Messages, from its documentation and from recorded streams. */
final class AnthropicScript implements Script {
    private final Attempt attempt;
    private final int number;
    private int block = -1;

    AnthropicScript(Attempt attempt, int number) {
        this.attempt = attempt;
        this.number = number;
    }

    @Override
    public Fault.@Nullable Status objection() {
        if (!attempt.method().equals("POST") || !attempt.path().endsWith("/v1/messages")) {
            return new Fault.Status(404, null, Fault.Kind.NO_SUCH_MODEL);
        }
        if (attempt.header("x-api-key") == null && attempt.header("authorization") == null) {
            return new Fault.Status(401, null, Fault.Kind.BAD_KEY);
        }
        if (attempt.header("anthropic-version") == null
                || attempt.model().isEmpty()
                || !attempt.body().contains("\"max_tokens\"")
                || !attempt.says("stream", "true")) {
            return new Fault.Status(400, null, Fault.Kind.BAD_REQUEST);
        }
        return null;
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("request-id", "req_scripted");
    }

    @Override
    public String prelude() {
        return frame(
                        "message_start",
                        "\"message\":{\"id\":\"msg_scripted"
                                + number
                                + "\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],"
                                + "\"model\":"
                                + Json.string(attempt.model())
                                + ",\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{"
                                + "\"input_tokens\":5,\"cache_creation_input_tokens\":2,"
                                + "\"cache_read_input_tokens\":4,\"output_tokens\":1}}")
                + ping();
    }

    @Override
    public String token(String text) {
        String opening = block < 0 ? startBlock("{\"type\":\"text\",\"text\":\"\"}") : "";
        return opening + delta("{\"type\":\"text_delta\",\"text\":" + Json.string(text) + "}");
    }

    @Override
    public String ping() {
        return "event: ping\ndata: {\"type\": \"ping\"}\n\n";
    }

    @Override
    public String unknown() {
        return """
        event: hologram
        flavour: mild
        id: 77
        retry: 9
        data: {"type":"hologram","deep":[1,{"a":null}]}

        : comment

        """;
    }

    @Override
    public String reasoning(List<String> tokens) {
        StringBuilder frames =
                new StringBuilder(
                        startBlock("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"));
        for (String token : tokens) {
            frames.append(
                    delta("{\"type\":\"thinking_delta\",\"thinking\":" + Json.string(token) + "}"));
        }
        return frames.append(delta("{\"type\":\"signature_delta\",\"signature\":\"EqQB\"}"))
                .append(stopBlock())
                .append(startBlock("{\"type\":\"text\",\"text\":\"\"}"))
                .toString();
    }

    @Override
    public String refusal() {
        return "";
    }

    @Override
    public String toolCallsBegun() {
        String name = Json.string(attempt.firstTool());
        return token("Looking.")
                + stopBlock()
                + startBlock(
                        "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":"
                                + name
                                + ",\"input\":{}}")
                + arguments("")
                + arguments("{\"city\":")
                + arguments("\"Paris\"}")
                + stopBlock()
                + startBlock(
                        "{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":"
                                + name
                                + ",\"input\":{}}")
                + arguments("{\"city\":\"Ro");
    }

    @Override
    public String toolCallsEnded() {
        return arguments("me\"}");
    }

    @Override
    public String reason(End end, int tokens) {
        String delta =
                switch (end) {
                    case STOP -> "\"stop_reason\":\"end_turn\"";
                    case LENGTH -> "\"stop_reason\":\"max_tokens\"";
                    case TOOLS -> "\"stop_reason\":\"tool_use\"";
                    case REFUSAL ->
                            "\"stop_reason\":\"refusal\",\"stop_details\":{\"type\":\"refusal\","
                                    + "\"category\":null,\"explanation\":null}";
                };
        return (block < 0 ? "" : stopBlock())
                + frame(
                        "message_delta",
                        "\"delta\":{"
                                + delta
                                + ",\"stop_sequence\":null},\"usage\":{\"output_tokens\":"
                                + tokens
                                + ",\"output_tokens_details\":{\"thinking_tokens\":3}}");
    }

    @Override
    public String terminal() {
        return "event: message_stop\ndata: {\"type\":\"message_stop\"   }  \n\n";
    }

    @Override
    public String error(Fault.Shape shape, Fault.Kind kind) {
        return "event: error\ndata: "
                + switch (shape) {
                    case OBJECT -> errorBody(kind);
                    case STRING -> "{\"type\":\"error\",\"error\":" + Json.string(type(kind)) + "}";
                    case FLAT ->
                            "{\"type\":\"error\",\"code\":"
                                    + Json.string(type(kind))
                                    + ",\"message\":"
                                    + Json.string(ScriptedProviderServer.PROVIDER_TEXT)
                                    + "}";
                }
                + "\n\n";
    }

    @Override
    public String errorBody(Fault.Kind kind) {
        return "{\"type\":\"error\",\"error\":{\"type\":"
                + Json.string(type(kind))
                + ",\"message\":"
                + Json.string(ScriptedProviderServer.PROVIDER_TEXT)
                + (kind == Fault.Kind.OUT_OF_MONEY
                        ? ",\"details\":{\"error_code\":\"enforced_spend_limit_reached\"}"
                        : ",\"details\":null")
                + "},\"request_id\":\"req_scripted\"}";
    }

    @Override
    public String document(String text) {
        return "{\"id\":\"msg_scripted\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
                + Json.string(attempt.model())
                + ",\"content\":[{\"type\":\"text\",\"text\":"
                + Json.string(text)
                + "}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                + "\"usage\":{\"input_tokens\":11,\"output_tokens\":9}}";
    }

    private static String frame(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
    }

    private String startBlock(String content) {
        block++;
        return frame("content_block_start", "\"index\":" + block + ",\"content_block\":" + content);
    }

    private String stopBlock() {
        return frame("content_block_stop", "\"index\":" + block);
    }

    private String delta(String delta) {
        return frame("content_block_delta", "\"index\":" + block + ",\"delta\":" + delta);
    }

    private String arguments(String json) {
        return delta("{\"type\":\"input_json_delta\",\"partial_json\":" + Json.string(json) + "}");
    }

    private static String type(Fault.Kind kind) {
        return switch (kind) {
            case BAD_REQUEST, CONTEXT_LENGTH, CONTENT_POLICY -> "invalid_request_error";
            case BAD_KEY -> "authentication_error";
            case OUT_OF_MONEY -> "billing_error";
            case FORBIDDEN -> "permission_error";
            case NO_SUCH_MODEL -> "not_found_error";
            case RATE_LIMIT -> "rate_limit_error";
            case SERVER_ERROR -> "api_error";
            case OVERLOADED -> "overloaded_error";
            case TIMEOUT -> "timeout_error";
        };
    }
}
