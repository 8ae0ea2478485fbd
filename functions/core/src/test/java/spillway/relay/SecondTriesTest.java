package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.AttemptOutcome;
import spillway.chat.FinishReason;
import spillway.chat.StreamEvent;
import spillway.provider.ProviderSettings;
import spillway.provider.catalog.Providers;
import spillway.routing.Candidate.Standing;
import spillway.routing.Tries;
import spillway.routing.Tries.DailyCap;
import spillway.routing.Tries.Hedge;
import spillway.testkit.provider.Attempt;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.ScriptedProviderServer;
import spillway.testkit.provider.Wire;

/** Asking again and asking two at once, over real sockets. */
@Timeout(30)
class SecondTriesTest {
    private static final String TEXT = "one two three";
    private static final AttemptOutcome ANSWERED = new AttemptOutcome.Answered(FinishReason.STOP);

    private final ScriptedProviderServer openAi = server(Wire.OPENAI);
    private final ScriptedProviderServer anthropic = server(Wire.ANTHROPIC);
    private final Providers providers = new Providers(Clock.systemUTC());
    private final Stage stage = new Stage();

    @AfterEach
    void everythingIsSettledOnceAndEnded() {
        assertThat(stage.health.outcomes()).hasSameSizeAs(stage.health.given());
        providers.close();
        openAi.close();
        anthropic.close();
    }

    @Test
    void keepsToTheRetryAfterOfTheOnlyTarget() {
        withOpenAi();
        openAi.breakNext(new Fault.Status(429, Duration.ofSeconds(2), Fault.Kind.RATE_LIMIT), 1);

        String text = play();

        assertThat(text).isEqualTo(TEXT);
        List<Attempt> attempts = openAi.attempts();
        assertThat(attempts).hasSize(2);
        assertThat(Duration.ofNanos(attempts.get(1).nanos() - attempts.get(0).nanos()))
                .isBetween(Duration.ofSeconds(2), Duration.ofMillis(3500));
    }

    @Test
    void asksTheOtherAtOnceWhereOneAsksForTime() {
        withOpenAi();
        withAnthropic();
        openAi.breakNext(new Fault.Status(429, Duration.ofSeconds(2), Fault.Kind.RATE_LIMIT), 1);

        String text = play();

        assertThat(text).isEqualTo(TEXT);
        assertThat(openAi.attempts()).hasSize(1);
        assertThat(anthropic.attempts()).hasSize(1);
    }

    @Test
    void asksTheOnlyTargetAgainAfterA500() {
        withAnthropic();
        anthropic.breakNext(new Fault.Status(500, null, Fault.Kind.SERVER_ERROR), 1);

        String text = play();

        assertThat(text).isEqualTo(TEXT);
        assertThat(anthropic.attempts()).hasSize(2);
    }

    @Test
    void theSlowOneIsCancelledWhenTheOtherAnswers() {
        var soon = new Hedge(Duration.ofMillis(50), Duration.ofSeconds(1), new DailyCap.Count(1));
        stage.tries = new Tries(0, soon);
        withOpenAi();
        withAnthropic();
        openAi.breakWith(new Fault.HeadersOnly());

        String text = play();

        assertThat(text).isEqualTo(TEXT);
        assertThat(stage.health.outcomes())
                .containsExactly(new AttemptOutcome.LostRace(), ANSWERED);
        awaitClientLeft(openAi.attempts().getFirst());
    }

    private static void awaitClientLeft(Attempt attempt) {
        long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (!attempt.clientLeft()) {
            assertThat(System.nanoTime()).as("the call is cancelled within 1 s").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private String play() {
        StringBuilder text = new StringBuilder();
        try (Answer answer = stage.answer()) {
            for (AnswerEvent event : Stage.drain(answer)) {
                if (event instanceof AnswerEvent.Delta(var content)) {
                    text.append(((StreamEvent.TextDelta) content).text());
                }
            }
        }
        return text.toString();
    }

    private void withOpenAi() {
        with("openai", ProviderSettings.Kind.OPENAI, openAi);
    }

    private void withAnthropic() {
        with("anthropic", ProviderSettings.Kind.ANTHROPIC, anthropic);
    }

    private void with(String id, ProviderSettings.Kind kind, ScriptedProviderServer server) {
        var settings = new ProviderSettings(id, kind, server.baseUrl(), "KEY");
        stage.withAny(id, providers.of(settings, () -> "sk-the-key"), Standing.READY);
    }

    private static ScriptedProviderServer server(Wire wire) {
        ScriptedProviderServer server = ScriptedProviderServer.start(wire, 0);
        server.answer(TEXT, Duration.ZERO, Duration.ZERO);
        return server;
    }
}
