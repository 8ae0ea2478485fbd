package spillway.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.testkit.lambda.Invocation;
import spillway.testkit.lambda.Outcome;
import spillway.testkit.lambda.ResponseHead;
import spillway.testkit.lambda.RuntimeApiOptions;
import spillway.testkit.lambda.RuntimeError;

class LambdaRuntimeTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final byte[] EVENT = "event".getBytes(UTF_8);
    private static final RuntimeApiOptions RECORDING = RuntimeApiOptions.DEFAULT.withRecording();
    private static final RequestStreamHandler ECHO =
            (in, out, _) -> {
                ResponseStream.of(out).contentType("text/plain");
                in.transferTo(out);
            };

    @Test
    void servesOneInvocationAfterTheOtherOnOneConnection() throws Exception {
        try (var runtime = RunningRuntime.start(RECORDING, Map.of(), _ -> ECHO)) {
            var first = runtime.api().invoke("one".getBytes(UTF_8), MINUTE);
            var second = runtime.api().invoke("two".getBytes(UTF_8), MINUTE);

            assertThat(bodyOf(first)).isEqualTo("one");
            assertThat(bodyOf(second)).isEqualTo("two");
            assertThat(first.awaitHead(SOON)).contains(new ResponseHead("text/plain", true));
            assertThat(first.awaitOutcome(SOON)).isEqualTo(new Outcome.Completed());
            String host = runtime.api().address();
            assertThat(runtime.api().recordedRequests().subList(0, 2))
                    .extracting(bytes -> new String(bytes, ISO_8859_1))
                    .containsExactly(
                            String.join(
                                    "\r\n",
                                    "GET /2018-06-01/runtime/invocation/next HTTP/1.1",
                                    "Host: " + host,
                                    "Connection: keep-alive",
                                    "",
                                    ""),
                            String.join(
                                    "\r\n",
                                    "POST /2018-06-01/runtime/invocation/"
                                            + first.requestId()
                                            + "/response HTTP/1.1",
                                    "Lambda-Runtime-Function-Response-Mode: streaming",
                                    "Trailer: Lambda-Runtime-Function-Error-Type",
                                    "Trailer: Lambda-Runtime-Function-Error-Body",
                                    "Content-Type: text/plain",
                                    "Transfer-Encoding: chunked",
                                    "Host: " + host,
                                    "Connection: keep-alive",
                                    "",
                                    "3",
                                    "one",
                                    "0",
                                    "",
                                    ""));
        }
    }

    @Test
    void sendsEachFlushBeforeTheHandlerGoesOn() throws Exception {
        SynchronousQueue<String> words = new SynchronousQueue<>();
        RequestStreamHandler handler =
                (_, out, _) -> {
                    for (int i = 0; i < 3; i++) {
                        out.write(taken(words).getBytes(UTF_8));
                        out.flush();
                    }
                };
        try (var runtime = RunningRuntime.start(handler)) {
            var invocation = runtime.api().invoke(EVENT, MINUTE);

            for (String word : List.of("first", "second", "third")) {
                words.put(word);
                assertThat(invocation.body().readNBytes(word.length())).asString().isEqualTo(word);
            }
            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.Completed());
        }
    }

    @Test
    void tellsTheHandlerOfItsInvocation() throws Exception {
        CompletableFuture<Context> seen = new CompletableFuture<>();
        Map<String, String> variables =
                Map.of(
                        "AWS_LAMBDA_FUNCTION_VERSION", "7",
                        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512",
                        "AWS_LAMBDA_LOG_GROUP_NAME", "group",
                        "AWS_LAMBDA_LOG_STREAM_NAME", "stream");
        RequestStreamHandler handler =
                (_, _, context) -> {
                    seen.complete(context);
                    context.getLogger().log("two\nlines\r");
                    context.getLogger().log("bytes".getBytes(UTF_8));
                };
        try (var runtime =
                RunningRuntime.start(RuntimeApiOptions.DEFAULT, variables, _ -> handler)) {
            var invocation =
                    runtime.api()
                            .invoke(
                                    EVENT,
                                    MINUTE,
                                    Map.of(
                                            "Lambda-Runtime-Trace-Id", "Root=1-2",
                                            "Lambda-Runtime-Aws-Tenant-Id", "tenant"));
            invocation.awaitOutcome(SOON);

            Context context = seen.get(10, TimeUnit.SECONDS);
            assertThat(context.getAwsRequestId()).isEqualTo(invocation.requestId());
            assertThat(context.getInvokedFunctionArn())
                    .isEqualTo(RuntimeApiOptions.DEFAULT.functionArn());
            assertThat(context.getRemainingTimeInMillis()).isBetween(45_000, 60_000);
            assertThat(context.getFunctionName()).isEqualTo("tested");
            assertThat(context.getFunctionVersion()).isEqualTo("7");
            assertThat(context.getMemoryLimitInMB()).isEqualTo(512);
            assertThat(context.getLogGroupName()).isEqualTo("group");
            assertThat(context.getLogStreamName()).isEqualTo("stream");
            assertThat(context.getTenantId()).isEqualTo("tenant");
            assertThat(context.getXrayTraceId()).isEqualTo("Root=1-2");
            assertThat(context.getIdentity()).isNull();
            assertThat(context.getClientContext()).isNull();
            assertThat(runtime.log()).isEqualTo("two\\nlines\nbytes\n");
            assertThat(System.getProperty("com.amazonaws.xray.traceHeader")).isEqualTo("Root=1-2");
        }
    }

    @Test
    void forgetsTheTraceOfTheInvocationBefore() throws Exception {
        try (var runtime = RunningRuntime.start(ECHO)) {
            runtime.api()
                    .invoke(EVENT, MINUTE, Map.of("Lambda-Runtime-Trace-Id", "Root=1-2"))
                    .awaitOutcome(SOON);
            runtime.api().invoke(EVENT, MINUTE).awaitOutcome(SOON);

            assertThat(System.getProperty("com.amazonaws.xray.traceHeader")).isNull();
        }
    }

    @Test
    void reportsAHandlerThatFailsBeforeItHasSentAnything() throws Exception {
        RequestStreamHandler handler =
                (_, out, _) -> {
                    out.write(1);
                    throw new IllegalStateException(
                            "the key is sk-123", new IOException("the prompt is x"));
                };
        try (var runtime = RunningRuntime.start(handler)) {
            var invocation = runtime.api().invoke(EVENT, MINUTE);

            assertThat(invocation.awaitOutcome(SOON))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> {
                                assertThat(failed.error().type())
                                        .isEqualTo("Function.IllegalStateException");
                                assertThat(failed.error().body()).doesNotContain("sk-123");
                            });
            assertThat(runtime.api().awaitIdle(1, SOON)).isTrue();
            assertThat(runtime.log())
                    .contains(invocation.requestId())
                    .contains("java.lang.IllegalStateException")
                    .contains("java.io.IOException")
                    .contains("LambdaRuntimeTest")
                    .doesNotContain("sk-123", "the prompt")
                    .hasLineCount(1);
        }
    }

    @Test
    void marksAResponseWhoseHandlerFailsInTheMiddle() throws Exception {
        RequestStreamHandler handler =
                (_, out, _) -> {
                    out.write('a');
                    out.flush();
                    out.write('b');
                    throw new AssertionError();
                };
        try (var runtime = RunningRuntime.start(handler)) {
            var invocation = runtime.api().invoke(EVENT, MINUTE);

            assertThat(bodyOf(invocation)).isEqualTo("ab");
            assertThat(invocation.awaitOutcome(SOON))
                    .isInstanceOfSatisfying(
                            Outcome.FailedMidStream.class,
                            failed ->
                                    assertThat(failed.error().type())
                                            .isEqualTo("Function.AssertionError"));
        }
    }

    @Test
    void goesOnAfterAFailure() throws Exception {
        RequestStreamHandler handler =
                (in, out, _) -> {
                    if (in.read() == 'x') {
                        throw new IOException();
                    }
                    out.write('y');
                };
        try (var runtime = RunningRuntime.start(handler)) {
            runtime.api().invoke(new byte[] {'x'}, MINUTE).awaitOutcome(SOON);

            assertThat(bodyOf(runtime.api().invoke(EVENT, MINUTE))).isEqualTo("y");
        }
    }

    @Test
    void endsTheProcessAfterItRanOutOfMemory() throws Exception {
        RequestStreamHandler handler =
                (_, _, _) -> {
                    throw new OutOfMemoryError();
                };
        try (var runtime = RunningRuntime.start(handler)) {
            var invocation = runtime.api().invoke(EVENT, MINUTE);

            assertThat(invocation.awaitOutcome(SOON)).isInstanceOf(Outcome.Failed.class);
            assertThat(runtime.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void connectsAgainWhenTheRuntimeApiHungUp() throws Exception {
        try (var runtime = RunningRuntime.start(ECHO)) {
            assertThat(bodyOf(runtime.api().invoke(EVENT, MINUTE))).isEqualTo("event");
            assertThat(runtime.api().awaitIdle(1, SOON)).isTrue();

            runtime.api().processEnded();

            assertThat(bodyOf(runtime.api().invoke(EVENT, MINUTE))).isEqualTo("event");
            assertThat(runtime.pauses()).isEmpty();
        }
    }

    @Test
    void tellsTheHandlerThatTheRuntimeApiHungUpAndGoesOn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        RequestStreamHandler handler =
                (in, out, _) -> {
                    if (in.read() != 'x') {
                        out.write('y');
                        return;
                    }
                    try {
                        while (true) {
                            out.write(new byte[1024]);
                            out.flush();
                            begun.countDown();
                        }
                    } finally {
                        told.countDown();
                    }
                };
        try (var runtime = RunningRuntime.start(handler)) {
            var cut = runtime.api().invoke(new byte[] {'x'}, MINUTE);
            begun.await();
            runtime.api().processEnded();
            told.await();

            assertThat(cut.outcome()).contains(new Outcome.Exited());
            assertThat(bodyOf(runtime.api().invoke(EVENT, MINUTE))).isEqualTo("y");
            assertThat(runtime.log()).contains("The response was cut.");
        }
    }

    @Test
    void tellsWhenTheRuntimeApiRefusesAResponse() throws Exception {
        var options = RuntimeApiOptions.DEFAULT.withMaxResponseBytes(4);
        try (var runtime = RunningRuntime.start(options, Map.of(), _ -> ECHO)) {
            var invocation = runtime.api().invoke(EVENT, MINUTE);

            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.TooLarge(4));
            assertThat(runtime.api().awaitIdle(1, SOON)).isTrue();
            assertThat(runtime.log()).contains("answered 413 to a response");
        }
    }

    @Test
    void givesUpOnARuntimeApiThatIsGoneForGood() throws Exception {
        var runtime = RunningRuntime.start(ECHO);
        assertThat(runtime.api().awaitReady(SOON)).isTrue();

        runtime.close();

        assertThat(runtime.exitCode()).isEqualTo(1);
        assertThat(runtime.pauses())
                .containsExactly(100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 12_800L, 25_600L);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 600})
    void losesNothingWithManyAtOnce(int workers) throws Exception {
        int invocations = workers + 50;
        CountDownLatch allBusy = new CountDownLatch(workers);
        RequestStreamHandler handler =
                (in, out, _) -> {
                    byte[] event = in.readAllBytes();
                    allBusy.countDown();
                    awaited(allBusy);
                    for (int i = 0; i < 20; i++) {
                        out.write(event);
                        out.flush();
                    }
                };
        var options = RuntimeApiOptions.DEFAULT.withMaxConcurrency(workers);
        System.clearProperty("com.amazonaws.xray.traceHeader");
        try (var runtime = RunningRuntime.start(options, Map.of(), _ -> handler)) {
            assertThat(runtime.api().awaitIdle(workers, SOON)).isTrue();

            List<Invocation> all = new ArrayList<>();
            for (int i = 0; i < invocations; i++) {
                all.add(
                        runtime.api()
                                .invoke(
                                        ("<" + i + ">").getBytes(UTF_8),
                                        MINUTE,
                                        Map.of("Lambda-Runtime-Trace-Id", "Root=" + i)));
            }

            for (int i = 0; i < invocations; i++) {
                assertThat(bodyOf(all.get(i))).isEqualTo(("<" + i + ">").repeat(20));
                assertThat(all.get(i).awaitOutcome(SOON)).isEqualTo(new Outcome.Completed());
            }
            assertThat(System.getProperty("com.amazonaws.xray.traceHeader")).isNull();
        }
    }

    @Test
    void endsTheProcessWhenAWorkerAmongManyCannotGoOn() throws Exception {
        var options = RuntimeApiOptions.DEFAULT.withMaxConcurrency(3);
        var runtime = RunningRuntime.start(options, Map.of(), _ -> ECHO);
        assertThat(runtime.api().awaitIdle(3, SOON)).isTrue();

        runtime.close();

        assertThat(runtime.exitCode()).isEqualTo(1);
    }

    @Test
    void endsTheProcessWhenAWorkerAmongManyBreaks() throws Exception {
        Dialer broken =
                (_, _) -> {
                    throw new InternalError();
                };
        Map<String, String> variables =
                Map.of("AWS_LAMBDA_RUNTIME_API", "host:1", "AWS_LAMBDA_MAX_CONCURRENCY", "2");
        var out = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
        var runtime = new LambdaRuntime(variables, broken, _ -> {}, out);

        var exitCode = CompletableFuture.supplyAsync(() -> runtime.serve(_ -> ECHO));

        assertThat(exitCode.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void reportsAHandlerThatCannotBeMade() throws Exception {
        HandlerFactory factory =
                _ -> {
                    throw new IllegalStateException("TABLE_NAME is not set");
                };
        try (var runtime = RunningRuntime.start(RuntimeApiOptions.DEFAULT, Map.of(), factory)) {
            var error = runtime.api().awaitStartError(SOON).orElseThrow();

            assertThat(error.type()).isEqualTo("Function.IllegalStateException");
            assertThat(error.body()).doesNotContain("TABLE_NAME");
            assertThat(runtime.log()).contains("TABLE_NAME is not set");
            assertThat(runtime.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void endsAtOnceWithAnEnvironmentThatItDoesNotUnderstand() throws Exception {
        Map<String, String> variables = Map.of("AWS_LAMBDA_MAX_CONCURRENCY", "many");
        try (var runtime = RunningRuntime.start(RuntimeApiOptions.DEFAULT, variables, _ -> ECHO)) {
            assertThat(runtime.exitCode()).isEqualTo(1);
            assertThat(runtime.log()).contains("AWS_LAMBDA_MAX_CONCURRENCY is 'many'");
        }
    }

    @Test
    void takesAnEventOfTheLargestSize() throws Exception {
        byte[] event = new byte[6 * 1024 * 1024];
        RequestStreamHandler handler =
                (in, out, _) ->
                        out.write(Integer.toString(in.readAllBytes().length).getBytes(UTF_8));
        try (var runtime = RunningRuntime.start(handler)) {
            assertThat(bodyOf(runtime.api().invoke(event, MINUTE))).isEqualTo("6291456");
        }
    }

    @Test
    void failsWithTheErrorThatTheHandlerNames() throws Exception {
        RequestStreamHandler handler =
                (_, out, _) -> {
                    out.write('a');
                    ResponseStream.of(out).fail("UpstreamFailed", "The provider went away.");
                };
        try (var runtime = RunningRuntime.start(handler)) {
            var invocation = runtime.api().invoke(EVENT, MINUTE);

            assertThat(invocation.awaitOutcome(SOON))
                    .isEqualTo(
                            new Outcome.FailedMidStream(
                                    new RuntimeError(
                                            "Function.UpstreamFailed",
                                            "{\"errorMessage\":\"The provider went away.\","
                                                    + "\"errorType\":\"Function.UpstreamFailed\","
                                                    + "\"stackTrace\":[]}")));
            assertThat(runtime.log()).isEmpty();
        }
    }

    @Test
    void overlooksAnInterruptThatTheHandlerLeavesBehind() throws Exception {
        RequestStreamHandler handler =
                (_, out, _) -> {
                    Thread.currentThread().interrupt();
                    out.write('a');
                    out.flush();
                };
        var options = RuntimeApiOptions.DEFAULT.withMaxConcurrency(2);
        try (var runtime = RunningRuntime.start(options, Map.of(), _ -> handler)) {
            for (int i : IntStream.range(0, 4).toArray()) {
                var invocation = runtime.api().invoke(new byte[] {(byte) i}, MINUTE);
                assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.Completed());
            }
        }
    }

    @Test
    void keepsAnInterruptThatCameLateFromTheNextInvocation() throws Exception {
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        RequestStreamHandler handler =
                (_, out, _) -> {
                    worker.complete(Thread.currentThread());
                    out.write(Thread.currentThread().isInterrupted() ? '!' : '.');
                };
        try (var runtime = RunningRuntime.start(handler)) {
            assertThat(bodyOf(runtime.api().invoke(EVENT, MINUTE))).isEqualTo(".");
            assertThat(runtime.api().awaitIdle(1, SOON)).isTrue();

            worker.get().interrupt();

            assertThat(bodyOf(runtime.api().invoke(EVENT, MINUTE))).isEqualTo(".");
        }
    }

    private static String bodyOf(Invocation invocation) throws IOException {
        return new String(invocation.body().readAllBytes(), UTF_8);
    }

    private static String taken(SynchronousQueue<String> queue) {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
