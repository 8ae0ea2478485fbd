package spillway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static spillway.api.Samples.post;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.ResponseFormat;
import spillway.chat.Tool;
import spillway.chat.ToolChoice;
import spillway.http.Request;
import spillway.routing.OnBreak;

class RequestDecodingTest {
    private static final String EVERYTHING =
            """
            {
              "model": "openai/gpt-6-luna",
              "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "How warm is it in Oslo?"},
                {"role": "assistant", "content": null, "tool_calls": [
                  {"id": "call_1", "name": "weather", "arguments": "{\\"city\\":\\"Oslo\\"}"}]},
                {"role": "tool", "tool_call_id": "call_1", "content": "4 °C"},
                {"role": "assistant", "content": "It is"}
              ],
              "max_tokens": 5e2,
              "temperature": 0.5,
              "top_p": 1,
              "stop": ["END", "\\n\\n"],
              "tools": [
                {"name": "weather", "description": "Tells the weather.",
                 "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "x": [1.50, true, null]}},
                {"name": "time"}
              ],
              "tool_choice": {"name": "weather"},
              "response_format": {"type": "json_schema", "name": "report", "strict": false,
                "schema": {"type": "object", "additionalProperties": false}}
            }
            """;

    private final NativeDialect dialect = new NativeDialect("default");

    @Test
    void readsEveryField() throws ProblemException {
        ChatRequest asked = decode(EVERYTHING);

        assertThat(asked)
                .isEqualTo(
                        new ChatRequest(
                                "openai/gpt-6-luna",
                                List.of(
                                        new Message.Instructions("Be brief."),
                                        new Message.User("How warm is it in Oslo?"),
                                        new Message.Assistant(
                                                "",
                                                List.of(
                                                        new Message.ToolCall(
                                                                "call_1",
                                                                "weather",
                                                                "{\"city\":\"Oslo\"}"))),
                                        new Message.ToolResult("call_1", "4 °C"),
                                        new Message.Assistant("It is", List.of())),
                                500,
                                0.5,
                                1.0,
                                List.of("END", "\n\n"),
                                List.of(
                                        new Tool(
                                                "weather",
                                                "Tells the weather.",
                                                "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"x\":[1.50,true,null]}"),
                                        new Tool(
                                                "time",
                                                null,
                                                "{\"type\":\"object\",\"properties\":{}}")),
                                new ToolChoice.Named("weather"),
                                new ResponseFormat(
                                        "report",
                                        "{\"type\":\"object\",\"additionalProperties\":false}",
                                        false)));
    }

    @Test
    void holdsTheModelToASchemaUnlessToldOtherwise() throws ProblemException {
        assertThat(
                        decode(
                                        "{\"prompt\":\"hi\",\"response_format\":{\"type\":\"json_schema\",\"schema\":{}}}")
                                .responseFormat())
                .isEqualTo(new ResponseFormat("answer", "{}", true));
    }

    @Test
    void asksForTheDefaultRouteWhenNoneIsNamed() throws ProblemException {
        assertThat(decode("{\"prompt\":\"hi\"}")).isEqualTo(ChatRequest.of("default", "hi"));
        assertThat(decode("{\"prompt\":\"hi\",\"route\":null,\"stop\":null}"))
                .isEqualTo(ChatRequest.of("default", "hi"));
        assertThat(decode("{\"prompt\":\"hi\",\"route\":\"careful\"}"))
                .isEqualTo(ChatRequest.of("careful", "hi"));
    }

    @ParameterizedTest
    @CsvSource({"auto", "none", "required"})
    void readsAToolChoiceInAWord(String word) throws ProblemException {
        ToolChoice choice =
                decode(
                                "{\"prompt\":\"hi\",\"tools\":[{\"name\":\"t\"}],\"tool_choice\":\"%s\",\"stop\":\"x\"}"
                                        .formatted(word))
                        .toolChoice();

        assertThat(choice.getClass().getSimpleName()).isEqualToIgnoringCase(word);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[] | ~~ | is an array; an object is needed",
                "\"hi\" | ~~ | is a string; an object is needed",
                "{} | /messages | is missing; messages or prompt is needed",
                "{\"prompt\":7} | /prompt | is a number; a string is needed",
                "{\"prompt\":\" \"} | /prompt | is blank; what the model shall answer is needed",
                "{\"prompt\":\"a\",\"messages\":[]} | /prompt | is given beside messages; one of the two is right",
                "{\"prompt\":\"a\",\"route\":\"x\",\"model\":\"y\"} | /model | is given beside route; one of the two is right",
                "{\"prompt\":\"a\",\"route\":\"\"} | /route | is empty; at least one character is needed",
                "{\"prompt\":\"a\",\"model\":{}} | /model | is an object; a string is needed",
                "{\"prompt\":\"a\",\"temprature\":1} | /temprature | is an unknown field; did you mean \"temperature\"?",
                "{\"prompt\":\"a\",\"maxTokens\":1} | /maxTokens | is an unknown field; did you mean \"max_tokens\"?",
                "{\"prompt\":\"a\",\"seed\":1} | /seed | is an unknown field; known are route, model, messages, prompt, max_tokens, temperature, top_p, stop, tools, tool_choice, response_format, on_break",
                "{\"prompt\":\"a\",\"a/b~c\":1} | /a~1b~0c | is an unknown field; known are route, model, messages, prompt, max_tokens, temperature, top_p, stop, tools, tool_choice, response_format, on_break",
                "{\"prompt\":\"a\",\"prompt\":\"b\"} | /prompt | is given twice; once is right",
                "{\"prompt\":\"a\",\"max_tokens\":0} | /max_tokens | is 0; a whole number from 1 to 1000000 is needed",
                "{\"prompt\":\"a\",\"max_tokens\":1.5} | /max_tokens | is 1.5; a whole number from 1 to 1000000 is needed",
                "{\"prompt\":\"a\",\"max_tokens\":\"9\"} | /max_tokens | is a string; a whole number from 1 to 1000000 is needed",
                "{\"prompt\":\"a\",\"max_tokens\":1e999} | /max_tokens | is 1e999; a whole number from 1 to 1000000 is needed",
                "{\"prompt\":\"a\",\"max_tokens\":11111111111111111111111111111111111} | /max_tokens | is 111111111111111111111111111111…; a whole number from 1 to 1000000 is needed",
                "{\"prompt\":\"a\",\"temperature\":2.1} | /temperature | is 2.1; a number from 0 to 2 is needed",
                "{\"prompt\":\"a\",\"temperature\":true} | /temperature | is a boolean; a number from 0 to 2 is needed",
                "{\"prompt\":\"a\",\"top_p\":-0.1} | /top_p | is -0.1; a number from 0 to 1 is needed",
                "{\"prompt\":\"a\",\"stop\":7} | /stop | is a number; a string or an array of strings is needed",
                "{\"prompt\":\"a\",\"stop\":[\"x\",7]} | /stop/1 | is a number; a string is needed",
                "{\"prompt\":\"a\",\"stop\":\"\"} | /stop | has 0 characters; from 1 to 256 are allowed",
                "{\"prompt\":\"a\",\"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\"]} | /stop | has 5 elements; at most 4 are allowed",
                "{\"prompt\":\"a\",\"response_format\":\"json\"} | /response_format | is a string; an object is needed",
                "{\"prompt\":\"a\",\"response_format\":{\"type\":\"json_schema\"}} | /response_format/schema | is missing",
                "{\"prompt\":\"a\",\"response_format\":{\"schema\":{}}} | /response_format/type | is missing",
                "{\"prompt\":\"a\",\"response_format\":{\"type\":\"json\",\"schema\":{}}} | /response_format/type | is \"json\"; one of json_schema is needed",
                "{\"prompt\":\"a\",\"response_format\":{\"type\":\"json_schema\",\"schema\":[]}} | /response_format/schema | is an array; an object is needed",
                "{\"prompt\":\"a\",\"response_format\":{\"type\":\"json_schema\",\"schema\":{},\"name\":\"a b\"}} | /response_format/name | is a string of 3 characters; letters, digits, _ and - are allowed",
                "{\"prompt\":\"a\",\"response_format\":{\"type\":\"json_schema\",\"schema\":{},\"strict\":1}} | /response_format/strict | is a number; true or false is needed",
                "{\"prompt\":\"a\",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{}}} | /response_format/json_schema | is an unknown field; known are type, name, schema, strict",
                "{\"messages\":{}} | /messages | is an object; an array is needed",
                "{\"messages\":[]} | /messages | is empty; at least one message is needed",
                "{\"messages\":[7]} | /messages/0 | is a number; an object is needed",
                "{\"messages\":[{\"content\":\"a\"}]} | /messages/0/role | is missing",
                "{\"messages\":[{\"role\":\"usr\",\"content\":\"a\"}]} | /messages/0/role | is \"usr\"; one of system, user, assistant, tool is needed",
                "{\"messages\":[{\"role\":\"my secret text\",\"content\":\"a\"}]} | /messages/0/role | is a string of 14 characters; one of system, user, assistant, tool is needed",
                "{\"messages\":[{\"role\":\"user\"}]} | /messages/0/content | is missing",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"\"}]} | /messages/0/content | is blank; some text is needed",
                "{\"messages\":[{\"role\":\"user\",\"content\":[]}]} | /messages/0/content | is an array; a string is needed",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"tool_calls\":[]}]} | /messages/0/tool_calls | is an unknown field; known are role, content",
                "{\"messages\":[{\"role\":\"system\",\"content\":\"a\"}]} | /messages | has system messages only; something to answer is needed",
                "{\"messages\":[{\"role\":\"assistant\"}]} | /messages/0/content | is missing; content or tool_calls is needed",
                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[7]}]} | /messages/0/tool_calls/0 | is a number; an object is needed",
                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{}]}]} | /messages/0/tool_calls/0/arguments | is missing",
                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"name\":\"t\",\"arguments\":\"x\"}]}]} | /messages/0/tool_calls/0/arguments | is no JSON object as text; such as \"{\\\"city\\\":\\\"Oslo\\\"}\" is needed",
                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"name\":\"t\",\"arguments\":\"{\\\"a\\\":1,\\\"a\\\":1}\"}]}]} | /messages/0/tool_calls/0/arguments | is no JSON object as text; such as \"{\\\"city\\\":\\\"Oslo\\\"}\" is needed",
                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"name\":\"a b\",\"arguments\":\"{}\"}]}]} | /messages/0/tool_calls/0/name | is a string of 3 characters; letters, digits, _ and - are allowed",
                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"name\":\"a\",\"arguments\":\"{}\"},{\"id\":\"1\",\"name\":\"a\",\"arguments\":\"{}\"}]}]} | /messages/0/tool_calls/1/id | is the id of another call; each needs its own",
                "{\"messages\":[{\"role\":\"tool\",\"content\":\"a\",\"tool_call_id\":\"9\"}]} | /messages/0/tool_call_id | is \"9\", which no tool call before it has as its id",
                "{\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]} | /messages/0/tool_call_id | is missing",
                "{\"prompt\":\"a\",\"tools\":[7]} | /tools/0 | is a number; an object is needed",
                "{\"prompt\":\"a\",\"tools\":[{}]} | /tools/0/name | is missing",
                "{\"prompt\":\"a\",\"tools\":[{\"name\":\"t\"},{\"name\":\"t\"}]} | /tools/1/name | is the name of another tool; each needs its own",
                "{\"prompt\":\"a\",\"tools\":[{\"name\":\"t\",\"parameters\":[]}]} | /tools/0/parameters | is an array; an object is needed",
                "{\"prompt\":\"a\",\"tool_choice\":7} | /tool_choice | is a number; one of auto, none, required or an object with a name is needed",
                "{\"prompt\":\"a\",\"tool_choice\":\"any\"} | /tool_choice | is \"any\"; one of auto, none, required is needed",
                "{\"prompt\":\"a\",\"tool_choice\":\"required\"} | /tool_choice | is \"required\", but there are no tools",
                "{\"prompt\":\"a\",\"tool_choice\":{}} | /tool_choice/name | is missing",
                "{\"prompt\":\"a\",\"tools\":[{\"name\":\"weather\"}],\"tool_choice\":{\"name\":\"wether\"}} | /tool_choice/name | is \"wether\", which is none of the tools; did you mean \"weather\"?",
            })
    void tellsWhatIsWrongWithWhichField(String json, String pointer, String detail) {
        Problem problem = refused(post(Api.GENERATE, json));

        assertThat(problem.type()).isEqualTo(ProblemType.INVALID_REQUEST);
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.errors())
                .contains(new Problem.Fault(Problem.In.POINTER, pointer, detail));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | is not JSON at line 1, column 1: it is empty",
                "{\"prompt\":\"hi\" | is not JSON at line 1, column 15: it ends too early; something is not closed",
                "{\"prompt\": hello world} | is not JSON at line 1, column 12: a word stands where a string in double quotes, a number, an object, an array, true, false or null is needed",
                "{'prompt': 1} | is not JSON at line 1, column 2: the name of a member is needed, in double quotes",
                "{\"prompt\":\"hi\"} x | is not JSON at line 1, column 17: something follows the end of the value",
                "{\"prompt\":\"hi\"}} | is not JSON at line 1, column 16: something follows the end of the value",
                "{\"prompt\":\"hi\"} {} | is not JSON at line 1, column 17: something follows the end of the value",
                "{\"prompt\":\"hi\",} | is not JSON at line 1, column 16: the name of a member is needed, in double quotes",
                "{\"max_tokens\":01} | is not JSON at line 1, column 16: a number is not written as JSON has it",
                "// a | is not JSON at line 1, column 1: comments are not allowed",
            })
    void tellsWhereTheSyntaxBreaks(String json, String detail) {
        Problem problem = refused(post(Api.GENERATE, json == null ? "" : json));

        assertThat(problem.errors())
                .containsExactly(new Problem.Fault(Problem.In.POINTER, "", detail));
        assertThat(problem.detail()).isEqualTo("The body " + detail + ".");
    }

    @Test
    void tellsAllMistakesAtOnceInTheirOrder() {
        Problem problem =
                refused(
                        post(
                                Api.GENERATE,
                                "{\"tempreature\":1,\n\"max_tokens\":0,\n\"messages\":[{\"role\":\"user\"},{\"role\":\"x\"}]}"));

        assertThat(problem.detail()).isEqualTo("The request has 4 mistakes; see errors.");
        assertThat(problem.errors())
                .extracting(Problem.Fault::name)
                .containsExactly(
                        "/tempreature", "/max_tokens", "/messages/0/content", "/messages/1/role");
    }

    @Test
    void tellsNoMoreMistakesThanAnyoneReads() {
        var json = new StringBuilder("{\"prompt\":\"a\"");
        for (int i = 0; i < 1000; i++) {
            json.append(",\"f").append(i).append("\":1");
        }

        assertThat(refused(post(Api.GENERATE, json.append('}').toString())).errors()).hasSize(50);
    }

    @Test
    void refusesDeepNesting() {
        String json = "{\"prompt\":" + "[".repeat(100_000);

        assertThat(refused(post(Api.GENERATE, json)).detail())
                .contains("is nested deeper than 64 levels");
    }

    @Test
    void refusesNumbersAndNamesWithoutEnd() {
        assertThat(
                        refused(post(Api.GENERATE, "{\"max_tokens\":" + "1".repeat(5000) + "}"))
                                .detail())
                .contains("a number or a name is too long");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] body = "{\"prompt\":\"h?\"}".getBytes(StandardCharsets.US_ASCII);
        body[12] = (byte) 0xff;

        assertThat(refused(json(body)).detail()).contains("is not JSON").contains("UTF-8");
    }

    @ParameterizedTest
    @CsvSource({"continue,CONTINUE", "error,ERROR", "restart,RESTART"})
    void readsWhatBecomesOfAnAnswerThatBreaks(String word, OnBreak onBreak)
            throws ProblemException {
        String json = "{\"prompt\":\"a\",\"on_break\":\"" + word + "\"}";

        assertThat(dialect.decode(post(Api.GENERATE, json)).onBreak()).isEqualTo(onBreak);
        assertThat(dialect.decode(post(Api.GENERATE, "{\"prompt\":\"a\"}")).onBreak()).isNull();
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        var small = new NativeDialect("default", 20);

        assertThat(small)
                .satisfies(
                        it -> {
                            assertThat(it.decode(post("/", "{\"prompt\":\"1234567\"}")))
                                    .isNotNull();
                        });
        Problem problem =
                Objects.requireNonNull(
                                catchThrowableOfType(
                                        ProblemException.class,
                                        () ->
                                                small.decode(
                                                        post("/", "{\"prompt\":\"123456789\"}"))))
                        .problem();
        assertThat(problem.type()).isEqualTo(ProblemType.PAYLOAD_TOO_LARGE);
        assertThat(problem.status()).isEqualTo(413);
        assertThat(problem.detail()).isEqualTo("The body has 22 bytes; at most 20 are allowed.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON; charset=UTF-8",
                "application/json;charset=\"utf-8\"",
                "application/json; profile=x"
            })
    void takesTheseContentTypes(String type) throws ProblemException {
        byte[] body = "{\"prompt\":\"a\"}".getBytes(StandardCharsets.UTF_8);

        var request = Samples.request("POST", "/", Map.of(), Map.of("content-type", type), body);

        assertThat(dialect.decode(request).request().messages()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonp",
                "application/json; charset=latin1"
            })
    void refusesTheseContentTypes(String type) {
        var request =
                Samples.request("POST", "/", Map.of(), Map.of("content-type", type), new byte[0]);

        assertThat(refused(request).status()).isEqualTo(415);
    }

    @Test
    void saysWhichContentTypeItGot() {
        Map<String, String> headers = Map.of("content-type", "application/x-www-form-urlencoded");

        Problem problem = refused(Samples.request("POST", "/", Map.of(), headers, new byte[0]));

        assertThat(problem.detail())
                .isEqualTo(
                        "The content-type is \"application/x-www-form-urlencoded\"; application/json in"
                                + " UTF-8 is needed.");
    }

    @Test
    void refusesARequestWithoutAContentType() {
        Problem problem = refused(Samples.request("POST", "/", Map.of(), Map.of(), null));

        assertThat(problem.type()).isEqualTo(ProblemType.UNSUPPORTED_MEDIA_TYPE);
        assertThat(problem.detail())
                .isEqualTo("There is no content-type; application/json in UTF-8 is needed.");
    }

    @Test
    void refusesACompressedBody() {
        var headers = Map.of("content-type", "application/json", "content-encoding", "gzip");

        assertThat(refused(Samples.request("POST", "/", Map.of(), headers, null)).status())
                .isEqualTo(415);
    }

    @Test
    void takesABodyThatSaysItIsNotCompressed() throws ProblemException {
        var headers = Map.of("content-type", "application/json", "content-encoding", "identity");
        byte[] body = "{\"prompt\":\"a\"}".getBytes(StandardCharsets.UTF_8);

        assertThat(dialect.decode(Samples.request("POST", "/", Map.of(), headers, body)))
                .isNotNull();
    }

    /** Whatever comes: it is a request, or a problem that says what is wrong. Never a bug. */
    @Test
    void meetsBrokenRequestsWithProblemsOnly() {
        var random = new Random(20260101);
        byte[] whole = EVERYTHING.getBytes(StandardCharsets.UTF_8);
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            try {
                assertThat(dialect.decode(json(mutated(whole, random))).request().messages())
                        .isNotEmpty();
                accepted++;
            } catch (ProblemException e) {
                assertThat(e.problem().errors()).isNotEmpty();
                refused++;
            }
        }
        assertThat(accepted).isPositive();
        assertThat(refused).isGreaterThan(1000);
    }

    private static byte[] mutated(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) "{}[]\":,0-.ntf\\ue9".charAt(random.nextInt(17));
                case 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 3 -> {
                    int length = Math.min(random.nextInt(20), bytes.length - at);
                    int from = random.nextInt(bytes.length - length + 1);
                    System.arraycopy(whole, from, bytes, at, length);
                }
                default -> bytes = java.util.Arrays.copyOf(bytes, Math.max(1, at));
            }
        }
        return bytes;
    }

    private ChatRequest decode(String json) throws ProblemException {
        return dialect.decode(post(Api.GENERATE, json)).request();
    }

    private static Request json(byte[] body) {
        return Samples.request(
                "POST", "/", Map.of(), Map.of("content-type", "application/json"), body);
    }

    private Problem refused(Request request) {
        return Objects.requireNonNull(
                        catchThrowableOfType(ProblemException.class, () -> dialect.decode(request)))
                .problem();
    }
}
