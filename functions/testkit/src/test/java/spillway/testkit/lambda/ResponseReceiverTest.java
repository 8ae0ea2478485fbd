package spillway.testkit.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResponseReceiverTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final byte[] EVENT = "{}".getBytes(UTF_8);

    private final Told told = new Told();
    private RuntimeApi api;

    @BeforeEach
    void start() throws IOException {
        api = RuntimeApi.start();
    }

    @AfterEach
    void close() throws IOException {
        api.close();
    }

    @Test
    void getsTheResponsePieceByPieceAndItsEnd() throws Exception {
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE, told);
            runtime.beginResponse(runtime.next().requestId());
            runtime.send("5\r\nfirst\r\n");
            told.awaitPiece("first");
            runtime.send("6\r\nsecond\r\n0\r\n\r\n");
            told.awaitPiece("second");

            assertThat(runtime.answer().status()).isEqualTo(202);
            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.Completed());
            assertThat(told.all)
                    .containsExactly(
                            new ResponseHead("text/plain", true),
                            "first",
                            "second",
                            new Outcome.Completed());
        }
    }

    @Test
    void anErrorOnAnotherConnectionEndsItBetweenTwoPieces() throws Exception {
        api.close();
        api = RuntimeApi.start(RuntimeApiOptions.DEFAULT.withMaxConcurrency(2));
        try (var runtime = new RawRuntime(api);
                var other = new RawRuntime(api)) {
            api.invoke(EVENT, MINUTE, told);
            String id = runtime.next().requestId();
            runtime.beginResponse(id);
            runtime.send("5\r\nfirst\r\n");
            // It is in its call until the piece is taken.
            told.awaitCalls(2);
            var error =
                    new FutureTask<>(
                            () ->
                                    other.post(
                                            "invocation/" + id + "/error",
                                            "Lambda-Runtime-Function-Error-Type: Function.Oops\r\n",
                                            "{}"));
            Thread.ofVirtual().start(error);
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> error.get(100, TimeUnit.MILLISECONDS));
            assertThat(told.all).hasSize(2);
            told.awaitPiece("first");

            assertThat(error.get(SOON.toMillis(), TimeUnit.MILLISECONDS).status()).isEqualTo(202);
            runtime.send("6\r\nsecond\r\n0\r\n\r\n");
            assertThat(runtime.answer().status()).isEqualTo(202);
            assertThat(told.all)
                    .endsWith(
                            "first",
                            new Outcome.FailedMidStream(new RuntimeError("Function.Oops", "{}")))
                    .hasSize(3);
        }
    }

    @Test
    void cutsAResponseThatItDoesNotWant() throws Exception {
        told.unwanted = "second";
        try (var runtime = new RawRuntime(api)) {
            var invocation = api.invoke(EVENT, MINUTE, told);
            runtime.beginResponse(runtime.next().requestId());
            runtime.send("5\r\nfirst\r\n");
            told.awaitPiece("first");
            runtime.send("6\r\nsecond\r\n");

            assertThat(runtime.hungUp()).isTrue();
            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.Cancelled());
            assertThat(told.all).hasSize(3).endsWith("first", new Outcome.Cancelled());
        }
    }

    @Test
    void hearsOfAnEndWithoutAResponse() throws Exception {
        var invocation = api.invoke(EVENT, MINUTE, told);
        invocation.close();

        assertThat(told.all).isEqualTo(List.of(new Outcome.Cancelled()));
    }

    @Test
    void leavesNoBodyToBeRead() {
        var invocation = api.invoke(EVENT, MINUTE, told);

        assertThatIllegalStateException().isThrownBy(invocation::body);
    }

    /** Keeps what it is told, and gives each piece to the test. */
    private static final class Told implements ResponseReceiver {
        private final List<Object> all = new CopyOnWriteArrayList<>();
        private final SynchronousQueue<String> pieces = new SynchronousQueue<>();
        private volatile String unwanted = "";

        @Override
        public void begin(ResponseHead head) {
            all.add(head);
        }

        @Override
        public void receive(byte[] bytes, int offset, int length)
                throws IOException, InterruptedException {
            String piece = new String(bytes, offset, length, UTF_8);
            if (piece.equals(unwanted)) {
                throw new IOException("not wanted");
            }
            all.add(piece);
            pieces.offer(piece, SOON.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void end(Outcome outcome) {
            all.add(outcome);
        }

        void awaitCalls(int count) throws InterruptedException {
            for (long end = System.nanoTime() + SOON.toNanos(); all.size() < count; ) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(1);
            }
        }

        void awaitPiece(String expected) throws InterruptedException {
            assertThat(pieces.poll(SOON.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo(expected);
        }
    }
}
