package spillway.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
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

class OpenAiRequestEncoderTest {
    private static final List<Message> HELLO = List.of(new Message.User("hello"));

    @Test
    void asksOpenAiInItsNewestWords() throws Exception {
        assertThat(encode(true, request("gpt-4o", new ToolChoice.Auto(), List.of())))
                .isEqualTo(
                        json(
                                """
                                {"model":"gpt-4o","stream":true,
                                 "stream_options":{"include_usage":true,"include_obfuscation":false},
                                 "max_completion_tokens":7,"temperature":0.5,"top_p":0.25,
                                 "stop":["END"],"messages":[{"role":"user","content":"hello"}]}
                                """));
    }

    @Test
    void asksOtherHostsInWordsTheyHaveLongKnown() throws Exception {
        assertThat(encode(false, request("gpt-6-clone", new ToolChoice.Auto(), List.of())))
                .isEqualTo(
                        json(
                                """
                                {"model":"gpt-6-clone","stream":true,
                                 "stream_options":{"include_usage":true},
                                 "max_tokens":7,"temperature":0.5,"top_p":0.25,
                                 "stop":["END"],"messages":[{"role":"user","content":"hello"}]}
                                """));
    }

    @Test
    void saysNothingThatWasNotAsked() throws Exception {
        assertThat(encode(false, ChatRequest.of("m", "hello")))
                .isEqualTo(
                        json(
                                """
                                {"model":"m","stream":true,"stream_options":{"include_usage":true},
                                 "messages":[{"role":"user","content":"hello"}]}
                                """));
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-6-luna,false",
        "gpt-5.4-nano,false",
        "gpt-10,false",
        "o3-mini,false",
        "gpt-4o,true",
        "gpt-4.1-nano,true",
        "omni,true"
    })
    void leavesSamplingOutWhereOpenAiRefusesIt(String model, boolean sent) throws Exception {
        JsonNode body = encode(true, request(model, new ToolChoice.Auto(), List.of()));

        assertThat(body.has("temperature")).isEqualTo(sent);
        assertThat(body.has("top_p")).isEqualTo(sent);
    }

    @Test
    void writesEveryKindOfMessage() throws Exception {
        ChatRequest request =
                new ChatRequest(
                        "m",
                        List.of(
                                new Message.Instructions("be"),
                                new Message.User("ask \"\u00e9\n"),
                                new Message.Assistant("say", List.of()),
                                new Message.Assistant(
                                        "",
                                        List.of(
                                                new Message.ToolCall("c1", "f", "{\"a\":1}"),
                                                new Message.ToolCall("c2", "g", "{}"))),
                                new Message.ToolResult("c1", "42"),
                                new Message.Assistant("", List.of())),
                        null,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        new ToolChoice.Required());

        assertThat(encode(false, request).get("messages"))
                .isEqualTo(
                        json(
                                """
                                [{"role":"system","content":"be"},
                                 {"role":"user","content":"ask \\"\u00e9\\n"},
                                 {"role":"assistant","content":"say"},
                                 {"role":"assistant","content":null,"tool_calls":[
                                   {"id":"c1","type":"function",
                                    "function":{"name":"f","arguments":"{\\"a\\":1}"}},
                                   {"id":"c2","type":"function",
                                    "function":{"name":"g","arguments":"{}"}}]},
                                 {"role":"tool","content":"42","tool_call_id":"c1"},
                                 {"role":"assistant","content":""}]
                                """));
    }

    @Test
    void writesToolsAndTheChoiceAmongThem() throws Exception {
        List<Tool> tools =
                List.of(new Tool("f", "does", "{\"type\":\"object\"}"), new Tool("g", null, "{}"));

        JsonNode body = encode(false, request("m", new ToolChoice.Named("f"), tools));

        assertThat(body.get("tools"))
                .isEqualTo(
                        json(
                                """
                                [{"type":"function","function":{"name":"f","description":"does",
                                  "parameters":{"type":"object"}}},
                                 {"type":"function","function":{"name":"g","parameters":{}}}]
                                """));
        assertThat(body.get("tool_choice"))
                .isEqualTo(json("{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"));
        assertThat(encode(false, request("m", new ToolChoice.None(), tools)).get("tool_choice"))
                .isEqualTo(json("\"none\""));
        assertThat(encode(false, request("m", new ToolChoice.Required(), tools)).get("tool_choice"))
                .isEqualTo(json("\"required\""));
        assertThat(encode(false, request("m", new ToolChoice.Auto(), tools)).has("tool_choice"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "[]", "null", "{", "{},\"model\":\"other\""})
    void refusesParametersThatAreNoObject(String parameters) {
        ChatRequest request =
                request("m", new ToolChoice.Auto(), List.of(new Tool("f", null, parameters)));

        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> encode(false, request))
                .satisfies(
                        e ->
                                assertThat(e.failure())
                                        .isEqualTo(
                                                new ProviderFailure.Rejected(
                                                        400, "invalid_tool_parameters")));
    }

    @Test
    void writesTheFormOfTheAnswer() throws Exception {
        ChatRequest request = formatted("{\"type\":\"object\"}");

        assertThat(encode(false, request).get("response_format"))
                .isEqualTo(
                        json("""
                        {"response_format":{"type":"json_schema","json_schema":{"name":"report","strict":true,"schema":{"type":"object"}}}}
                        """)
                                .get("response_format"));
    }

    @Test
    void refusesASchemaThatIsNoObject() {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> encode(false, formatted("[]")))
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

    private static JsonNode encode(boolean openAiItself, ChatRequest request) throws Exception {
        return WireJson.MAPPER.readTree(new OpenAiRequestEncoder(openAiItself).encode(request));
    }

    private static ChatRequest request(String model, ToolChoice choice, List<Tool> tools) {
        return new ChatRequest(model, HELLO, 7, 0.5, 0.25, List.of("END"), tools, choice);
    }

    private static JsonNode json(String text) throws Exception {
        return WireJson.MAPPER.readTree(text);
    }
}
