package spillway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import spillway.chat.ChatRequest;
import spillway.chat.FinishReason;
import spillway.chat.Message;
import spillway.chat.StreamEvent;
import spillway.chat.Tool;
import spillway.chat.ToolChoice;
import spillway.chat.Usage;

class UsageMeterTest {
    private final UsageMeter meter = new UsageMeter(ChatRequest.of("m", "12345678"));

    @Test
    void takesTheLastWordOfTheProvider() {
        meter.add(new StreamEvent.TextDelta("a long text that would count more"));
        meter.add(report(9, 1));
        meter.add(report(9, 3));

        assertThat(meter.whole()).isEqualTo(usage(9, 3, false));
    }

    @Test
    void estimatesAWholeAnswerOfWhichTheProviderTellsNothing() {
        meter.add(new StreamEvent.Opened());
        meter.add(new StreamEvent.Alive());
        meter.add(new StreamEvent.TextDelta("1234"));
        meter.add(new StreamEvent.TextDelta("5"));
        meter.add(new StreamEvent.Finish(FinishReason.STOP));

        assertThat(meter.whole()).isEqualTo(usage(2, 2, true));
    }

    @Test
    void aCallThatWasBrokenOffBeforeItsHeadersCostsNothing() {
        assertThat(meter.broken()).isEqualTo(Usage.NONE);
    }

    @Test
    void estimatesTheInputOfACallThatWasBrokenOffAfterItsHeaders() {
        meter.add(new StreamEvent.Opened());

        assertThat(meter.broken()).isEqualTo(usage(2, 0, true));
    }

    @Test
    void anErrorInPlaceOfAnAnswerCostsNothing() {
        meter.add(new StreamEvent.Opened());

        assertThat(meter.refused()).isEqualTo(Usage.NONE);
    }

    @Test
    void estimatesWhatWasBrokenOffBeforeTheProviderTold() {
        meter.add(new StreamEvent.TextDelta("1234"));

        assertThat(meter.broken()).isEqualTo(usage(2, 1, true));
    }

    @Test
    void aReportFromBeforeTheBreakKnowsTheInputOnly() {
        meter.add(new StreamEvent.UsageReport(new Usage(90, 1, 40, 30, 0, false)));
        meter.add(new StreamEvent.TextDelta("12345678"));

        assertThat(meter.broken()).isEqualTo(new Usage(90, 2, 40, 30, 0, true));
    }

    @Test
    void aReportOfMoreThanWasSeenCounts() {
        meter.add(new StreamEvent.TextDelta("1234"));
        meter.add(report(90, 5));

        assertThat(meter.broken()).isEqualTo(usage(90, 5, false));
    }

    @Test
    void countsEveryKindOfContent() {
        List.of(
                        new StreamEvent.TextDelta("1"),
                        new StreamEvent.ReasoningDelta("22"),
                        new StreamEvent.RefusalDelta("333"),
                        new StreamEvent.ToolCallStarted(0, "not counted", "4444"),
                        new StreamEvent.ToolCallDelta(0, "55555"),
                        new StreamEvent.ToolCallEnded(0))
                .forEach(meter::add);

        assertThat(meter.broken().outputTokens()).isEqualTo(4);
    }

    @Test
    void countsEveryPartOfARequest() {
        ChatRequest request =
                new ChatRequest(
                        "m",
                        List.of(
                                new Message.Instructions("1"),
                                new Message.User("22"),
                                new Message.Assistant(
                                        "333", List.of(new Message.ToolCall("id", "44", "55"))),
                                new Message.ToolResult("id", "66666")),
                        null,
                        null,
                        null,
                        List.of(),
                        List.of(new Tool("7", "8", "99"), new Tool("1", null, "222")),
                        new ToolChoice.Auto());

        assertThat(new UsageMeter(request).whole()).isEqualTo(usage(6, 0, true));
    }

    @ParameterizedTest
    @CsvSource({"abcd, 1", "abcde, 2", "éé, 1", "€, 1", "€€, 2", "😀, 1", "😀a, 2"})
    void countsFourBytesOfUtf8AsOne(String text, long tokens) {
        meter.add(new StreamEvent.TextDelta(text));

        assertThat(meter.broken().outputTokens()).isEqualTo(tokens);
    }

    private static StreamEvent report(long input, long output) {
        return new StreamEvent.UsageReport(usage(input, output, false));
    }

    private static Usage usage(long input, long output, boolean estimated) {
        return new Usage(input, output, 0, 0, 0, estimated);
    }
}
