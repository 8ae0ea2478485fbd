package spillway.aws.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import spillway.aws.RunningFunction;
import spillway.http.Endpoint;
import spillway.http.Request;
import spillway.http.ResponseSink;
import spillway.testkit.lambda.Outcome;
import spillway.time.Ticker;

class FunctionUrlHandlerTest {
    private static final String EVENT =
            "{\"rawPath\":\"/\",\"requestContext\":{\"http\":{\"method\":\"GET\"}}}";

    @Test
    void statusHeadersAndBodyLeaveAsAFunctionUrlTakesThem() throws Exception {
        Endpoint endpoint =
                (_, sink) -> {
                    sink.start(201, Map.of("content-type", "text/plain"));
                    byte[] body = "xhellox".getBytes(StandardCharsets.UTF_8);
                    sink.write(body, 1, 5);
                    sink.flush();
                };

        try (var function = RunningFunction.start(handler(endpoint))) {
            RunningFunction.Answer answer = function.call(EVENT);

            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.headers()).containsEntry("content-type", "text/plain");
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.outcome()).isInstanceOf(Outcome.Completed.class);
        }
    }

    @Test
    void anAnswerWithoutBodyStillSendsOneByte() throws Exception {
        Endpoint endpoint = (_, sink) -> sink.start(204, Map.of());

        try (var function = RunningFunction.start(handler(endpoint))) {
            RunningFunction.Answer answer = function.call(EVENT);

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.body()).hasSize(1).isBlank();
        }
    }

    @Test
    void anEventThatIsNoRequestIsAnsweredWithAProblemAndIsNoFailure() throws Exception {
        try (var function = RunningFunction.start(handler(FunctionUrlHandlerTest::unreached))) {
            RunningFunction.Answer answer = function.call("{\"secret prompt\": oops}");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.headers())
                    .containsEntry("content-type", "application/problem+json")
                    .containsEntry("x-content-type-options", "nosniff")
                    .containsKey("x-request-id");
            assertThat(answer.body())
                    .contains("The request cannot be read: the event is not JSON at offset")
                    .doesNotContain("secret", "oops", "Exception");
            assertThat(answer.outcome()).isInstanceOf(Outcome.Completed.class);
        }
    }

    @Test
    void anAnswerThatFailedHalfwayCountsAsAFailureOfTheFunction() throws Exception {
        Endpoint endpoint =
                (_, sink) -> {
                    sink.start(200, Map.of());
                    sink.write(new byte[] {'x'}, 0, 1);
                    sink.flush();
                    sink.fail("BrokenOff");
                };

        try (var function = RunningFunction.start(handler(endpoint))) {
            RunningFunction.Answer answer = function.call(EVENT);

            assertThat(answer.body()).isEqualTo("x");
            assertThat(answer.outcome())
                    .isInstanceOfSatisfying(
                            Outcome.FailedMidStream.class,
                            failed ->
                                    assertThat(failed.error().toString())
                                            .contains("Function.BrokenOff"));
        }
    }

    @Test
    void anEndpointThatGivesNoAnswerFailsTheInvocation() throws Exception {
        try (var function = RunningFunction.start(handler((_, _) -> {}))) {
            assertThat(function.call(EVENT).outcome()).isInstanceOf(Outcome.Failed.class);
        }
    }

    @Test
    void anAnswerIsStartedOnce() throws Exception {
        Endpoint endpoint =
                (_, sink) -> {
                    sink.start(200, Map.of());
                    assertThatIllegalStateException().isThrownBy(() -> sink.start(500, Map.of()));
                    sink.flush();
                };

        try (var function = RunningFunction.start(handler(endpoint))) {
            assertThat(function.call(EVENT).status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerThatComesTooLateIsNoMistakeOfTheEndpoint() throws Exception {
        var told = new CompletableFuture<String>();
        Endpoint endpoint =
                (_, sink) -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        start(sink, told);
                    }
                };

        try (var function = RunningFunction.start(handler(endpoint))) {
            RunningFunction.Answer answer = function.call(EVENT, Duration.ofMillis(400));

            assertThat(answer.outcome()).isInstanceOf(Outcome.Failed.class);
            assertThat(told.get(10, TimeUnit.SECONDS))
                    .isEqualTo("the invocation's deadline is too near to write");
        }
    }

    @Test
    void theEndpointIsToldHowMuchTimeThereIs() throws Exception {
        var seen = new LinkedHashMap<String, Object>();
        Endpoint endpoint =
                (request, sink) -> {
                    seen.put("id", request.id());
                    seen.put("left", request.deadline().remaining(Ticker.SYSTEM));
                    sink.start(200, Map.of());
                };

        try (var function = RunningFunction.start(handler(endpoint))) {
            RunningFunction.Answer answer = function.call(EVENT);

            assertThat(seen).containsEntry("id", answer.requestId());
            assertThat((Duration) seen.get("left"))
                    .isBetween(Duration.ofSeconds(1), RunningFunction.TIMEOUT);
        }
    }

    @Test
    void aScheduledTaskAnswersWithItsReportAsJson() throws Exception {
        var handler =
                new ScheduleHandler(
                        deadline ->
                                Map.of(
                                        "probed",
                                        List.of("a/b"),
                                        "late",
                                        deadline.isPast(Ticker.SYSTEM)),
                        Ticker.SYSTEM);

        try (var function = RunningFunction.start(handler)) {
            RunningFunction.Answer answer = function.call("{\"source\":\"aws.events\"}");

            assertThat(answer.raw()).contains("\"probed\":[\"a/b\"]", "\"late\":false");
            assertThat(answer.outcome()).isInstanceOf(Outcome.Completed.class);
        }
    }

    private static void start(ResponseSink sink, CompletableFuture<String> told) {
        try {
            sink.start(504, Map.of());
        } catch (IOException e) {
            told.complete(e.getMessage());
        }
    }

    private static RequestStreamHandler handler(Endpoint endpoint) {
        return new FunctionUrlHandler(endpoint, Ticker.SYSTEM);
    }

    private static void unreached(Request request, Object sink) {
        throw new AssertionError("the endpoint was asked: " + request);
    }
}
