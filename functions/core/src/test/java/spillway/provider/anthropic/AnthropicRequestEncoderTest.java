package spillway.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.ResponseFormat;
import spillway.chat.Tool;
import spillway.chat.ToolChoice;
import spillway.provider.http.WireJson;

class AnthropicRequestEncoderTest {

    @Test
    void asksWithALimitEvenWhenNoneWasAsked() throws Exception {
        assertThat(encode(ChatRequest.of("claude-x", "hello")))
                .isEqualTo(
                        json(
                                """
                                {"model":"claude-x","stream":true,"max_tokens":8192,"messages":[
                                  {"role":"user","content":[{"type":"text","text":"hello"}]}]}
                                """));
    }

    @Test
    void writesEveryKindOfMessageInTurns() throws Exception {
        ChatRequest request =
                request(
                        List.of(
                                new Message.Instructions("be"),
                                new Message.User("one"),
                                new Message.User("two"),
                                new Message.Assistant(
                                        "",
                                        List.of(
                                                new Message.ToolCall("c1", "f", "{\"a\":1}"),
                                                new Message.ToolCall("c2", "g", ""))),
                                new Message.ToolResult("c1", "41"),
                                new Message.ToolResult("c2", "42"),
                                new Message.User("and?"),
                                new Message.Instructions("kind"),
                                new Message.Assistant("so", List.of())),
                        null,
                        null,
                        List.of(),
                        new ToolChoice.Auto());

        JsonNode body = encode(request);

        assertThat(body.get("system")).isEqualTo(json("\"be\\n\\nkind\""));
        assertThat(body.get("messages"))
                .isEqualTo(
                        json(
                                """
                                [{"role":"user","content":[
                                   {"type":"text","text":"one"},{"type":"text","text":"two"}]},
                                 {"role":"assistant","content":[
                                   {"type":"tool_use","id":"c1","name":"f","input":{"a":1}},
                                   {"type":"tool_use","id":"c2","name":"g","input":{}}]},
                                 {"role":"user","content":[
                                   {"type":"tool_result","tool_use_id":"c1","content":"41"},
                                   {"type":"tool_result","tool_use_id":"c2","content":"42"},
                                   {"type":"text","text":"and?"}]},
                                 {"role":"assistant","content":[{"type":"text","text":"so"}]}]
                                """));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n"})
    void leavesOutAnAnswerThatSaidNothing(String nothing) throws Exception {
        JsonNode body =
                encode(
                        request(
                                List.of(
                                        new Message.User("one"),
                                        new Message.Assistant(nothing, List.of()),
                                        new Message.User("two"),
                                        new Message.Assistant(
                                                nothing,
                                                List.of(new Message.ToolCall("c", "f", "")))),
                                null,
                                null,
                                List.of(),
                                new ToolChoice.Auto()));

        assertThat(body.get("messages"))
                .isEqualTo(
                        json(
                                """
                                [{"role":"user","content":[
                                   {"type":"text","text":"one"},{"type":"text","text":"two"}]},
                                 {"role":"assistant","content":[
                                   {"type":"tool_use","id":"c","name":"f","input":{}}]}]
                                """));
    }

    @Test
    void asksAsTheUserWhenThereAreOnlyInstructions() throws Exception {
        JsonNode body =
                encode(
                        request(
                                List.of(new Message.Instructions("be")),
                                null,
                                null,
                                List.of(),
                                new ToolChoice.Auto()));

        assertThat(body.has("system")).isFalse();
        assertThat(body.get("messages"))
                .isEqualTo(
                        json(
                                "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"be\"}]}]"));
    }

    @Test
    void writesLimitsInItsOwnScale() throws Exception {
        JsonNode body =
                encode(
                        new ChatRequest(
                                "m",
                                List.of(new Message.User("x")),
                                7,
                                1.5,
                                0.25,
                                List.of("END"),
                                List.of(),
                                new ToolChoice.Auto()));

        assertThat(body.get("max_tokens").intValue()).isEqualTo(7);
        assertThat(body.get("temperature").doubleValue()).isEqualTo(1.0);
        assertThat(body.has("top_p")).as("never both").isFalse();
        assertThat(body.get("stop_sequences")).isEqualTo(json("[\"END\"]"));
    }

    @Test
    void writesTopPWhereThereIsNoTemperature() throws Exception {
        JsonNode body =
                encode(
                        request(
                                List.of(new Message.User("x")),
                                null,
                                0.25,
                                List.of(),
                                new ToolChoice.Auto()));

        assertThat(body.get("top_p").doubleValue()).isEqualTo(0.25);
        assertThat(body.has("temperature")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "claude-3-5-haiku-20241022,true",
        "claude-opus-4-20250514,true",
        "claude-haiku-4-5,true",
        "claude-opus-4-6,true",
        "claude-sonnet-4-5-20250929,true",
        "claude-opus-4-7,false",
        "claude-opus-5-5,false",
        "claude-haiku-5-5,false",
        "claude-fable-5-1,false"
    })
    void leavesSamplingOutWhereAnthropicRefusesIt(String model, boolean sent) throws Exception {
        ChatRequest request =
                request(List.of(new Message.User("x")), 0.5, null, List.of(), new ToolChoice.Auto())
                        .withModel(model);

        JsonNode body = WireJson.MAPPER.readTree(new AnthropicRequestEncoder(true).encode(request));

        assertThat(body.has("temperature")).isEqualTo(sent);
    }

    @Test
    void writesToolsAndTheChoiceAmongThem() throws Exception {
        JsonNode body = encode(tools(new ToolChoice.Named("f"), "{\"type\":\"object\"}"));

        assertThat(body.get("tools"))
                .isEqualTo(
                        json(
                                """
                                [{"name":"f","description":"does","input_schema":{"type":"object"}},
                                 {"name":"g","input_schema":{}}]
                                """));
        assertThat(body.get("tool_choice")).isEqualTo(json("{\"type\":\"tool\",\"name\":\"f\"}"));
        assertThat(choice(new ToolChoice.Auto())).isEqualTo(json("{\"type\":\"auto\"}"));
        assertThat(choice(new ToolChoice.None())).isEqualTo(json("{\"type\":\"none\"}"));
        assertThat(choice(new ToolChoice.Required())).isEqualTo(json("{\"type\":\"any\"}"));
    }

    @Test
    void refusesWhatIsNoObject() {
        assertRejected(tools(new ToolChoice.Auto(), "[]"), "invalid_tool_parameters");
        assertRejected(
                request(
                        List.of(
                                new Message.Assistant(
                                        "", List.of(new Message.ToolCall("c", "f", "{\"cut")))),
                        null,
                        null,
                        List.of(),
                        new ToolChoice.Auto()),
                "invalid_tool_arguments");
    }

    @Test
    void writesTheFormOfTheAnswer() throws Exception {
        ChatRequest request = formatted("{\"type\":\"object\"}");

        assertThat(encode(request).get("output_config"))
                .isEqualTo(
                        json("""
                        {"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}
                        """)
                                .get("output_config"));
    }

    @Test
    void refusesASchemaThatIsNoObject() {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> encode(formatted("[]")))
                .satisfies(
                        e ->
                                assertThat(e.failure())
                                        .isEqualTo(
                                                new ProviderFailure.Rejected(
                                                        400, "invalid_response_schema")));
    }

    private static ChatRequest formatted(String schema) {
        return new ChatRequest(
                "m",
                List.of(new Message.User("x")),
                null,
                null,
                null,
                List.of(),
                List.of(),
                new ToolChoice.Auto(),
                new ResponseFormat("report", schema, true));
    }

    private static void assertRejected(ChatRequest request, String code) {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> encode(request))
                .satisfies(
                        e ->
                                assertThat(e.failure())
                                        .isEqualTo(new ProviderFailure.Rejected(400, code)));
    }

    private static JsonNode choice(ToolChoice choice) throws Exception {
        return encode(tools(choice, "{}")).get("tool_choice");
    }

    private static ChatRequest tools(ToolChoice choice, String parameters) {
        return request(
                List.of(new Message.User("x")),
                null,
                null,
                List.of(new Tool("f", "does", parameters), new Tool("g", null, "{}")),
                choice);
    }

    private static ChatRequest request(
            List<Message> messages,
            @Nullable Double temperature,
            @Nullable Double topP,
            List<Tool> tools,
            ToolChoice choice) {
        return new ChatRequest("m", messages, null, temperature, topP, List.of(), tools, choice);
    }

    private static JsonNode encode(ChatRequest request) throws Exception {
        return WireJson.MAPPER.readTree(new AnthropicRequestEncoder(false).encode(request));
    }

    private static JsonNode json(String text) throws Exception {
        return WireJson.MAPPER.readTree(text);
    }
}
