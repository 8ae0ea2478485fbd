package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that the strict Runtime API does not give, and other emulators do. */
class WorkerTest {
    private static final String ACCEPTED = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final String EVENT =
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1-2\r\nContent-Length: 1\r\n\r\nx";
    private static final String HUGE =
            EVENT.replace("Length: 1\r\n\r\nx", "Length: 9000000\r\n\r\n");
    private static final String FATAL = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n";

    private final ArrayDeque<RecordingSocket> sockets = new ArrayDeque<>();
    private final List<Long> pauses = new ArrayList<>();
    private final List<String> handled = new ArrayList<>();
    private int dials;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void asksAgainWhenThereIsNoEventYet() {
        var socket = answering("HTTP/1.1 204 No Content\r\n\r\n" + EVENT + ACCEPTED + FATAL);

        int code = serve();

        assertThat(code).isEqualTo(1);
        assertThat(handled).containsExactly("1-2");
        assertThat(socket.writes()).hasSize(4);
        assertThat(pauses).isEmpty();
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    @Test
    void endsWhenTheRuntimeApiCannotGoOn() {
        answering(FATAL);

        assertThat(serve()).isEqualTo(1);
        assertThat(handled).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            })
    void triesAgainAfterAPauseWhenItIsRefusedAnEvent(String refusal) {
        answering(refusal + refusal + refusal + FATAL);

        assertThat(serve()).isEqualTo(1);
        assertThat(pauses).containsExactly(100L, 200L);
        assertThat(out.toString(UTF_8)).contains("to next.").hasLineCount(3);
    }

    @Test
    void countsFailuresAnewAfterAnEvent() {
        String refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
        answering(refusal + refusal + EVENT + ACCEPTED + refusal + refusal + FATAL);

        serve();

        assertThat(pauses).containsExactly(100L, 100L);
    }

    @Test
    void refusesAnEventThatIsTooLargeOnANewConnection() {
        answering(HUGE);
        var second = answering(ACCEPTED + FATAL);

        serve();

        assertThat(handled).isEmpty();
        assertThat(second.writes().getFirst())
                .startsWith("POST /2018-06-01/runtime/invocation/1-2/error HTTP/1.1\r\n")
                .contains("Lambda-Runtime-Function-Error-Type: Function.EventTooLarge\r\n");
    }

    @Test
    void goesOnWhenNobodyTakesTheRefusalOfAnEvent() {
        answering(HUGE);
        answering("");
        answering(FATAL);

        assertThat(serve()).isEqualTo(1);
        assertThat(sockets).isEmpty();
    }

    @Test
    void endsWhenItIsInterruptedInAPause() {
        int code =
                serve(
                        _ -> {
                            throw new InterruptedException();
                        });

        assertThat(code).isEqualTo(1);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void goesOnWhenALateInterruptEndsItsConnection() {
        answering(EVENT + ACCEPTED + FATAL);
        Dialer dialer =
                (_, _) -> {
                    if (dials++ == 0) {
                        // As the sockets of virtual threads have it.
                        Thread.currentThread().interrupt();
                    }
                    if (Thread.currentThread().isInterrupted()) {
                        throw new IOException("Closed by interrupt");
                    }
                    return dial();
                };

        serve(pauses::add, dialer);

        assertThat(handled).containsExactly("1-2");
        assertThat(dials).isEqualTo(2);
    }

    @Test
    void endsWhenItBreaks() {
        int code =
                serve(
                        pauses::add,
                        (_, _) -> {
                            throw new InternalError("secret");
                        });

        assertThat(code).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .contains("java.lang.InternalError")
                .doesNotContain("secret")
                .hasLineCount(1);
    }

    private RecordingSocket answering(String bytes) {
        var socket = new RecordingSocket(bytes);
        sockets.add(socket);
        return socket;
    }

    private int serve() {
        return serve(pauses::add);
    }

    private int serve(Pause pause) {
        return serve(pause, (_, _) -> dial());
    }

    private int serve(Pause pause, Dialer dialer) {
        var parts =
                new RuntimeParts(
                        RuntimeEnvironment.of(Map.of("AWS_LAMBDA_RUNTIME_API", "host:1")),
                        (_, _, context) -> handled.add(context.getAwsRequestId()),
                        dialer,
                        pause,
                        new RuntimeLog(new PrintStream(out, true, UTF_8)),
                        new DeadlineWatch());
        return new Worker(parts, () -> {}).serve();
    }

    private RecordingSocket dial() throws IOException {
        if (sockets.isEmpty()) {
            throw new IOException("refused");
        }
        return sockets.remove();
    }
}
