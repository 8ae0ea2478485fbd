package spillway.provider.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.chat.ChatRequest;
import spillway.chat.FinishReason;
import spillway.chat.Message;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.ToolChoice;
import spillway.provider.ChatStream;

@Timeout(20)
class ScriptedProviderTest {
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private final List<Duration> waits = new ArrayList<>();
    private final ScriptedProvider provider =
            new ScriptedProvider(
                    Duration.ofMillis(50),
                    Duration.ofMillis(20),
                    (wait, closed) -> {
                        waits.add(wait);
                        return closed.getCount() == 0;
                    });

    @Test
    void answersPlausiblyAndInOrder() throws Exception {
        List<StreamEvent> events = read(ChatRequest.of("model-9", "a secret question"));

        assertThat(events.getFirst()).isEqualTo(new StreamEvent.Opened());
        assertThat(events.getLast()).isEqualTo(new StreamEvent.Finish(FinishReason.STOP));
        assertThat(text(events))
                .contains("model-9", "17 characters", "1 message ")
                .doesNotContain("secret");
        assertThat(events.get(events.size() - 2))
                .isInstanceOfSatisfying(
                        StreamEvent.UsageReport.class,
                        report -> {
                            assertThat(report.usage().outputTokens()).isEqualTo(events.size() - 3);
                            assertThat(report.usage().inputTokens()).isEqualTo(5);
                        });
    }

    @Test
    void keepsItsPace() throws Exception {
        List<StreamEvent> events = read(ChatRequest.of("m", "x"));

        assertThat(waits).hasSize(events.size() - 3).startsWith(Duration.ofMillis(50));
        assertThat(waits.subList(1, waits.size())).containsOnly(Duration.ofMillis(20));
    }

    @Test
    void answersTheSameToTheSameAndNotToAll() throws Exception {
        assertThat(read(ChatRequest.of("m", "x"))).isEqualTo(read(ChatRequest.of("m", "x")));
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(text(read(ChatRequest.of("m", "question " + (char) ('a' + i)))));
        }
        assertThat(answers.stream().distinct().count()).isGreaterThan(3);
    }

    @Test
    void keepsToTheLimitOfTokens() throws Exception {
        ChatRequest request =
                new ChatRequest(
                        "m",
                        List.of(
                                new Message.Instructions("i"),
                                new Message.User("u"),
                                new Message.Assistant("a", List.of()),
                                new Message.ToolResult("c", "r")),
                        3,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        new ToolChoice.Auto());

        List<StreamEvent> events = read(request);

        assertThat(events).hasSize(1 + 3 + 2);
        assertThat(events.getLast()).isEqualTo(new StreamEvent.Finish(FinishReason.LENGTH));
    }

    @Test
    void isWokenByClosing() throws Exception {
        ChatStream stream =
                new ScriptedProvider(Duration.ofHours(1), Duration.ZERO, Pacing.REAL)
                        .call(ChatRequest.of("m", "x"), CONNECT);
        stream.next();
        CountDownLatch woken = new CountDownLatch(1);
        Thread reader =
                Thread.startVirtualThread(
                        () -> {
                            assertCutOff(stream, "closed_by_reader");
                            woken.countDown();
                        });

        stream.close();
        stream.close();

        assertThat(reader.join(Duration.ofSeconds(1))).isTrue();
        assertThat(woken.getCount()).isZero();
        assertCutOff(stream, "closed_by_reader");
    }

    @Test
    void stopsWhenItsThreadIsInterrupted() throws Exception {
        ChatStream stream = new ScriptedProvider().call(ChatRequest.of("m", "x"), CONNECT);
        stream.next();

        Thread.currentThread().interrupt();

        assertCutOff(stream, "interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    private static void assertCutOff(ChatStream stream, String how) {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(stream::next)
                .satisfies(e -> assertThat(e.failure()).isEqualTo(new ProviderFailure.CutOff(how)));
    }

    private List<StreamEvent> read(ChatRequest request) throws ProviderException {
        List<StreamEvent> events = new ArrayList<>();
        try (ChatStream stream = provider.call(request, CONNECT)) {
            do {
                events.add(stream.next());
            } while (!(events.getLast() instanceof StreamEvent.Finish));
        }
        return events;
    }

    private static String text(List<StreamEvent> events) {
        StringBuilder text = new StringBuilder();
        for (StreamEvent event : events) {
            if (event instanceof StreamEvent.TextDelta(var part)) {
                text.append(part);
            }
        }
        return text.toString();
    }
}
