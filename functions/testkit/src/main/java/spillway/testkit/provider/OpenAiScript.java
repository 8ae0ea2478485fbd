package spillway.testkit.provider;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** OpenAI Chat Completions, from its OpenAPI file and from streams seen in the wild. */
final class OpenAiScript implements Script {
    private final Attempt attempt;
    private final String head;
    private final boolean usageAsked;

    OpenAiScript(Attempt attempt, int number) {
        this.attempt = attempt;
        this.usageAsked = attempt.says("include_usage", "true");
        this.head =
                "\"id\":\"chatcmpl-scripted"
                        + number
                        + "\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":"
                        + Json.string(attempt.model());
    }

    @Override
    public Fault.@Nullable Status objection() {
        if (!attempt.method().equals("POST") || !attempt.path().endsWith("/chat/completions")) {
            return new Fault.Status(404, null, Fault.Kind.BAD_REQUEST);
        }
        if (attempt.header("authorization") == null) {
            return new Fault.Status(401, null, Fault.Kind.BAD_KEY);
        }
        if (attempt.model().isEmpty() || !attempt.says("stream", "true")) {
            return new Fault.Status(400, null, Fault.Kind.BAD_REQUEST);
        }
        return null;
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("x-request-id", "req_scripted", "openai-version", "2020-10-01");
    }

    @Override
    public String prelude() {
        return chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null");
    }

    @Override
    public String token(String text) {
        return chunk("{\"content\":" + Json.string(text) + "}", "null");
    }

    @Override
    public String ping() {
        return ": ping\n\n";
    }

    @Override
    public String unknown() {
        return "event: moderation\nflavour: mild\nid: 77\nretry: 9\ndata: {"
                + head
                + ",\"choices\":[],\"moderation\":{\"results\":[{\"a\":[1,{}]}]}}\n\n"
                + "data: {"
                + head
                + ",\"choices\":[{\"index\":0,\"delta\":{\"hologram\":{\"deep\":[1,2,null]}},"
                + "\"logprobs\":null,\"finish_reason\":null,\"new\":true}],\"error\":null,"
                + "\"obfuscation\":\"r4N7vQ2m\"}\n\n";
    }

    @Override
    public String reasoning(List<String> tokens) {
        StringBuilder frames = new StringBuilder();
        for (String token : tokens) {
            frames.append(chunk("{\"reasoning_content\":" + Json.string(token) + "}", "null"));
        }
        return frames.toString();
    }

    @Override
    public String refusal() {
        return chunk("{\"refusal\":\"I cannot\"}", "null")
                + chunk("{\"refusal\":\" help with that.\"}", "null");
    }

    @Override
    public String toolCallsBegun() {
        String name = Json.string(attempt.firstTool());
        return token("Looking.")
                + toolChunk(0, "\"id\":\"call_1\",\"type\":\"function\",", name, "")
                + toolChunk(0, "", null, "{\"city\":")
                + toolChunk(0, "", null, "\"Paris\"}")
                + toolChunk(1, "\"id\":\"call_2\",\"type\":\"function\",", name, "")
                + toolChunk(1, "", null, "{\"city\":\"Ro");
    }

    @Override
    public String toolCallsEnded() {
        return toolChunk(1, "", null, "me\"}");
    }

    @Override
    public String reason(End end, int tokens) {
        String reason =
                switch (end) {
                    case STOP, REFUSAL -> "\"stop\"";
                    case LENGTH -> "\"length\"";
                    case TOOLS -> "\"tool_calls\"";
                };
        return chunk("{}", reason)
                + (usageAsked
                        ? "data: {" + head + ",\"choices\":[],\"usage\":" + usage(tokens) + "}\n\n"
                        : "");
    }

    @Override
    public String terminal() {
        return "data: [DONE]\n\n";
    }

    @Override
    public String error(Fault.Shape shape, Fault.Kind kind) {
        return switch (shape) {
            case OBJECT -> "data: " + errorBody(kind) + "\n\n";
            case STRING -> "data: {\"error\":" + Json.string(code(kind)) + "}\n\n";
            case FLAT ->
                    "data: {\"code\":"
                            + Json.string(code(kind))
                            + ",\"message\":"
                            + Json.string(ScriptedProviderServer.PROVIDER_TEXT)
                            + "}\n\n";
        };
    }

    @Override
    public String errorBody(Fault.Kind kind) {
        String code = code(kind);
        return "{\"error\":{\"message\":"
                + Json.string(ScriptedProviderServer.PROVIDER_TEXT)
                + ",\"type\":"
                + Json.string(type(kind))
                + ",\"param\":null,\"code\":"
                + (code.equals(type(kind)) ? "null" : Json.string(code))
                + "}}";
    }

    @Override
    public String document(String text) {
        return "{"
                + head.replace("chat.completion.chunk", "chat.completion")
                + ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
                + Json.string(text)
                + "},\"finish_reason\":\"stop\"}],\"usage\":"
                + usage(9)
                + "}";
    }

    private String chunk(String delta, String reason) {
        return "data: {"
                + head
                + ",\"choices\":[{\"index\":0,\"delta\":"
                + delta
                + ",\"logprobs\":null,\"finish_reason\":"
                + reason
                + "}]"
                + (usageAsked ? ",\"usage\":null" : "")
                + "}\n\n";
    }

    private String toolChunk(int index, String id, @Nullable String name, String arguments) {
        return chunk(
                "{\"tool_calls\":[{\"index\":"
                        + index
                        + ","
                        + id
                        + "\"function\":{"
                        + (name == null ? "" : "\"name\":" + name + ",")
                        + "\"arguments\":"
                        + Json.string(arguments)
                        + "}}]}",
                "null");
    }

    private static String usage(int tokens) {
        return "{\"prompt_tokens\":11,\"completion_tokens\":"
                + tokens
                + ",\"total_tokens\":"
                + (11 + tokens)
                + ",\"prompt_tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":2},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":3}}";
    }

    private static String type(Fault.Kind kind) {
        return switch (kind) {
            case BAD_REQUEST, CONTEXT_LENGTH, CONTENT_POLICY, BAD_KEY, FORBIDDEN, NO_SUCH_MODEL ->
                    "invalid_request_error";
            case OUT_OF_MONEY -> "insufficient_quota";
            case RATE_LIMIT -> "requests";
            case SERVER_ERROR -> "server_error";
            case OVERLOADED -> "service_unavailable_error";
            case TIMEOUT -> "timeout";
        };
    }

    private static String code(Fault.Kind kind) {
        return switch (kind) {
            case BAD_REQUEST -> "invalid_request_error";
            case CONTEXT_LENGTH -> "context_length_exceeded";
            case CONTENT_POLICY -> "content_policy_violation";
            case BAD_KEY -> "invalid_api_key";
            case OUT_OF_MONEY -> "credit_balance_exhausted";
            case FORBIDDEN -> "unsupported_country_region_territory";
            case NO_SUCH_MODEL -> "model_not_found";
            case RATE_LIMIT -> "rate_limit_exceeded";
            case SERVER_ERROR -> "server_error";
            case OVERLOADED -> "server_is_overloaded";
            case TIMEOUT -> "timeout";
        };
    }
}
