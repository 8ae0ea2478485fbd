package spillway.api;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.Target;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.http.Request;
import spillway.relay.AnswerEvent;
import spillway.time.Deadline;
import spillway.usage.Cost;

/** Requests and events for tests. */
final class Samples {
    static final Target OPENAI = new Target("openai", "gpt-6-luna");
    static final Target ANTHROPIC = new Target("anthropic", "claude-haiku-5-5");
    static final Usage USAGE = new Usage(12, 5, 3, 0, 2, false);
    static final Cost COST = new Cost(1_700_000, false);
    static final AnswerEvent START = new AnswerEvent.Start("ans1", "default", OPENAI);
    static final AnswerEvent DONE =
            new AnswerEvent.Done(FinishReason.STOP, USAGE, List.of(answered(OPENAI)));

    private Samples() {}

    static AnswerEvent text(String text) {
        return new AnswerEvent.Delta(new StreamEvent.TextDelta(text));
    }

    static AttemptReport answered(Target target) {
        return new AttemptReport(
                1,
                target,
                new AttemptOutcome.Answered(FinishReason.STOP),
                Duration.ofMillis(120),
                Duration.ofMillis(900),
                USAGE);
    }

    static AttemptReport failed(Target target, ProviderFailure failure) {
        return new AttemptReport(
                1,
                target,
                new AttemptOutcome.Failed(failure, false),
                null,
                Duration.ofMillis(40),
                Usage.NONE);
    }

    static Request post(String path, String json) {
        return request(
                "POST",
                path,
                Map.of(),
                Map.of("content-type", "application/json"),
                json.getBytes(StandardCharsets.UTF_8));
    }

    static Request get(String path, Map<String, String> query) {
        return request("GET", path, query, Map.of(), null);
    }

    static Request request(
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            byte @Nullable [] body) {
        return new Request(
                "req-1",
                method,
                path,
                query,
                headers,
                body == null ? new byte[0] : body,
                new Deadline(Long.MAX_VALUE));
    }
}
