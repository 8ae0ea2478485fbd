package spillway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.chat.ProviderFailure;
import spillway.chat.ProviderFailure.Phase;
import spillway.chat.Usage;
import spillway.relay.AnswerFailure;

class ProblemTest {
    private static final ProviderFailure TIMED_OUT =
            new ProviderFailure.TimedOut(Phase.HEADERS, Duration.ofSeconds(3));
    private static final ProviderFailure SICK = new ProviderFailure.Unavailable(500, "");
    private static final ProviderFailure OVERLOADED =
            new ProviderFailure.Unavailable(529, "overloaded_error");
    private static final ProviderFailure REJECTED =
            new ProviderFailure.Rejected(400, "invalid_request_error");
    private static final ProviderFailure LIMITED = new ProviderFailure.RateLimited(null, "");

    static List<Arguments> statuses() {
        return List.of(
                refusal(new AnswerFailure.UnknownModel("x"), ProblemType.UNKNOWN_MODEL, 404, null),
                refusal(rejected(400), ProblemType.REQUEST_REJECTED, 400, null),
                refusal(rejected(413), ProblemType.REQUEST_REJECTED, 413, null),
                refusal(rejected(422), ProblemType.REQUEST_REJECTED, 422, null),
                refusal(rejected(418), ProblemType.REQUEST_REJECTED, 400, null),
                refusal(
                        new AnswerFailure.RequestRejected(List.of()),
                        ProblemType.REQUEST_REJECTED,
                        400,
                        null),
                refusal(
                        new AnswerFailure.RequestRejected(attempts(SICK)),
                        ProblemType.REQUEST_REJECTED,
                        400,
                        null),
                refusal(allFailed(SICK), ProblemType.ALL_FAILED, 502, "false"),
                refusal(allFailed(SICK, LIMITED), ProblemType.ALL_FAILED, 502, "false"),
                refusal(allFailed(SICK, TIMED_OUT), ProblemType.ALL_FAILED, 502, "false"),
                refusal(allFailed(), ProblemType.ALL_FAILED, 502, "false"),
                refusal(allFailed(TIMED_OUT, TIMED_OUT), ProblemType.ALL_FAILED, 504, "false"),
                refusal(allFailed(LIMITED, OVERLOADED), ProblemType.ALL_FAILED, 503, "false"),
                refusal(allFailed(OVERLOADED, REJECTED), ProblemType.ALL_FAILED, 503, "false"),
                refusal(allFailed(TIMED_OUT, REJECTED), ProblemType.ALL_FAILED, 504, "false"),
                refusal(
                        allFailed(new ProviderFailure.Unavailable(503, "")),
                        ProblemType.ALL_FAILED,
                        503,
                        "false"),
                refusal(
                        new AnswerFailure.NoneAvailable(Duration.ofMillis(2100)),
                        ProblemType.NONE_AVAILABLE,
                        503,
                        "true"),
                refusal(
                        new AnswerFailure.NoneAvailable(null),
                        ProblemType.NONE_AVAILABLE,
                        503,
                        "false"),
                refusal(
                        new AnswerFailure.BrokenOff(List.of(), AnswerFailure.Halt.AGREED),
                        ProblemType.BROKEN_OFF,
                        502,
                        null),
                refusal(
                        new AnswerFailure.OutOfTime(List.of()),
                        ProblemType.OUT_OF_TIME,
                        504,
                        "false"));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void aFailureBecomesAStatus(
            AnswerFailure failure, ProblemType type, int status, @Nullable String shouldRetry)
            throws IOException {
        RecordingSink sink = generate(failure);

        assertThat(sink.status).isEqualTo(status);
        assertThat(sink.headers).containsEntry("content-type", "application/problem+json");
        assertThat(sink.headers.get("x-should-retry")).isEqualTo(shouldRetry);
        assertThat(sink.body())
                .startsWith("{\"type\":\"" + type.uri() + "\",\"title\":\"" + type.title() + "\"")
                .contains("\"status\":" + status, "\"instance\":\"req-1\"");
        assertThat(sink.failure).isNull();
    }

    @Test
    void tellsOfEveryAttempt() throws IOException {
        RecordingSink sink = generate(allFailed(OVERLOADED, TIMED_OUT));

        assertThat(sink.body())
                .endsWith(
                        "\"attempts\":[{\"target\":\"openai/gpt-6-luna\",\"outcome\":\"failed\",\"reason\":\"unavailable\",\"fault\":\"provider\",\"detail\":\"529 overloaded_error\",\"elapsed_ms\":40},{\"target\":\"openai/gpt-6-luna\",\"outcome\":\"failed\",\"reason\":\"timeout_headers\",\"fault\":\"provider\",\"detail\":\"3000 ms\",\"elapsed_ms\":40}]}");
    }

    @Test
    void saysWhyNobodyWentOn() {
        List<String> details =
                Arrays.stream(AnswerFailure.Halt.values())
                        .map(why -> new AnswerFailure.BrokenOff(List.of(), why))
                        .map(failure -> FailureProblems.of(failure, "req-1").detail())
                        .toList();

        assertThat(details)
                .doesNotHaveDuplicates()
                .allMatch(detail -> detail.startsWith("The answer broke off after it had begun"));
    }

    @Test
    void asksToComeBackAsSoonAsTheFirstLimitEnds() throws IOException {
        RecordingSink sink =
                generate(
                        allFailed(
                                new ProviderFailure.RateLimited(Duration.ofSeconds(30), ""),
                                new ProviderFailure.RateLimited(Duration.ofMillis(6001), ""),
                                LIMITED));

        assertThat(sink.status).isEqualTo(503);
        assertThat(sink.headers).containsEntry("retry-after", "7");
    }

    @Test
    void neverAsksToComeBackAtOnce() throws IOException {
        RecordingSink sink = generate(new AnswerFailure.NoneAvailable(Duration.ZERO));

        assertThat(sink.headers).containsEntry("retry-after", "1");
    }

    @Test
    void anAttemptThatLostARaceSaysNothingOfTheStatus() throws IOException {
        var lost =
                new AttemptReport(
                        1,
                        Samples.ANTHROPIC,
                        new AttemptOutcome.LostRace(),
                        null,
                        Duration.ofMillis(5),
                        Usage.NONE);
        var attempts = List.of(lost, Samples.failed(Samples.OPENAI, TIMED_OUT));

        RecordingSink sink = generate(new AnswerFailure.AllFailed(attempts));

        assertThat(sink.status).isEqualTo(504);
        assertThat(sink.body())
                .contains(
                        "{\"target\":\"anthropic/claude-haiku-5-5\",\"outcome\":\"lost_race\",\"elapsed_ms\":5}");
    }

    @Test
    void doesNotRepeatWhatMayBeAPrompt() throws IOException {
        RecordingSink sink = generate(new AnswerFailure.UnknownModel("my secret \"text\""));

        assertThat(sink.body())
                .contains(
                        "\"detail\":\"a string of 16 characters is neither a route nor a provider/model of this gateway.\"");
    }

    private static RecordingSink generate(AnswerFailure failure) throws IOException {
        var sink = new RecordingSink();
        Api.generate(
                        ScriptedGateway.refusing(failure),
                        Configs.simple(),
                        (_, bug) -> {
                            throw bug;
                        })
                .handle(Samples.post(Api.GENERATE, "{\"prompt\":\"hi\"}"), sink);
        return sink;
    }

    private static Arguments refusal(
            AnswerFailure failure, ProblemType type, int status, @Nullable String shouldRetry) {
        return Arguments.of(failure, type, status, shouldRetry);
    }

    private static AnswerFailure rejected(int status) {
        return new AnswerFailure.RequestRejected(
                attempts(new ProviderFailure.Rejected(status, "")));
    }

    private static AnswerFailure allFailed(ProviderFailure... failures) {
        return new AnswerFailure.AllFailed(attempts(failures));
    }

    private static List<AttemptReport> attempts(ProviderFailure... failures) {
        return List.of(failures).stream()
                .map(failure -> Samples.failed(Samples.OPENAI, failure))
                .toList();
    }
}
