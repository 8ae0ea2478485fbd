package spillway.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.chat.FinishReason;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.StreamEvent.Finish;
import spillway.chat.StreamEvent.ReasoningDelta;
import spillway.chat.StreamEvent.RefusalDelta;
import spillway.chat.StreamEvent.TextDelta;
import spillway.chat.StreamEvent.ToolCallDelta;
import spillway.chat.StreamEvent.ToolCallEnded;
import spillway.chat.StreamEvent.ToolCallStarted;
import spillway.chat.StreamEvent.UsageReport;
import spillway.chat.Usage;

class OpenAiStreamDecoderTest {
    private final OpenAiStreamDecoder decoder = new OpenAiStreamDecoder(Clock.systemUTC());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "{}",
                "{\"choices\":null}",
                "{\"choices\":[]}",
                "{\"choices\":[null]}",
                "{\"choices\":[{}]}",
                "{\"choices\":[{\"delta\":null}]}",
                "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}",
                "{\"choices\":[{\"delta\":{\"content\":null,\"refusal\":\"\",\"tool_calls\":null}}]}",
                "{\"choices\":[{\"delta\":{\"reasoning_content\":\"\",\"reasoning\":{}}}]}",
                "{\"choices\":[{\"delta\":{\"reasoning\":{\"a\":1}},\"finish_reason\":\"\"}]}",
                "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"of another choice\"}}]}",
                "{\"choices\":[],\"error\":null,\"usage\":null}",
                "{\"response\":{\"error\":null}}",
                "{\"choices\":[],\"message\":\"a field of the future\"}"
            })
    void seesNoMoreThanASignOfLife(String data) throws Exception {
        assertThat(decode(data)).isEmpty();
    }

    @Test
    void readsTextReasoningAndRefusal() throws Exception {
        assertThat(decode(delta("\"content\":\"hi\""))).containsExactly(new TextDelta("hi"));
        assertThat(decode(delta("\"reasoning_content\":\"hm\",\"reasoning\":\"hm\"")))
                .containsExactly(new ReasoningDelta("hm"));
        assertThat(decode(delta("\"reasoning\":\"hm\""))).containsExactly(new ReasoningDelta("hm"));
        assertThat(decode(delta("\"refusal\":\"no\""))).containsExactly(new RefusalDelta("no"));
    }

    @Test
    void readsUsageInItsOwnChunkAndBesideContent() throws Exception {
        assertThat(
                        decode(
                                "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":8,"
                                        + "\"prompt_tokens_details\":{\"cached_tokens\":7,\"cache_write_tokens\":6},"
                                        + "\"completion_tokens_details\":{\"reasoning_tokens\":5}}}"))
                .containsExactly(new UsageReport(new Usage(9, 8, 7, 6, 5, false)));
        assertThat(
                        decode(
                                "{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":-4,"
                                        + "\"completion_tokens\":null,\"prompt_tokens_details\":null}}"))
                .containsExactly(new TextDelta("a"), new UsageReport(Usage.NONE));
    }

    @Test
    void endsACallWhenTheNextBeginsAndTheLastWithTheReason() throws Exception {
        assertThat(decode(call(0, "a", "f", ""))).containsExactly(new ToolCallStarted(0, "a", "f"));
        assertThat(decode(call(0, null, null, "{}"))).containsExactly(new ToolCallDelta(0, "{}"));
        assertThat(decode(call(1, "b", "g", "{\"x\"")))
                .containsExactly(
                        new ToolCallEnded(0),
                        new ToolCallStarted(1, "b", "g"),
                        new ToolCallDelta(1, "{\"x\""));
        assertThat(decode(call(1, null, null, ":1}"))).containsExactly(new ToolCallDelta(1, ":1}"));
        assertThat(decode(finish("tool_calls"))).containsExactly(new ToolCallEnded(1));
        assertThat(decode("[DONE]")).containsExactly(new Finish(FinishReason.TOOL_CALLS));
    }

    @Test
    void leavesACallOpenThatALimitHasCut() throws Exception {
        decode(call(0, "a", "f", "{\"x"));

        assertThat(decode(finish("length"))).isEmpty();
        assertThat(decode("[DONE]")).containsExactly(new Finish(FinishReason.LENGTH));
    }

    @Test
    void givesACallWithoutArgumentsAnEmptyObject() throws Exception {
        decode(call(0, "a", "f", ""));

        assertThat(decode(finish("stop")))
                .containsExactly(new ToolCallDelta(0, "{}"), new ToolCallEnded(0));
        assertThat(decode("[DONE]"))
                .as("a stop after calls waits for their results")
                .containsExactly(new Finish(FinishReason.TOOL_CALLS));
    }

    @Test
    void readsCallsOfHostsThatRepeatOrLeaveOut() throws Exception {
        decode(call(0, "a", "f", "{"));
        assertThat(decode(call(0, "a", "f", "}"))).containsExactly(new ToolCallDelta(0, "}"));
        assertThat(decode(delta("\"tool_calls\":[{\"function\":{\"name\":\"g\"}}]")))
                .containsExactly(new ToolCallEnded(0), new ToolCallStarted(1, "call_1", "g"));
        assertThat(decode(delta("\"tool_calls\":[{\"function\":{\"arguments\":\"{}\"}}]")))
                .containsExactly(new ToolCallDelta(1, "{}"));
        assertThat(decode(delta("\"tool_calls\":[{\"index\":1}]"))).isEmpty();
        assertThat(decode(call(2, "", "h", ""))).contains(new ToolCallStarted(2, "call_2", "h"));
    }

    /** As hosts do that give every call the index 0, and those that invent an id for each piece. */
    @Test
    void tellsCallsOfOneIndexApartByNameAndId() throws Exception {
        decode(call(0, "a", "f", "{}"));

        assertThat(decode(call(0, "b", "g", "{")))
                .containsExactly(
                        new ToolCallEnded(0),
                        new ToolCallStarted(1, "b", "g"),
                        new ToolCallDelta(1, "{"));
        assertThat(decode(call(0, "c", null, "}"))).containsExactly(new ToolCallDelta(1, "}"));
    }

    @Test
    void skipsCallsThatAreNull() throws Exception {
        assertThat(decode(delta("\"tool_calls\":[null]"))).isEmpty();
    }

    @Test
    void boundsWhatAProviderSaysItHasUsed() throws Exception {
        assertThat(
                        decode(
                                "{\"choices\":[],\"usage\":{\"prompt_tokens\":9000000000000000000,"
                                        + "\"completion_tokens\":-5}}"))
                .containsExactly(new UsageReport(new Usage(Integer.MAX_VALUE, 0, 0, 0, 0, false)));
    }

    @Test
    void refusesPiecesOfCallsThatAreNotOpen() throws Exception {
        assertFails(call(0, null, null, "{}"), new ProviderFailure.Malformed("tool_call_not_open"));
        decode(call(0, "a", "f", ""));
        decode(call(1, "b", "g", ""));
        assertFails(call(0, "a", "f", "{}"), new ProviderFailure.Malformed("tool_call_not_open"));
        decode(finish("stop"));
        assertFails(call(1, null, null, "x"), new ProviderFailure.Malformed("tool_call_not_open"));
    }

    @Test
    void refusesAPieceBeforeAnyCall() {
        assertFails(
                delta("\"tool_calls\":[{\"function\":{\"arguments\":\"{}\"}}]"),
                new ProviderFailure.Malformed("tool_call_not_open"));
    }

    @ParameterizedTest
    @CsvSource({
        "stop,STOP",
        "end_turn,STOP",
        "length,LENGTH",
        "max_tokens,LENGTH",
        "tool_calls,TOOL_CALLS",
        "function_call,TOOL_CALLS",
        "content_filter,REFUSAL",
    })
    void isWholeWithAReason(String told, FinishReason meant) throws Exception {
        assertThat(decoder.isWhole()).isFalse();
        decode(finish(told));

        assertThat(decoder.isWhole()).isTrue();
        assertThat(decoder.end("clean_end")).isEqualTo(new Finish(meant));
        assertThat(decode("[DONE]  ")).containsExactly(new Finish(meant));
    }

    @Test
    void isCutOffWithoutAReason() {
        assertFails("[DONE]", new ProviderFailure.CutOff("done_without_reason"));
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> decoder.end("clean_end"))
                .satisfies(
                        e ->
                                assertThat(e.failure())
                                        .isEqualTo(new ProviderFailure.CutOff("clean_end")));
    }

    @Test
    void takesNoWordForAnEndThatItDoesNotKnow() {
        assertFails(finish("pause"), new ProviderFailure.Malformed("unknown_finish_reason"));
        assertFails(finish("error"), new ProviderFailure.ErrorEvent("finish_reason_error"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"type\":\"server_error\",\"code\":null}}|server_error",
                "{\"error\":\"overloaded\",\"choices\":[]}|overloaded",
                "{\"message\":\"m\",\"code\":\"server_is_overloaded\"}|server_is_overloaded",
                "{\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"server_error\"}}}"
                        + "|server_error",
                "{\"type\":\"error\",\"error\":{\"type\":\"api_error\"}}|api_error"
            })
    void tellsErrorsOfEveryShape(String data, String code) {
        assertFails(data, new ProviderFailure.ErrorEvent(code));
    }

    @Test
    void tellsAnErrorByTheNameOfItsEvent() {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> decode("error", "{\"code\":\"slow_down\",\"message\":\"m\"}"))
                .satisfies(
                        e ->
                                assertThat(e.failure())
                                        .isEqualTo(
                                                new ProviderFailure.RateLimited(
                                                        null, "slow_down")));
    }

    @Test
    void readsTheWaitInsideAnError() {
        assertFails(
                "{\"error\":{\"code\":\"rate_limit_exceeded\",\"headers\":{"
                        + "\"x-ratelimit-reset-tokens\":\"6m0s\",\"x-ratelimit-remaining-tokens\":\"0\","
                        + "\"x-ratelimit-reset-requests\":\"120ms\"}}}",
                new ProviderFailure.RateLimited(Duration.ofMinutes(6), "rate_limit_exceeded"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "{", "[1]", "7", "\"text\"", "[DONE", "{\"choices\":7}"})
    void refusesWhatIsNoChunk(String data) {
        assertThatThrownBy(() -> decode(data)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void takesNullForAnError() {
        assertFails("null", new ProviderFailure.ErrorEvent(""));
    }

    private void assertFails(String data, ProviderFailure failure) {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> decode(data))
                .satisfies(e -> assertThat(e.failure()).isEqualTo(failure));
    }

    private List<StreamEvent> decode(String data) throws IOException, ProviderException {
        return decode("message", data);
    }

    private List<StreamEvent> decode(String name, String data)
            throws IOException, ProviderException {
        Queue<StreamEvent> out = new ArrayDeque<>();
        byte[] bytes = (data + "left over").getBytes(StandardCharsets.UTF_8);
        decoder.decode(name, bytes, bytes.length - "left over".length(), out);
        return List.copyOf(out);
    }

    private static String delta(String fields) {
        return "{\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{" + fields + "}}]}";
    }

    private static String finish(String reason) {
        return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
    }

    private static String call(
            int index,
            @org.jspecify.annotations.Nullable String id,
            @org.jspecify.annotations.Nullable String name,
            String arguments) {
        return delta(
                "\"tool_calls\":[{\"index\":"
                        + index
                        + (id == null ? "" : ",\"id\":\"" + id + "\"")
                        + ",\"function\":{"
                        + (name == null ? "" : "\"name\":\"" + name + "\",")
                        + "\"arguments\":\""
                        + arguments.replace("\"", "\\\"")
                        + "\"}}]");
    }
}
