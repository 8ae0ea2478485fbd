package spillway.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
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
import spillway.chat.StreamEvent.TextDelta;
import spillway.chat.StreamEvent.ToolCallDelta;
import spillway.chat.StreamEvent.ToolCallEnded;
import spillway.chat.StreamEvent.ToolCallStarted;
import spillway.chat.StreamEvent.UsageReport;
import spillway.chat.Usage;

class AnthropicStreamDecoderTest {
    private final AnthropicStreamDecoder decoder = new AnthropicStreamDecoder(Clock.systemUTC());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"type\":\"ping\"}",
                "{\"type\":\"hologram\",\"delta\":{\"type\":\"text_delta\",\"text\":\"no\"}}",
                "{\"type\":\"message_start\"}",
                "{\"type\":\"message_start\",\"message\":{}}",
                "{\"type\":\"content_block_start\"}",
                "{\"type\":\"content_block_start\",\"content_block\":{}}",
                "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"text\"}}",
                "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"thinking\"}}",
                "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}",
                "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"redacted_thinking\"}}",
                "{\"type\":\"content_block_delta\"}",
                "{\"type\":\"content_block_delta\",\"delta\":{}}",
                "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"signature_delta\"}}",
                "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"input_json_delta\"}}",
                "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"input_json_delta\","
                        + "\"partial_json\":\"of a search by the server\"}}",
                "{\"type\":\"content_block_stop\"}",
                "{\"type\":\"message_delta\"}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null}}"
            })
    void seesNoMoreThanASignOfLife(String data) throws Exception {
        assertThat(decode(data)).isEmpty();
    }

    @Test
    void readsTextAndThinkingOfDeltasAndOfStarts() throws Exception {
        assertThat(decode(start("\"type\":\"text\",\"text\":\"a\"")))
                .containsExactly(new TextDelta("a"));
        assertThat(decode(delta("\"type\":\"text_delta\",\"text\":\"b\"")))
                .containsExactly(new TextDelta("b"));
        assertThat(decode(start("\"type\":\"thinking\",\"thinking\":\"c\"")))
                .containsExactly(new ReasoningDelta("c"));
        assertThat(decode(delta("\"type\":\"thinking_delta\",\"thinking\":\"d\"")))
                .containsExactly(new ReasoningDelta("d"));
    }

    @Test
    void takesTheTypeFromTheNameWhereTheDataHasNone() throws Exception {
        Queue<StreamEvent> out = new ArrayDeque<>();
        byte[] data =
                "{\"delta\":{\"type\":\"text_delta\",\"text\":\"b\"}}"
                        .getBytes(StandardCharsets.UTF_8);

        decoder.decode("content_block_delta", data, data.length, out);

        assertThat(out).containsExactly(new TextDelta("b"));
    }

    @Test
    void endsACallWhenTheAnswerGoesOn() throws Exception {
        assertThat(decode(start("\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}")))
                .containsExactly(new ToolCallStarted(0, "a", "f"));
        assertThat(decode(delta("\"type\":\"input_json_delta\",\"partial_json\":\"\""))).isEmpty();
        assertThat(decode(delta("\"type\":\"input_json_delta\",\"partial_json\":\"{}\"")))
                .containsExactly(new ToolCallDelta(0, "{}"));
        assertThat(decode("{\"type\":\"content_block_stop\",\"index\":3}")).isEmpty();
        assertThat(decode(start("\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"g\"")))
                .containsExactly(new ToolCallEnded(0), new ToolCallStarted(1, "b", "g"));
        assertThat(decode(stop("tool_use")))
                .containsExactly(new ToolCallDelta(1, "{}"), new ToolCallEnded(1));
        assertThat(decode("{\"type\":\"message_stop\"}"))
                .containsExactly(new Finish(FinishReason.TOOL_CALLS));
    }

    @Test
    void leavesACallOpenThatALimitHasCut() throws Exception {
        decode(start("\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}"));
        decode(delta("\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"x\""));
        decode("{\"type\":\"content_block_stop\",\"index\":3}");

        assertThat(decode(stop("max_tokens"))).isEmpty();
    }

    @Test
    void takesArgumentsThatComeWithTheStart() throws Exception {
        assertThat(
                        decode(
                                start(
                                        "\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{\"x\":1}")))
                .containsExactly(
                        new ToolCallStarted(0, "a", "f"), new ToolCallDelta(0, "{\"x\":1}"));
        assertThat(decode(start("\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"f\",\"input\":[7]")))
                .containsExactly(new ToolCallEnded(0), new ToolCallStarted(1, "b", "f"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"type\":\"tool_use\",\"id\":\"a\"",
                "\"type\":\"tool_use\",\"name\":\"f\""
            })
    void refusesACallWithoutIdOrName(String block) {
        assertFails(start(block), new ProviderFailure.Malformed("tool_call_without_name"));
    }

    @Test
    void addsUpInputAndKeepsWhatALaterReportLeavesOut() throws Exception {
        assertThat(
                        decode(
                                "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5,"
                                        + "\"cache_creation_input_tokens\":2,\"cache_read_input_tokens\":4,"
                                        + "\"output_tokens\":1}}}"))
                .containsExactly(new UsageReport(new Usage(11, 1, 4, 2, 0, false)));
        assertThat(
                        decode(
                                "{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":9,"
                                        + "\"output_tokens_details\":{\"thinking_tokens\":3}}}"))
                .containsExactly(new UsageReport(new Usage(11, 9, 4, 2, 3, false)));
        assertThat(
                        decode(
                                "{\"type\":\"message_delta\",\"usage\":{\"input_tokens\":6,"
                                        + "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":-1,"
                                        + "\"output_tokens\":9223372036854775807}}"))
                .containsExactly(new UsageReport(new Usage(6, Integer.MAX_VALUE, 0, 0, 3, false)));
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn,STOP",
        "stop_sequence,STOP",
        "max_tokens,LENGTH",
        "model_context_window_exceeded,LENGTH",
        "tool_use,TOOL_CALLS",
        "refusal,REFUSAL"
    })
    void finishesWithItsReason(String told, FinishReason meant) throws Exception {
        decode(stop(told));

        assertThat(decoder.isWhole()).isFalse();
        assertThat(decode("{\"type\":\"message_stop\"  }   ")).containsExactly(new Finish(meant));
    }

    @Test
    void isCutOffWithoutItsLastEvent() throws Exception {
        assertFails(
                "{\"type\":\"message_stop\"}", new ProviderFailure.CutOff("stop_without_reason"));
        decode(stop("end_turn"));
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> decoder.end("clean_end"))
                .satisfies(
                        e ->
                                assertThat(e.failure())
                                        .isEqualTo(new ProviderFailure.CutOff("clean_end")));
    }

    @Test
    void takesNoWordForAnEndThatItDoesNotKnow() {
        assertFails(stop("pause_turn"), new ProviderFailure.CutOff("pause_turn"));
        assertFails(stop("nap"), new ProviderFailure.Malformed("unknown_stop_reason"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"overloaded_error\",\"message\":\"m\"}|error_event overloaded_error",
                "{\"details\":null,\"type\":\"api_error\"}|error_event api_error",
                "\"overloaded_error\"|error_event overloaded_error",
                "{\"type\":\"rate_limit_error\"}|rate_limited rate_limit_error",
                "{\"type\":\"invalid_request_error\"}|rejected 200 invalid_request_error",
                "{\"type\":\"invalid_request_error\",\"details\":{\"error_code\":\"organization_on_hold\"}}"
                        + "|account_refused 200 organization_on_hold",
                "{\"type\":\"Something went wrong with sk-abc\"}|error_event other"
            })
    void tellsErrors(String error, String expected) {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> decode("{\"type\":\"error\",\"error\":" + error + "}"))
                .withMessage(expected);
    }

    /** As proxies tell them, that know neither the types nor the names of events. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":\"overloaded\"}",
                "{\"error\":{\"code\":\"overloaded\",\"message\":\"m\"}}"
            })
    void tellsErrorsWithoutAType(String data) {
        assertFails(data, new ProviderFailure.ErrorEvent("overloaded"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{\"error\":null}"})
    void seesNoErrorInNothing(String data) throws Exception {
        assertThat(decode(data)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "{", "[1]", "7", "{\"type\":\"message_delta\",\"usage\":7}"})
    void refusesWhatIsNoEvent(String data) {
        assertThatThrownBy(() -> decode(data)).isInstanceOf(JsonProcessingException.class);
    }

    private void assertFails(String data, ProviderFailure failure) {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> decode(data))
                .satisfies(e -> assertThat(e.failure()).isEqualTo(failure));
    }

    private List<StreamEvent> decode(String data) throws IOException, ProviderException {
        Queue<StreamEvent> out = new ArrayDeque<>();
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        decoder.decode("message", bytes, bytes.length, out);
        return List.copyOf(out);
    }

    private static String start(String block) {
        return "{\"type\":\"content_block_start\",\"index\":3,\"content_block\":{" + block + "}}";
    }

    private static String delta(String fields) {
        return "{\"type\":\"content_block_delta\",\"index\":3,\"delta\":{" + fields + "}}";
    }

    private static String stop(String reason) {
        return "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason + "\"}}";
    }
}
