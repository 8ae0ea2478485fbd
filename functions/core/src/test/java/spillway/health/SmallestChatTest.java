package spillway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.chat.ChatRequest;
import spillway.chat.FinishReason;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.provider.ChatStream;

@Timeout(30)
class SmallestChatTest {
    private static final Target TARGET = new Target("openai", "gpt");
    private static final Timers TIMERS =
            new Timers(
                    Duration.ofMillis(700),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(50),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(60));
    private static final StreamEvent OPENED = new StreamEvent.Opened();
    private static final StreamEvent TEXT = new StreamEvent.TextDelta("He");
    private static final StreamEvent FINISH = new StreamEvent.Finish(FinishReason.LENGTH);

    private final ManualTime time = new ManualTime();
    private final List<ChatRequest> requests = new ArrayList<>();
    private final List<Duration> firstContents = new ArrayList<>();
    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void asksForOneTokenAndTellsWhenItCame() {
        AttemptOutcome outcome =
                call(new Script(OPENED, new StreamEvent.Alive(), TEXT, TEXT, FINISH));

        assertThat(outcome).isEqualTo(new AttemptOutcome.Answered(FinishReason.LENGTH));
        assertThat(firstContents).containsExactly(Duration.ofMillis(3));
        assertThat(requests).hasSize(1);
        assertThat(requests.getFirst().model()).isEqualTo("gpt");
        assertThat(requests.getFirst().maxTokens()).isEqualTo(1);
        assertThat(closed).hasValue(1);
    }

    @Test
    void takesAnEndWithoutContentForAnAnswer() {
        AttemptOutcome outcome = call(new Script(OPENED, FINISH));

        assertThat(outcome).isEqualTo(new AttemptOutcome.Answered(FinishReason.LENGTH));
        assertThat(firstContents).isEmpty();
    }

    @Test
    void tellsWhyItFailed() {
        AttemptOutcome outcome = call(new Script(OPENED, new ProviderFailure.ErrorEvent("bad")));

        assertThat(outcome)
                .isEqualTo(new AttemptOutcome.Failed(new ProviderFailure.ErrorEvent("bad"), false));
        assertThat(closed).hasValue(1);
    }

    @Test
    void doesNotWaitLongForTheFirstContent() {
        AttemptOutcome outcome = call(new Script(OPENED));

        assertThat(outcome)
                .isEqualTo(
                        new AttemptOutcome.Failed(
                                new ProviderFailure.TimedOut(
                                        ProviderFailure.Phase.FIRST_CONTENT, Duration.ofMillis(50)),
                                false));
        assertThat(closed).hasPositiveValue();
    }

    @Test
    void doesNotWaitLongForTheEnd() {
        AttemptOutcome outcome = call(new Script(OPENED, TEXT));

        assertThat(outcome)
                .isEqualTo(
                        new AttemptOutcome.Failed(
                                new ProviderFailure.TimedOut(
                                        ProviderFailure.Phase.NEXT_EVENT, Duration.ofMillis(60)),
                                false));
        assertThat(firstContents).hasSize(1);
    }

    @Test
    void refusesAProviderThatItDoesNotKnow() {
        SmallestChat chat = new SmallestChat(Map.of(), TIMERS, time);

        assertThatThrownBy(() -> chat.call(TARGET, _ -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("provider of openai/gpt is not known");
    }

    private AttemptOutcome call(Script script) {
        SmallestChat chat =
                new SmallestChat(
                        Map.of(
                                "openai",
                                (request, connectTimeout) -> {
                                    requests.add(request);
                                    assertThat(connectTimeout).isEqualTo(TIMERS.connect());
                                    return script;
                                }),
                        TIMERS,
                        time);
        return chat.call(TARGET, firstContents::add);
    }

    /** Events one a millisecond, a failure, or silence until closed. */
    private final class Script implements ChatStream {
        private final Queue<Object> steps = new ArrayDeque<>();
        private final CountDownLatch end = new CountDownLatch(1);

        Script(Object... steps) {
            this.steps.addAll(List.of(steps));
        }

        @Override
        public StreamEvent next() throws ProviderException {
            time.advance(Duration.ofMillis(1));
            Object step = steps.poll();
            if (step instanceof StreamEvent event) {
                return event;
            }
            if (step instanceof ProviderFailure failure) {
                throw new ProviderException(failure);
            }
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            throw new ProviderException(new ProviderFailure.CutOff("closed"));
        }

        @Override
        public void close() {
            closed.incrementAndGet();
            end.countDown();
        }
    }
}
