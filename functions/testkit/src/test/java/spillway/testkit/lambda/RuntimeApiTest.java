package spillway.testkit.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeApiTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final byte[] EVENT = "{\"a\":1}".getBytes(UTF_8);

    private RuntimeApi api = start(RuntimeApiOptions.DEFAULT);

    @AfterEach
    void close() throws IOException {
        api.close();
    }

    @Test
    void handsAnEventToTheRuntimeThatWaitsForIt() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            runtime.sendGet("invocation/next");
            assertThat(api.awaitReady(SOON)).isTrue();

            var invocation = api.invoke(EVENT, MINUTE, Map.of("Lambda-Runtime-Trace-Id", "Root=1"));

            var next = runtime.answer();
            assertThat(next.status()).isEqualTo(200);
            assertThat(next.body()).isEqualTo("{\"a\":1}");
            assertThat(next.requestId()).isEqualTo(invocation.requestId());
            assertThat(next.header("Lambda-Runtime-Trace-Id")).isEqualTo("Root=1");
            assertThat(Long.parseLong(next.header("Lambda-Runtime-Deadline-Ms")))
                    .isBetween(
                            System.currentTimeMillis() + 50_000,
                            System.currentTimeMillis() + 60_000);
        }
    }

    @Test
    void passesEachChunkOnBeforeTheNextOneIsThere() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            runtime.beginResponse(runtime.next().requestId());

            InputStream body = invocation.body();
            runtime.send("5\r\nfirst\r\n");
            byte[] first = body.readNBytes(5);
            runtime.send("6\r\nsecond\r\n");
            byte[] second = body.readNBytes(6);
            runtime.send("0\r\n\r\n");

            assertThat(first).asString().isEqualTo("first");
            assertThat(second).asString().isEqualTo("second");
            assertThat(body.read()).isEqualTo(-1);
            assertThat(runtime.answer().status()).isEqualTo(202);
            assertThat(invocation.awaitHead(SOON)).contains(new ResponseHead("text/plain", true));
            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.Completed());
        }
    }

    @Test
    void readsTheErrorInTheTrailers() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            runtime.beginResponse(runtime.next().requestId());

            runtime.send(
                    String.join(
                            "\r\n",
                            "1",
                            "x",
                            "0",
                            "Lambda-Runtime-Function-Error-Type: Function.Oops",
                            "Lambda-Runtime-Function-Error-Body: e30=",
                            "",
                            ""));

            assertThat(runtime.answer().status()).isEqualTo(202);
            assertThat(invocation.awaitOutcome(SOON))
                    .isEqualTo(
                            new Outcome.FailedMidStream(new RuntimeError("Function.Oops", "{}")));
            assertThat(invocation.body().readAllBytes()).asString().isEqualTo("x");
        }
    }

    @Test
    void overlooksTrailersThatWereNotAnnounced() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            String id = runtime.next().requestId();

            runtime.send(
                    "POST /2018-06-01/runtime/invocation/"
                            + id
                            + "/response HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "0\r\nLambda-Runtime-Function-Error-Type: Function.Oops\r\n\r\n");

            assertThat(runtime.answer().status()).isEqualTo(202);
            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.Completed());
            assertThat(invocation.awaitHead(SOON)).contains(new ResponseHead(null, false));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Function.Oops, Function.Oops",
        "Runtime.Oops, Runtime.Oops",
        "Function.oops, Function.Unknown",
        "Function.X, Function.Unknown",
        "TypeError, Runtime.Unknown",
        "'', Runtime.Unknown"
    })
    void normalisesErrorTypesOfErrors(String reported, String kept) throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            String id = runtime.next().requestId();

            var answer =
                    runtime.post(
                            "invocation/" + id + "/error",
                            "Lambda-Runtime-Function-Error-Type: " + reported + "\r\n",
                            "{}");

            assertThat(answer.status()).isEqualTo(202);
            assertThat(invocation.awaitOutcome(SOON))
                    .isEqualTo(new Outcome.Failed(new RuntimeError(kept, "{}")));
            assertThat(invocation.awaitHead(SOON)).isEmpty();
        }
    }

    @Test
    void refusesAnErrorAfterAResponseHasBegun() throws Exception {
        try (var runtime = new RawRuntime(api);
                var second = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            String id = runtime.next().requestId();
            runtime.beginResponse(id);
            invocation.awaitHead(SOON);

            var answer = second.post("invocation/" + id + "/error", "", "{}");

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).contains("InvalidStateTransition");
            assertThat(invocation.outcome()).isEmpty();
        }
    }

    @Test
    void turnsAnErrorIntoTrailersWhenManyRun() throws Exception {
        restart(RuntimeApiOptions.DEFAULT.withMaxConcurrency(2));
        try (var runtime = new RawRuntime(api);
                var second = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            String id = runtime.next().requestId();
            runtime.beginResponse(id);
            invocation.awaitHead(SOON);

            var answer =
                    second.post(
                            "invocation/" + id + "/error",
                            "Lambda-Runtime-Function-Error-Type: Function.Oops\r\n",
                            "{}");

            assertThat(answer.status()).isEqualTo(202);
            assertThat(invocation.awaitOutcome(SOON))
                    .isEqualTo(
                            new Outcome.FailedMidStream(new RuntimeError("Function.Oops", "{}")));
        }
    }

    @Test
    void refusesASecondResponse() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            api.invoke(EVENT, MINUTE);
            String call = "invocation/" + runtime.next().requestId() + "/response";
            assertThat(runtime.post(call, "", "x").status()).isEqualTo(202);

            var answer = runtime.post(call, "", "x");

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).contains("InvalidStateTransition");
        }
    }

    @Test
    void knowsNoSettledIdWhenManyRun() throws Exception {
        restart(RuntimeApiOptions.DEFAULT.withMaxConcurrency(2));
        try (var runtime = new RawRuntime(api)) {
            api.invoke(EVENT, MINUTE);
            String call = "invocation/" + runtime.next().requestId() + "/response";
            assertThat(runtime.post(call, "", "x").status()).isEqualTo(202);

            var answer = runtime.post(call, "", "x");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("InvalidRequestID");
        }
    }

    @Test
    void refusesAnUnknownId() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var answer = runtime.post("invocation/nobody/response", "", "x");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("InvalidRequestID");
        }
    }

    @Test
    void refusesAnUnknownResponseMode() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            String id = runtime.next().requestId();

            var answer =
                    runtime.post(
                            "invocation/" + id + "/response",
                            "Lambda-Runtime-Function-Response-Mode: buffered\r\n",
                            "x");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("InvalidFunctionResponseMode");
            assertThat(invocation.awaitOutcome(SOON))
                    .isEqualTo(new Outcome.InvalidResponseMode("buffered"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5\r\nabc", "", "5\r\nabcde\r\n", "0\r\n"})
    void findsAResponseThatBreaksOff(String sent) throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            runtime.beginResponse(runtime.next().requestId());

            runtime.send(sent);
            runtime.hangUp();

            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.Truncated());
            assertThatIOException()
                    .isThrownBy(() -> invocation.body().readAllBytes())
                    .withMessageContaining("Truncated");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n",
                "\r\n",
                "12345678\r\n",
                "1\r\nab\r\n",
                "1\na",
                "1;x=y\r\na\r\n",
                "0\r\nLambda-Runtime-Function-Error-Type: Function.Oops\r\nno colon\r\n\r\n",
                "0\r\nLambda-Runtime-Function-Error-Type: F\r\nLambda-Runtime-Function-Error-Body: !\r\n\r\n"
            })
    void refusesMalformedChunks(String sent) throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            runtime.beginResponse(runtime.next().requestId());

            runtime.send(sent);

            assertThat(runtime.answer().status()).isEqualTo(400);
            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.Truncated());
            assertThat(runtime.hungUp()).isTrue();
        }
    }

    @Test
    void refusesAResponseThatIsTooLarge() throws Exception {
        restart(RuntimeApiOptions.DEFAULT.withMaxResponseBytes(4));
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            runtime.beginResponse(runtime.next().requestId());

            runtime.send("4\r\nabcd\r\n1\r\ne\r\n");

            assertThat(runtime.answer().status()).isEqualTo(413);
            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.TooLarge(4));
        }
    }

    @Test
    void endsAnInvocationWhoseTimeIsOver() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, Duration.ofMillis(50));
            runtime.beginResponse(runtime.next().requestId());

            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.TimedOut());
            assertThat(runtime.hungUp()).isTrue();
        }
    }

    @Test
    void givesTheSameEventAgainToARuntimeThatMayHaveLostIt() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            assertThat(runtime.next().requestId()).isEqualTo(invocation.requestId());

            var again = runtime.next();

            assertThat(again.requestId()).isEqualTo(invocation.requestId());
            assertThat(again.body()).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void refusesNextWhileAResponseIsUnderWay() throws Exception {
        try (var runtime = new RawRuntime(api);
                var second = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            runtime.beginResponse(runtime.next().requestId());
            invocation.awaitHead(SOON);

            assertThat(second.next().status()).isEqualTo(403);
        }
    }

    @Test
    void givesAnEventToTheWorkerThatAskedLast() throws Exception {
        restart(RuntimeApiOptions.DEFAULT.withMaxConcurrency(2));
        try (var early = new RawRuntime(api);
                var late = new RawRuntime(api)) {
            early.sendGet("invocation/next");
            assertThat(api.awaitIdle(1, SOON)).isTrue();
            late.sendGet("invocation/next");
            assertThat(api.awaitIdle(2, SOON)).isTrue();

            var first = api.invoke(EVENT, MINUTE);
            var second = api.invoke(EVENT, MINUTE);

            assertThat(late.answer().requestId()).isEqualTo(first.requestId());
            assertThat(early.answer().requestId()).isEqualTo(second.requestId());
        }
    }

    @Test
    void forgetsAWorkerThatHasHungUp() throws Exception {
        restart(RuntimeApiOptions.DEFAULT.withMaxConcurrency(4));
        try (var gone = new RawRuntime(api);
                var here = new RawRuntime(api)) {
            gone.sendGet("invocation/next");
            assertThat(api.awaitIdle(1, SOON)).isTrue();
            gone.hangUp();
            assertThat(api.awaitIdle(0, SOON)).isTrue();
            here.sendGet("invocation/next");

            var invocation = api.invoke(EVENT, MINUTE);

            assertThat(here.answer().requestId()).isEqualTo(invocation.requestId());
        }
    }

    @Test
    void reportsAFailedInitToWhoeverInvokes() throws Exception {
        var before = api.invoke(EVENT, MINUTE);
        try (var runtime = new RawRuntime(api)) {
            var answer =
                    runtime.post(
                            "init/error",
                            "Lambda-Runtime-Function-Error-Type: Runtime.NoConfig\r\n",
                            "{}");
            var after = api.invoke(EVENT, MINUTE);

            var failed = new Outcome.InitFailed(new RuntimeError("Runtime.NoConfig", "{}"));
            assertThat(answer.status()).isEqualTo(202);
            assertThat(before.awaitOutcome(SOON)).isEqualTo(failed);
            assertThat(after.awaitOutcome(SOON)).isEqualTo(failed);
            assertThat(api.awaitReady(SOON)).isFalse();
            assertThat(api.awaitStartError(SOON))
                    .contains(new RuntimeError("Runtime.NoConfig", "{}"));
            assertThat(runtime.next().status()).isEqualTo(403);
        }
    }

    @Test
    void refusesAnInitErrorOnceReady() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            api.invoke(EVENT, MINUTE);
            runtime.next();

            assertThat(runtime.post("init/error", "", "{}").status()).isEqualTo(403);
        }
    }

    @Test
    void holdsTheRuntimeAtTheSnapshotUntilItIsRestored() throws Exception {
        restart(RuntimeApiOptions.DEFAULT.withSnapStart());
        try (var runtime = new RawRuntime(api)) {
            assertThatIllegalStateException().isThrownBy(api::restore);
            runtime.sendGet("restore/next");
            assertThat(api.awaitSnapshot(SOON)).isTrue();

            api.restore();

            assertThat(runtime.answer().status()).isEqualTo(200);
            assertThat(runtime.get("restore/next").status()).isEqualTo(403);
            assertThat(
                            runtime.post(
                                            "restore/error",
                                            "Lambda-Runtime-Function-Error-Type:"
                                                    + " Runtime.AfterRestoreError\r\n",
                                            "{}")
                                    .status())
                    .isEqualTo(202);
            assertThat(api.restoreError())
                    .contains(new RuntimeError("Runtime.AfterRestoreError", "{}"));
        }
    }

    @Test
    void knowsNoRestoreWithoutSnapStart() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            assertThat(runtime.get("restore/next").status()).isEqualTo(404);
            assertThat(runtime.post("restore/error", "", "{}").status()).isEqualTo(404);
        }
    }

    @Test
    void failsWhatAnEndedProcessHadInHandAndKeepsTheRest() throws Exception {
        var inHand = api.invoke(EVENT, MINUTE);
        var waiting = api.invoke(EVENT, MINUTE);
        try (var runtime = new RawRuntime(api)) {
            runtime.next();
        }

        api.processEnded();

        assertThat(inHand.awaitOutcome(SOON)).isEqualTo(new Outcome.Exited());
        try (var runtime = new RawRuntime(api)) {
            assertThat(runtime.next().requestId()).isEqualTo(waiting.requestId());
        }
    }

    @Test
    void letsTheFunctionRunOnWhenTheInvokerHasGone() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE);
            runtime.beginResponse(runtime.next().requestId());

            invocation.close();
            for (int i = 0; i < 100; i++) {
                runtime.send("400\r\n" + "x".repeat(1024) + "\r\n");
            }
            runtime.send("0\r\n\r\n");

            assertThat(runtime.answer().status()).isEqualTo(202);
            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.Completed());
        }
    }

    @Test
    void cutsTheConnectionOfAResponseAndNoOther() throws Exception {
        try (var whole = new RawRuntime(api);
                var half = new RawRuntime(api)) {
            var first = api.invoke(EVENT, MINUTE);
            whole.beginResponse(whole.next().requestId());
            whole.send("0\r\n\r\n");
            first.awaitOutcome(SOON);
            first.cut();
            assertThat(whole.answer().status()).isEqualTo(202);

            var second = api.invoke(EVENT, MINUTE);
            half.beginResponse(half.next().requestId());
            second.awaitHead(SOON);
            second.cut();

            assertThat(half.hungUp()).isTrue();
            assertThat(second.awaitOutcome(SOON)).isEqualTo(new Outcome.Cancelled());
            whole.sendGet("invocation/next");
            assertThat(api.awaitIdle(1, SOON)).isTrue();
        }
    }

    @Test
    void dropsAnEventThatNobodyWantsAnswered() throws Exception {
        var unwanted = api.invoke(EVENT, MINUTE);
        unwanted.close();
        var wanted = api.invoke(EVENT, MINUTE);

        try (var runtime = new RawRuntime(api)) {
            assertThat(runtime.next().requestId()).isEqualTo(wanted.requestId());
        }
        assertThat(unwanted.outcome()).contains(new Outcome.Cancelled());
    }

    @Test
    void cancelsEverythingWhenItCloses() throws Exception {
        var before = api.invoke(EVENT, MINUTE);

        api.close();

        assertThat(before.awaitOutcome(SOON)).isEqualTo(new Outcome.Cancelled());
        assertThat(api.invoke(EVENT, MINUTE).awaitOutcome(SOON)).isEqualTo(new Outcome.Cancelled());
    }

    @Test
    void refusesAnEventThatIsTooLarge() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> api.invoke(new byte[RuntimeApi.EVENT_LIMIT + 1], MINUTE))
                .withMessageContaining("6291457");
    }

    @Test
    void saysWhatItWaitedForInVain() {
        var invocation = api.invoke(EVENT, MINUTE);

        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> invocation.awaitHead(Duration.ofMillis(1)))
                .withMessageContaining("no response of");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /x HTTP/1.0\r\nHost: x\r\n\r\n",
                "GET /x HTTP/1.1\r\n\r\n",
                "GET /x HTTP/1.1\nHost: x\n\n",
                "GET /x HTTP/1.1\r\nHost : x\r\n\r\n",
                "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n"
            })
    void refusesWhatIsNotHttp(String request) throws Exception {
        try (var runtime = new RawRuntime(api)) {
            runtime.send(request);

            assertThat(runtime.answer().status()).isEqualTo(400);
            assertThat(runtime.hungUp()).isTrue();
        }
    }

    @Test
    void recordsWhatCameOverTheWire() throws Exception {
        restart(RuntimeApiOptions.DEFAULT.withRecording());
        try (var runtime = new RawRuntime(api)) {
            runtime.post("invocation/nobody/response", "X: y\r\n", "body");
            runtime.get("nothing");

            assertThat(api.recordedRequests().getFirst())
                    .asString()
                    .isEqualTo(
                            "POST /2018-06-01/runtime/invocation/nobody/response HTTP/1.1\r\n"
                                    + "Host: x\r\nX: y\r\nContent-Length: 4\r\n\r\nbody");
        }
    }

    private void restart(RuntimeApiOptions options) throws IOException {
        api.close();
        api = start(options);
    }

    private static RuntimeApi start(RuntimeApiOptions options) {
        try {
            return RuntimeApi.start(options);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
