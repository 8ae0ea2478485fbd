package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.testkit.lambda.Invocation;
import spillway.testkit.lambda.Outcome;
import spillway.testkit.lambda.RuntimeApiOptions;

class DeadlineTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final byte[] SLOW = "slow".getBytes(UTF_8);
    private static final byte[] QUICK = "quick".getBytes(UTF_8);
    private static final Map<String, String> MARGIN = Map.of("SPILLWAY_DEADLINE_MARGIN_MS", "300");

    private volatile BooleanSupplier logged = () -> false;
    private final CompletableFuture<String> handlerEnded = new CompletableFuture<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void endsAResponseBeforeItsDeadlineAndInterruptsTheHandler(int concurrency) throws Exception {
        RequestStreamHandler handler =
                slowOr(
                        out -> {
                            out.write('a');
                            out.flush();
                            sleepUntilInterrupted();
                        });
        try (var runtime = start(concurrency, handler)) {
            var invocation = slowly(runtime);

            assertThat(invocation.awaitOutcome(SOON))
                    .isInstanceOfSatisfying(
                            Outcome.FailedMidStream.class,
                            failed ->
                                    assertThat(failed.error().type())
                                            .isEqualTo("Function.DeadlineExceeded"));
            assertThat(handlerEnded.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
            assertThat(answer(runtime.api().invoke(QUICK, MINUTE))).isEqualTo("q");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void reportsTheDeadlineAloneWhenNothingWasSent(int concurrency) throws Exception {
        RequestStreamHandler handler = slowOr(_ -> sleepUntilInterrupted());
        try (var runtime = start(concurrency, handler)) {
            var invocation = slowly(runtime);

            assertThat(invocation.awaitOutcome(SOON))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed ->
                                    assertThat(failed.error().type())
                                            .isEqualTo("Function.DeadlineExceeded"));
            assertThat(answer(runtime.api().invoke(QUICK, MINUTE))).isEqualTo("q");
        }
    }

    @Test
    void keepsAHandlerThatIgnoresItsInterruptFromWriting() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<String> refusal = new AtomicReference<>();
        RequestStreamHandler handler =
                slowOr(
                        out -> {
                            out.write('a');
                            out.flush();
                            awaitWhateverComes(goOn);
                            try {
                                out.write('b');
                                out.flush();
                            } catch (IOException e) {
                                refusal.set(e.getMessage());
                            }
                        });
        try (var runtime = start(1, handler)) {
            var invocation = slowly(runtime);
            assertThat(invocation.awaitOutcome(SOON)).isInstanceOf(Outcome.FailedMidStream.class);

            goOn.countDown();

            assertThat(answer(runtime.api().invoke(QUICK, MINUTE))).isEqualTo("q");
            assertThat(invocation.body().readAllBytes()).asString().isEqualTo("a");
            assertThat(refusal.get()).contains("deadline");
        }
    }

    @Test
    void replacesAWorkerThatIsStuckWhenThereAreMany() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        RequestStreamHandler handler =
                slowOr(
                        _ -> {
                            awaitWhateverComes(goOn);
                            handlerEnded.complete("late");
                        });
        try (var runtime = start(2, handler)) {
            assertThat(runtime.api().awaitIdle(2, SOON)).isTrue();
            var first = slowly(runtime);
            var second = slowly(runtime);
            assertThat(first.awaitOutcome(SOON)).isInstanceOf(Outcome.Failed.class);
            assertThat(second.awaitOutcome(SOON)).isInstanceOf(Outcome.Failed.class);

            assertThat(runtime.api().awaitIdle(2, SOON)).isTrue();
            assertThat(answer(runtime.api().invoke(QUICK, MINUTE))).isEqualTo("q");
            assertThat(runtime.log()).contains("The handler ignores that its time is over.");

            goOn.countDown();
            assertThat(handlerEnded.get(10, TimeUnit.SECONDS)).isEqualTo("late");
            assertThat(runtime.api().awaitIdle(2, SOON)).isTrue();
        }
    }

    @Test
    void saysThatAHandlerIsStuckWhenItIsAlone() throws Exception {
        RequestStreamHandler handler =
                slowOr(
                        _ -> {
                            while (!logged.getAsBoolean()) {
                                Thread.onSpinWait();
                            }
                        });
        try (var runtime = start(1, handler)) {
            logged = () -> runtime.log().contains("The handler ignores that its time is over.");
            slowly(runtime).awaitOutcome(SOON);

            assertThat(answer(runtime.api().invoke(QUICK, MINUTE))).isEqualTo("q");
            assertThat(runtime.log()).contains("The handler ignores that its time is over.");
        }
    }

    @Test
    void cutsAResponseThatIsStuckInTheConnection() throws Exception {
        RequestStreamHandler handler =
                slowOr(
                        out -> {
                            try {
                                while (true) {
                                    out.write(new byte[16 * 1024]);
                                }
                            } catch (IOException e) {
                                handlerEnded.complete("cut");
                                throw e;
                            }
                        });
        try (var runtime = start(1, handler)) {
            var invocation = slowly(runtime);

            assertThat(handlerEnded.get(10, TimeUnit.SECONDS)).isEqualTo("cut");
            invocation.close();
            assertThat(invocation.awaitOutcome(SOON)).isInstanceOf(Outcome.Truncated.class);
            assertThat(answer(runtime.api().invoke(QUICK, MINUTE))).isEqualTo("q");
        }
    }

    @Test
    void watchesALaterInvocationThatEndsEarlier() throws Exception {
        RequestStreamHandler handler = slowOr(_ -> sleepUntilInterrupted());
        try (var runtime = start(2, handler)) {
            var patient = runtime.api().invoke(SLOW, Duration.ofMinutes(5));
            var hasty = slowly(runtime);

            assertThat(hasty.awaitOutcome(SOON)).isInstanceOf(Outcome.Failed.class);
            assertThat(patient.outcome()).isEmpty();
        }
    }

    @Test
    void takesAnImpossibleDeadlineForNone() throws Exception {
        RequestStreamHandler handler =
                (_, out, context) ->
                        out.write(
                                Integer.toString(context.getRemainingTimeInMillis() / 10_000)
                                        .getBytes(UTF_8));
        try (var runtime = start(1, handler)) {
            var invocation =
                    runtime.api()
                            .invoke(QUICK, MINUTE, Map.of("Lambda-Runtime-Deadline-Ms", "600000"));

            assertThat(answer(invocation)).isIn("89", "90");
        }
    }

    private interface Slow {
        void answer(OutputStream out) throws IOException;
    }

    private static RequestStreamHandler slowOr(Slow slow) {
        return (in, out, _) -> {
            if (in.readAllBytes().length == SLOW.length) {
                slow.answer(out);
            } else {
                out.write('q');
            }
        };
    }

    private static RunningRuntime start(int concurrency, RequestStreamHandler handler)
            throws IOException {
        var options = RuntimeApiOptions.DEFAULT.withMaxConcurrency(concurrency);
        return RunningRuntime.start(options, MARGIN, _ -> handler);
    }

    /** Calls the function with little time, of which the platform itself is not aware. */
    private static Invocation slowly(RunningRuntime runtime) {
        String deadline = Long.toString(System.currentTimeMillis() + 600);
        return runtime.api().invoke(SLOW, MINUTE, Map.of("Lambda-Runtime-Deadline-Ms", deadline));
    }

    private static String answer(Invocation invocation) throws IOException {
        return new String(invocation.body().readAllBytes(), UTF_8);
    }

    private void sleepUntilInterrupted() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            handlerEnded.complete("interrupted");
            throw new IOException(e);
        }
    }

    private static void awaitWhateverComes(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // This handler is stubborn.
            }
        }
    }
}
