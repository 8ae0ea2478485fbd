package spillway.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseStreamTest {
    private static final String ACCEPTED = lines("HTTP/1.1 202 Accepted", "Content-Length: 0", "");
    private static final String NULS = "8\r\n\0\0\0\0\0\0\0\0\r\n";

    private RecordingSocket socket = new RecordingSocket(ACCEPTED);
    private final ResponseStream response =
            new ResponseStream(
                    new ApiConnection(ApiAddress.parse("127.0.0.1:41549"), (_, _) -> socket),
                    "1-2",
                    new ChunkBuffer());

    @Test
    void sendsTheBytesOfTheReferenceClient() throws IOException {
        response.httpPrelude(200, Map.of("content-type", "text/event-stream"), List.of("a=b"));
        print("data: 1\n\n");
        response.flush();
        print("data: 2\n\n");
        int status = response.finish(null);

        assertThat(status).isEqualTo(202);
        assertThat(socket.writes())
                .containsExactly(
                        head("application/vnd.awslambda.http-integration-response")
                                + lines(
                                        "53",
                                        "{\"statusCode\":200,\"headers\":{\"content-type\":"
                                                + "\"text/event-stream\"},\"cookies\":[\"a=b\"]}")
                                + NULS
                                + "9\r\ndata: 1\n\n\r\n",
                        "9\r\ndata: 2\n\n\r\n0\r\n\r\n");
    }

    @Test
    void endsAFailedResponseWithBothTrailers() throws IOException {
        response.contentType("text/plain");
        print("data: 1\n\n");
        response.flush();
        int status = response.finish(new IllegalStateException("the key is sk-123"));

        String error =
                "{\"errorMessage\":\"The function failed with"
                        + " java.lang.IllegalStateException.\","
                        + "\"errorType\":\"Function.IllegalStateException\",\"stackTrace\":[]}";
        assertThat(status).isEqualTo(202);
        assertThat(socket.writes())
                .containsExactly(
                        head("text/plain") + "9\r\ndata: 1\n\n\r\n",
                        lines(
                                "0",
                                "Lambda-Runtime-Function-Error-Type:"
                                        + " Function.IllegalStateException",
                                "Lambda-Runtime-Function-Error-Body: "
                                        + Base64.getEncoder().encodeToString(error.getBytes(UTF_8)),
                                ""));
    }

    @Test
    void sendsAnErrorAloneWhenNothingHasLeft() throws IOException {
        response.httpPrelude(200, Map.of(), List.of());
        print("not sent");
        int status = response.finish(new IOException("secret"));

        String error =
                "{\"errorMessage\":\"The function failed with java.io.IOException.\","
                        + "\"errorType\":\"Function.IOException\",\"stackTrace\":[]}";
        assertThat(status).isEqualTo(202);
        assertThat(socket.writes())
                .containsExactly(
                        lines(
                                        "POST /2018-06-01/runtime/invocation/1-2/error HTTP/1.1",
                                        "Host: 127.0.0.1:41549",
                                        "Connection: keep-alive",
                                        "Content-Type: application/json",
                                        "Lambda-Runtime-Function-Error-Type: Function.IOException",
                                        "Content-Length: " + error.length(),
                                        "")
                                + error);
    }

    @Test
    void sendsAPreludeAloneWhenItIsFlushed() throws IOException {
        response.httpPrelude(204, Map.of(), List.of());
        response.flush();

        assertThat(socket.writes())
                .containsExactly(
                        head("application/vnd.awslambda.http-integration-response")
                                + lines("2c", "{\"statusCode\":204,\"headers\":{},\"cookies\":[]}")
                                + NULS);
    }

    @Test
    void sendsNothingForAFlushOfNothing() throws IOException {
        response.flush();
        response.contentType("text/plain");
        response.flush();

        assertThat(socket.writes()).isEmpty();
    }

    @Test
    void givesAnEmptyResponseALineFeed() throws IOException {
        response.close();

        assertThat(socket.writes())
                .containsExactly(head("application/octet-stream") + "1\r\n\n\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "text/event-stream, true",
        "text/event-stream; charset=utf-8, true",
        "TEXT/Event-Stream, true",
        "application/json, false"
    })
    void givesAnEmptyEventStreamAComment(String contentType, boolean events) throws IOException {
        response.httpPrelude(200, Map.of("Content-Type", contentType), List.of());
        response.flush();
        response.close();

        assertThat(socket.writes().getLast())
                .isEqualTo((events ? "3\r\n:\n\n" : "1\r\n\n") + "\r\n0\r\n\r\n");
    }

    @Test
    void givesAPlainEmptyEventStreamAComment() throws IOException {
        response.contentType("text/event-stream");
        response.close();

        assertThat(socket.writes().getFirst()).endsWith("3\r\n:\n\n\r\n0\r\n\r\n");
    }

    @Test
    void holdsWhatIsNotFlushedUntilItIsMuch() throws IOException {
        response.write('a');
        response.write(new byte[16 * 1024 - 2]);
        assertThat(socket.writes()).isEmpty();

        response.write('b');
        assertThat(socket.writes()).hasSize(1);
        assertThat(socket.writes().getFirst()).contains("\r\n4000\r\na\0").endsWith("\0b\r\n");

        response.write(new byte[2 * 16 * 1024 + 1]);
        assertThat(socket.writes()).hasSize(3);
        response.close();
        assertThat(socket.writes().getLast()).isEqualTo("1\r\n\0\r\n0\r\n\r\n");
    }

    @Test
    void writesEverySizeAsTheSizeItIs() throws IOException {
        for (int size : new int[] {1, 15, 16, 255, 256, 4095, 4096}) {
            response.write(new byte[size]);
            response.flush();

            assertThat(socket.writes().getLast())
                    .endsWith(Integer.toHexString(size) + "\r\n" + "\0".repeat(size) + "\r\n");
        }
    }

    @Test
    void deliversWhatWasWrittenBeforeItFails() throws IOException {
        print("partial");
        response.fail("UpstreamFailed", "The provider went away.");

        assertThat(socket.writes()).hasSize(2);
        assertThat(socket.writes().getFirst()).endsWith("7\r\npartial\r\n");
        assertThat(socket.writes().getLast())
                .startsWith(
                        lines("0", "Lambda-Runtime-Function-Error-Type: Function.UpstreamFailed"));
    }

    @Test
    void deliversAFailedPreludeWithAByteOfBody() throws IOException {
        response.httpPrelude(502, Map.of(), List.of());
        response.fail("UpstreamFailed", "");

        assertThat(socket.writes().getFirst()).endsWith(NULS + "1\r\n\n\r\n");
        assertThat(socket.writes()).hasSize(2);
    }

    @Test
    void failsWithAnErrorAloneWhenThereIsNothingElse() throws IOException {
        response.fail("UpstreamFailed", "The provider went away.");

        assertThat(socket.writes()).hasSize(1);
        assertThat(socket.writes().getFirst())
                .startsWith("POST /2018-06-01/runtime/invocation/1-2/error HTTP/1.1\r\n")
                .contains("The provider went away.");
    }

    @Test
    void takesNothingAfterItsEnd() throws IOException {
        response.close();
        response.close();
        response.flush();

        assertThatIOException()
                .isThrownBy(() -> response.write(1))
                .withMessage("the response has ended");
        assertThatIOException().isThrownBy(() -> response.write(new byte[1], 0, 1));
        assertThatIOException().isThrownBy(() -> response.fail("TooLate", ""));
        assertThatIOException().isThrownBy(() -> response.contentType("text/plain"));
        assertThatIOException()
                .isThrownBy(() -> response.httpPrelude(200, Map.of(), List.of()))
                .withMessage("the response has ended");
        assertThat(socket.writes()).hasSize(1);
    }

    @Test
    void takesAPreludeOnceAndOnlyAtTheStart() throws IOException {
        response.httpPrelude(200, Map.of(), List.of());
        assertThatIllegalStateException()
                .isThrownBy(() -> response.httpPrelude(200, Map.of(), List.of()));
        response.flush();
        assertThatIllegalStateException().isThrownBy(() -> response.contentType("text/plain"));
    }

    @Test
    void takesNoPreludeBehindContent() throws IOException {
        response.write(1);

        assertThatIllegalStateException()
                .isThrownBy(() -> response.httpPrelude(200, Map.of(), List.of()));
    }

    @Test
    void escapesWhatStandsInThePrelude() throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-a", "q\"b\\s");
        headers.put("x-b", "t\tü");
        response.httpPrelude(200, headers, List.of("a=\"1\"", "b=2"));
        response.flush();

        assertThat(new String(socket.writes().getFirst().getBytes(ISO_8859_1), UTF_8))
                .contains(
                        "{\"statusCode\":200,\"headers\":{\"x-a\":\"q\\\"b\\\\s\","
                                + "\"x-b\":\"t\\tü\"},\"cookies\":[\"a=\\\"1\\\"\",\"b=2\"]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\nb", "a\0b", "a\u007fb"})
    void refusesControlCharactersWithoutRepeatingThem(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> response.httpPrelude(200, Map.of("x", value), List.of()))
                .withMessageContaining("control character at 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> response.httpPrelude(200, Map.of(), List.of(value)));
        assertThatIllegalArgumentException().isThrownBy(() -> response.contentType(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "ä", "Set-Cookie"})
    void refusesHeaderNamesThatAreNone(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> response.httpPrelude(200, Map.of(name, "v"), List.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 600, 0, -1})
    void refusesAStatusThatIsNone(int status) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> response.httpPrelude(status, Map.of(), List.of()))
                .withMessageContaining(Integer.toString(status));
    }

    @Test
    void refusesAPreludeThatGatewaysDoNotRead() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> response.httpPrelude(200, Map.of("x", "y".repeat(16_384)), List.of()))
                .withMessageContaining("16376");
    }

    @Test
    void tellsTheHandlerThatTheConnectionBroke() throws IOException {
        socket = new RecordingSocket("").breakAfter(1);
        response.write(1);
        response.flush();

        response.write(2);
        assertThatIOException().isThrownBy(response::flush).withMessage("Broken pipe");
        assertThatIOException()
                .isThrownBy(() -> response.write(3))
                .withMessage("the connection to the Runtime API broke");
        assertThat(response.finish(null)).isEqualTo(-1);
        assertThat(socket.wasClosed()).isTrue();
    }

    @Test
    void cutsAResponseWhoseEndCannotBeSent() throws IOException {
        socket = new RecordingSocket("").breakAfter(1);
        response.write(1);
        response.flush();

        assertThat(response.finish(new IOException())).isEqualTo(-1);
    }

    @Test
    void cutsAResponseWhoseErrorCannotBeSent() {
        socket = new RecordingSocket("").breakAfter(0);

        assertThat(response.finish(new IOException())).isEqualTo(-1);
    }

    @Test
    void cutsAResponseThatGetsNoAnswer() {
        socket = new RecordingSocket("");

        assertThat(response.finish(null)).isEqualTo(-1);
        assertThat(socket.wasClosed()).isTrue();
    }

    @Test
    void keepsTheInterruptOfItsWriter() throws IOException {
        Thread.currentThread().interrupt();
        response.write(1);
        response.flush();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(socket.writes()).hasSize(1);
    }

    @Test
    void findsItselfBehindTheHandlersOutput() {
        assertThat(ResponseStream.of(response)).isSameAs(response);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResponseStream.of(new ByteArrayOutputStream()))
                .withMessageContaining("java.io.ByteArrayOutputStream");
    }

    private void print(String text) throws IOException {
        response.write(text.getBytes(UTF_8));
    }

    private static String head(String contentType) {
        return lines(
                "POST /2018-06-01/runtime/invocation/1-2/response HTTP/1.1",
                "Lambda-Runtime-Function-Response-Mode: streaming",
                "Trailer: Lambda-Runtime-Function-Error-Type",
                "Trailer: Lambda-Runtime-Function-Error-Body",
                "Content-Type: " + contentType,
                "Transfer-Encoding: chunked",
                "Host: 127.0.0.1:41549",
                "Connection: keep-alive",
                "");
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }
}
