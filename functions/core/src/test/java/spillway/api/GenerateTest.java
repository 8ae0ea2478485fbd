package spillway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static spillway.api.Samples.DONE;
import static spillway.api.Samples.START;
import static spillway.api.Samples.USAGE;
import static spillway.api.Samples.post;
import static spillway.api.Samples.text;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.config.GatewayConfig;
import spillway.relay.AnswerEvent;
import spillway.relay.AnswerFailure;

class GenerateTest {
    private final ScriptedAnswer answer = new ScriptedAnswer();
    private final ScriptedGateway gateway = ScriptedGateway.answering(answer);
    private final RecordingSink sink = new RecordingSink();
    private final List<RuntimeException> bugs = new ArrayList<>();
    private final GatewayConfig config = Configs.simple();

    @Test
    void streamsAnAnswerAsNamedEvents() throws IOException {
        answer.burst(START, text("Hel"))
                .burst(text("lo \"you\"\n"))
                .burst(new AnswerEvent.UsageSoFar(USAGE), DONE);

        ask("{\"prompt\":\"hi\"}");

        assertThat(sink.status).isEqualTo(200);
        assertThat(sink.body())
                .isEqualTo(
                        """
                        event: start
                        data: {"id":"ans1","route":"default","provider":"openai","model":"gpt-6-luna"}

                        event: text
                        data: {"text":"Hel"}

                        event: text
                        data: {"text":"lo \\"you\\"\\n"}

                        event: usage
                        data: {"input_tokens":12,"output_tokens":5,"cache_read_tokens":3,"cache_write_tokens":0,"reasoning_tokens":2,"estimated":false}

                        event: done
                        data: {"finish_reason":"stop","usage":{"input_tokens":12,"output_tokens":5,"cache_read_tokens":3,"cache_write_tokens":0,"reasoning_tokens":2,"estimated":false},"attempts":[{"target":"openai/gpt-6-luna","outcome":"answered","first_content_ms":120,"elapsed_ms":900}]}

                        """);
        assertThat(sink.failure).isNull();
        assertThat(gateway.asked).extracting(ChatRequest::model).containsExactly("default");
        assertThat(gateway.callers.getFirst().requestId()).isEqualTo("req-1");
        assertThat(answer.closed).isEqualTo(1);
    }

    @Test
    void writesEveryKindOfContentUnderItsName() throws IOException {
        answer.burst(
                START,
                delta(new StreamEvent.ReasoningDelta("why")),
                delta(new StreamEvent.RefusalDelta("no")),
                delta(new StreamEvent.ToolCallStarted(0, "call_1", "weather")),
                delta(new StreamEvent.ToolCallDelta(0, "{\"city\":")),
                delta(new StreamEvent.ToolCallEnded(0)),
                new AnswerEvent.Switch(Samples.OPENAI, Samples.ANTHROPIC, "cut_off", 7),
                DONE);

        ask("{\"prompt\":\"hi\"}");

        assertThat(sink.body())
                .contains("event: reasoning\ndata: {\"text\":\"why\"}\n\n")
                .contains("event: refusal\ndata: {\"text\":\"no\"}\n\n")
                .contains(
                        "event: tool\ndata: {\"index\":0,\"id\":\"call_1\",\"name\":\"weather\"}\n\n")
                .contains("event: tool\ndata: {\"index\":0,\"arguments\":\"{\\\"city\\\":\"}\n\n")
                .contains("event: tool\ndata: {\"index\":0,\"complete\":true}\n\n")
                .contains(
                        "event: switch\ndata: {\"from\":\"openai/gpt-6-luna\",\"to\":\"anthropic/claude-haiku-5-5\",\"reason\":\"cut_off\",\"at\":7}\n\n");
    }

    @Test
    void sendsTheFirstContentTogetherWithTheStart() throws IOException {
        answer.burst(
                        START,
                        new AnswerEvent.Switch(Samples.OPENAI, Samples.ANTHROPIC, "empty", 0),
                        text("a"))
                .burst(DONE);

        ask("{\"prompt\":\"hi\"}");

        assertThat(sink.flushes).hasSize(2);
        assertThat(sink.flushes.getFirst())
                .contains("event: start")
                .contains("event: switch")
                .contains("event: text");
    }

    @Test
    void sendsAStartAtOnceThatHasNothingBehindIt() throws IOException {
        answer.burst(START).silence().burst(text("a")).burst(DONE);

        ask("{\"prompt\":\"hi\"}");

        assertThat(sink.flushes.get(0)).startsWith("event: start").doesNotContain("event: text");
        assertThat(sink.flushes.get(1)).isEqualTo(": still here\n\n");
        assertThat(sink.flushes.get(2)).startsWith("event: text");
    }

    @Test
    void sendsAResetAtOnce() throws IOException {
        answer.burst(START, text("a"))
                .burst(new AnswerEvent.Reset(Samples.OPENAI, Samples.ANTHROPIC, "cut_off", 1))
                .burst(text("b"), DONE);

        ask("{\"prompt\":\"hi\"}");

        assertThat(sink.flushes.get(1))
                .isEqualTo(
                        """
                        event: reset
                        data: {"from":"openai/gpt-6-luna","to":"anthropic/claude-haiku-5-5","reason":"cut_off","at":1}

                        """);
    }

    @Test
    void sendsWhatCameTogetherInOneFlush() throws IOException {
        answer.burst(START, text("a"), text("b"), text("c")).burst(text("d"), text("e"), DONE);

        ask("{\"prompt\":\"hi\"}");

        assertThat(sink.flushes).hasSize(2);
    }

    @Test
    void doesNotHoldBackAFastProvider() throws IOException {
        AnswerEvent large = text("x".repeat(9_000));
        answer.burst(START, large, large, large, large, DONE);

        ask("{\"prompt\":\"hi\"}");

        assertThat(sink.flushes).hasSizeGreaterThan(1);
        assertThat(sink.body()).contains("event: done");
    }

    @Test
    void sendsACommentWhenNothingCameForTenSeconds() throws IOException {
        answer.silence().burst(START, text("a")).silence().silence().burst(DONE);

        ask("{\"prompt\":\"hi\"}");

        assertThat(sink.flushes.get(0)).isEqualTo(": still here\n\n");
        assertThat(sink.flushes.get(1)).startsWith("event: start");
        assertThat(sink.flushes.get(2)).isEqualTo(": still here\n\n");
        assertThat(sink.flushes.get(3)).isEqualTo(": still here\n\n");
        assertThat(answer.waits).hasSize(5).containsOnly(Duration.ofSeconds(10));
    }

    @Test
    void tellsOfAnAnswerThatBrokeOff() throws IOException {
        var attempt = Samples.failed(Samples.OPENAI, new ProviderFailure.CutOff("eof"));
        answer.burst(START, text("a"))
                .burst(
                        new AnswerEvent.Failed(
                                new AnswerFailure.BrokenOff(
                                        List.of(attempt), AnswerFailure.Halt.AGREED),
                                1,
                                true));

        ask("{\"prompt\":\"hi\"}");

        assertThat(sink.status).isEqualTo(200);
        assertThat(sink.flushes.getLast())
                .isEqualTo(
                        """
                        event: failed
                        data: {"type":"urn:spillway:problem:broken-off","title":"The answer broke off","status":502,"detail":"The answer broke off after it had begun: what was delivered is not whole.","instance":"req-1","at":1,"resumable":true,"attempts":[{"target":"openai/gpt-6-luna","outcome":"failed","reason":"cut_off","fault":"transit","detail":"eof","elapsed_ms":40}]}

                        """);
        assertThat(sink.failure).isEqualTo("UpstreamFailed");
        assertThat(answer.closed).isEqualTo(1);
    }

    @Test
    void cancelsTheAnswerOfAReaderWhoIsGone() {
        answer.burst(START, text("a")).burst(text("b")).burst(DONE);
        sink.flushesUntilReaderLeaves = 1;

        assertThatThrownBy(() -> ask("{\"prompt\":\"hi\"}")).isInstanceOf(IOException.class);

        assertThat(answer.closed).isEqualTo(1);
        assertThat(sink.failure).isNull();
        assertThat(bugs).isEmpty();
    }

    @Test
    void answersABugBeforeTheFirstContentWithAProblem() throws IOException {
        answer.burst(START).bug(new IllegalStateException("secret prompt"));

        ask("{\"prompt\":\"hi\"}");

        assertThat(sink.status).isEqualTo(500);
        assertThat(sink.headers).containsEntry("content-type", "application/problem+json");
        assertThat(sink.body()).contains("urn:spillway:problem:internal-error");
        assertThat(sink.body()).doesNotContain("secret").contains("req-1");
        assertThat(bugs).hasSize(1);
        assertThat(answer.closed).isEqualTo(1);
    }

    @Test
    void endsAStreamThatMeetsABugWithAFailedEvent() throws IOException {
        answer.burst(START, text("a"))
                .burst(text("b"))
                .bug(new IllegalStateException("secret prompt"));

        ask("{\"prompt\":\"hi\"}");

        assertThat(sink.status).isEqualTo(200);
        assertThat(sink.flushes.getLast())
                .startsWith("event: text\ndata: {\"text\":\"b\"}\n\nevent: failed\ndata: {")
                .contains("urn:spillway:problem:internal-error")
                .doesNotContain("secret");
        assertThat(sink.failure).isEqualTo("InternalError");
        assertThat(bugs).hasSize(1);
        assertThat(answer.closed).isEqualTo(1);
    }

    @Test
    void keepsTheBugWhenItsReaderIsGoneToo() {
        sink.flushesUntilReaderLeaves = 1;
        var writer =
                new AnswerWriter(
                        new ScriptedAnswer()
                                .burst(START, text("a"))
                                .burst(text("b"))
                                .bug(new IllegalStateException("bug")),
                        NativeEncoder.plain("req-1"),
                        sink,
                        "req-1");

        assertThatThrownBy(writer::write)
                .isInstanceOf(IllegalStateException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    private static AnswerEvent delta(StreamEvent.Content content) {
        return new AnswerEvent.Delta(content);
    }

    private void ask(String json) throws IOException {
        Api.generate(gateway, config, (_, bug) -> bugs.add(bug))
                .handle(post(Api.GENERATE, json), sink);
    }
}
