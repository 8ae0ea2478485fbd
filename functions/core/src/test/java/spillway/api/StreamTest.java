package spillway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.api.Samples.DONE;
import static spillway.api.Samples.START;
import static spillway.api.Samples.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.ProviderFailure;
import spillway.chat.ToolChoice;
import spillway.gateway.Caller;
import spillway.relay.AnswerEvent;
import spillway.relay.AnswerFailure;
import spillway.routing.OnBreak;

class StreamTest {
    private final ScriptedAnswer answer = new ScriptedAnswer();
    private final ScriptedGateway gateway = ScriptedGateway.answering(answer);
    private final RecordingSink sink = new RecordingSink();
    private final List<RuntimeException> bugs = new ArrayList<>();

    @Test
    void givesEachEventAnIdAndSaysWhenToComeBack() throws IOException {
        answer.burst(START, text("a")).silence().burst(text("b"), DONE);

        ask(Map.of("prompt", "hi"), Map.of());

        assertThat(sink.status).isEqualTo(200);
        assertThat(sink.headers)
                .containsEntry("content-type", "text/event-stream")
                .containsEntry("cache-control", "no-cache, no-transform")
                .containsEntry("x-accel-buffering", "no");
        assertThat(sink.body())
                .startsWith("retry: 1000\n\nevent: start\nid: ans1.1\ndata: {")
                .contains("\n\nevent: text\nid: ans1.2\ndata: {\"text\":\"a\"}\n\n: still here\n\n")
                .contains("\n\nevent: text\nid: ans1.3\ndata: {\"text\":\"b\"}\n\n")
                .contains("\n\nevent: done\nid: ans1.end\ndata: {")
                .containsOnlyOnce("retry:");
    }

    @Test
    void readsEveryParameter() throws IOException {
        answer.burst(START, text("a"), DONE);

        ask(
                Map.of(
                        "prompt", "hi",
                        "model", "openai/gpt-6-luna",
                        "system", "Be brief.",
                        "max_tokens", "20",
                        "temperature", "0.5",
                        "lastEventId", ""),
                Map.of("last-event-id", ""));

        assertThat(gateway.asked)
                .containsExactly(
                        new ChatRequest(
                                "openai/gpt-6-luna",
                                List.of(
                                        new Message.Instructions("Be brief."),
                                        new Message.User("hi")),
                                20,
                                0.5,
                                null,
                                List.of(),
                                List.of(),
                                new ToolChoice.Auto()));
    }

    @ParameterizedTest
    @CsvSource({"route,careful,careful", "model,m,m", "temperature,1,default"})
    void asksForTheRouteOrModelOrTheDefault(String name, String value, String asked)
            throws IOException {
        answer.burst(START, text("a"), DONE);

        ask(Map.of("prompt", "hi", name, value), Map.of());

        assertThat(gateway.asked).extracting(ChatRequest::model).containsExactly(asked);
    }

    @Test
    void asksForWhatShallBecomeOfABrokenAnswer() throws IOException {
        answer.burst(START, text("a"), DONE);

        ask(Map.of("prompt", "hi", "on_break", "restart"), Map.of());

        assertThat(gateway.callers).extracting(Caller::onBreak).containsExactly(OnBreak.RESTART);
    }

    @Test
    void theLastEventOfAFailedAnswerEndsItToo() throws IOException {
        answer.burst(START, text("a"))
                .burst(new AnswerEvent.Failed(new AnswerFailure.OutOfTime(List.of()), 1, true));

        ask(Map.of("prompt", "hi"), Map.of());

        assertThat(sink.flushes.getLast()).startsWith("event: failed\nid: ans1.end\ndata: {");
        assertThat(sink.failure).isEqualTo("UpstreamFailed");
    }

    @Test
    void anAnswerThatFailsBeforeItHasAnIdIsEndedUnderThatOfTheRequest() throws IOException {
        answer.silence().bug(new IllegalStateException("bug"));

        ask(Map.of("prompt", "hi"), Map.of());

        assertThat(sink.body())
                .startsWith(": still here\n\nretry: 1000\n\nevent: failed\nid: req-1.end\n");
        assertThat(bugs).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ans1.end", "a.b-c_d:e.end"})
    void doesNotStartAFinishedStreamAgain(String id) throws IOException {
        ask(Map.of("prompt", "hi"), Map.of("last-event-id", id));

        assertThat(sink.status).isEqualTo(204);
        assertThat(sink.body()).isEmpty();
        assertThat(gateway.asked).isEmpty();
    }

    @Test
    void neverBillsASecondAnswerForAStreamThatWasCut() throws IOException {
        ask(Map.of("prompt", "hi", "lastEventId", "ans1.end"), Map.of("last-event-id", "ans1.17"));

        assertThat(sink.status).isEqualTo(200);
        assertThat(sink.body())
                .isEqualTo(
                        """
                        retry: 1000

                        event: failed
                        id: ans1.end
                        data: {"type":"urn:spillway:problem:stream-not-resumable","title":"The stream cannot be resumed","status":410,"detail":"The answer was not delivered whole and cannot be continued; ask anew, without a last event id.","instance":"req-1"}

                        """);
        assertThat(gateway.asked).isEmpty();
        assertThat(sink.failure).isNull();
    }

    @Test
    void takesTheLastEventFromTheQueryToo() throws IOException {
        ask(Map.of("lastEventId", "ans1.end"), Map.of());

        assertThat(sink.status).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "ans1.", "ans1.-1", "ans 1.2", ".end", "ans1.end\n", "ans1.END"})
    void refusesIdsThatAreNotOurs(String id) throws IOException {
        ask(Map.of("prompt", "hi"), Map.of("last-event-id", id));

        assertThat(sink.status).isEqualTo(400);
        assertThat(sink.body())
                .contains(
                        "\"errors\":[{\"header\":\"last-event-id\",\"detail\":\"is no id of an event; one such as answer.12 or answer.end is needed\"}]");
        assertThat(gateway.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prompt | '' | is blank; some text is needed",
                "promt | x | is an unknown parameter; did you mean \"prompt\"?",
                "stop | x | is an unknown parameter; known are prompt, route, model, system, max_tokens, temperature, on_break, lastEventId",
                "on_break | stop | is \"stop\"; one of continue, error, restart is needed",
                "max_tokens | 0 | is \"0\"; a whole number from 1 to 1000000 is needed",
                "max_tokens | 1.5 | is \"1.5\"; a whole number from 1 to 1000000 is needed",
                "max_tokens | 1000001 | is \"1000001\"; a whole number from 1 to 1000000 is needed",
                "max_tokens | some | is \"some\"; a whole number from 1 to 1000000 is needed",
                "temperature | -1 | is \"-1\"; a number from 0 to 2 is needed",
                "temperature | NaN | is \"NaN\"; a number from 0 to 2 is needed",
                "route | ' ' | is blank; some text is needed",
            })
    void tellsWhatIsWrongWithWhichParameter(String name, String value, String detail)
            throws IOException {
        var query = new HashMap<>(Map.of("prompt", "hi"));
        query.put(name, value);

        ask(query, Map.of());

        assertThat(sink.status).isEqualTo(400);
        assertThat(sink.body())
                .contains(
                        "\"errors\":[{\"parameter\":\"%s\",\"detail\":\"%s\"}]"
                                .formatted(name, detail.replace("\"", "\\\"")));
        assertThat(gateway.asked).isEmpty();
    }

    @Test
    void tellsAllMistakesAtOnce() throws IOException {
        ask(Map.of("route", "a", "model", "b", "max_tokens", "0", "x".repeat(90), "1"), Map.of());

        assertThat(sink.body())
                .contains("The request has 4 mistakes; see errors.")
                .contains("{\"parameter\":\"prompt\",\"detail\":\"is missing\"}")
                .contains("is given beside route; one of the two is right")
                .contains("{\"parameter\":\"" + "x".repeat(40) + "\"");
    }

    @Test
    void countsThePromptInCharactersAndNotInHalvesOfThem() throws IOException {
        answer.burst(START, text("a"), DONE);

        ask(Map.of("prompt", "\ud83d\ude00".repeat(4000)), Map.of());
        assertThat(sink.status).isEqualTo(200);

        var second = new RecordingSink();
        Api.stream(gateway, Configs.simple(), (_, bug) -> bugs.add(bug))
                .handle(Samples.get(Api.STREAM, Map.of("prompt", "x".repeat(4001))), second);
        assertThat(second.status).isEqualTo(400);
        assertThat(second.body()).contains("has 4001 characters; at most 4000 are allowed");
    }

    @Test
    void refusesWithTheStatusOfTheFailure() throws IOException {
        var failing =
                ScriptedGateway.refusing(
                        new AnswerFailure.AllFailed(
                                List.of(
                                        Samples.failed(
                                                Samples.OPENAI,
                                                new ProviderFailure.Unavailable(500, "")))));

        Api.stream(failing, Configs.simple(), (_, bug) -> bugs.add(bug))
                .handle(Samples.get(Api.STREAM, Map.of("prompt", "hi")), sink);

        assertThat(sink.status).isEqualTo(502);
        assertThat(sink.headers).containsEntry("x-should-retry", "false");
    }

    @Test
    void okHttpsReaderReadsEveryEvent() throws IOException {
        answer.burst(START, text("line\r\nend \u2028\ud83d\ude00")).silence().burst(DONE);
        ask(Map.of("prompt", "hi"), Map.of());
        List<String> read = new ArrayList<>();

        EventSources.processResponse(
                new Response.Builder()
                        .request(new okhttp3.Request.Builder().url("http://localhost/").build())
                        .protocol(Protocol.HTTP_1_1)
                        .code(sink.status)
                        .message("")
                        .body(ResponseBody.create(sink.body(), MediaType.get("text/event-stream")))
                        .build(),
                new EventSourceListener() {
                    @Override
                    public void onEvent(
                            EventSource source,
                            @Nullable String id,
                            @Nullable String type,
                            String data) {
                        read.add(id + " " + type + " " + data);
                    }
                });

        assertThat(read).hasSize(3);
        assertThat(read.get(0)).startsWith("ans1.1 start {\"id\":\"ans1\"");
        assertThat(read.get(1))
                .isEqualTo("ans1.2 text {\"text\":\"line\\r\\nend \u2028\ud83d\ude00\"}");
        assertThat(read.get(2)).startsWith("ans1.end done {");
    }

    private void ask(Map<String, String> query, Map<String, String> headers) throws IOException {
        Api.stream(gateway, Configs.simple(), (_, bug) -> bugs.add(bug))
                .handle(Samples.request("GET", Api.STREAM, query, headers, null), sink);
    }
}
