package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiConnectionTest {
    private final ArrayDeque<RecordingSocket> sockets = new ArrayDeque<>();
    private final ApiConnection connection =
            new ApiConnection(ApiAddress.parse("host:1"), (_, _) -> sockets.remove());

    @Test
    void readsAnAnswerOfKnownLength() throws IOException {
        var answer = answerTo("HTTP/1.1 200 OK\r\nX-Y: z\r\nContent-Length: 2\r\n\r\nab");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-y")).isEqualTo("z");
        assertThat(answer.header("x-z")).isEmpty();
        assertThat(answer.body()).asString().isEqualTo("ab");
    }

    @Test
    void readsAnAnswerInChunks() throws IOException {
        var answer =
                answerTo(
                        String.join(
                                "\r\n",
                                "HTTP/1.1 200 OK",
                                "Transfer-Encoding: chunked",
                                "",
                                "2",
                                "ab",
                                "A",
                                "0123456789",
                                "0",
                                "",
                                ""));

        assertThat(answer.body()).asString().isEqualTo("ab0123456789");
    }

    @Test
    void readsAnAnswerLargerThanItsBuffer() throws IOException {
        String body = "x".repeat(100_000);

        sockets.add(
                new RecordingSocket("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + body));
        connection.get("invocation/next");

        assertThat(connection.receive(100_000).body()).isEqualTo(body.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 11\r\n\r\n01234567890",
                "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n"
            })
    void readsNoBodyOverTheLimit(String rest) throws IOException {
        var socket = new RecordingSocket("HTTP/1.1 200 OK\r\n" + rest);
        sockets.add(socket);
        connection.get("invocation/next");

        assertThat(connection.receive(10).body()).isNull();
        assertThat(socket.wasClosed()).isTrue();
    }

    @Test
    void readsAnAnswerWithoutContent() throws IOException {
        assertThat(answerTo("HTTP/1.1 204 No Content\r\n\r\n").body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1",
                "HTTP/1.1 2",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na"
            })
    void refusesWhatIsNoAnswer(String bytes) {
        assertThatIOException().isThrownBy(() -> answerTo(bytes));
    }

    @Test
    void boundsLinesAndHeaders() {
        assertThatIOException().isThrownBy(() -> answerTo("HTTP/1.1 " + "x".repeat(70_000)));
        assertThatIOException()
                .isThrownBy(() -> answerTo("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(101)));
    }

    @Test
    void overlooksAHeaderWithoutAName() throws IOException {
        var answer = answerTo("HTTP/1.1 200 OK\r\nodd\r\n: x\r\nContent-Length: 0\r\n\r\n");

        assertThat(answer.headers()).containsOnlyKeys("content-length");
    }

    @Test
    void hangsUpWhenTheOtherSideWillToo() throws IOException {
        var closing =
                new RecordingSocket(
                        "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n");
        var fresh = new RecordingSocket("");
        sockets.addAll(List.of(closing, fresh));
        connection.get("invocation/next");
        connection.receive(0);

        connection.get("invocation/next");

        assertThat(closing.wasClosed()).isTrue();
        assertThat(fresh.writes()).hasSize(1);
    }

    @Test
    void sendsARequestAgainOnANewConnectionWhenTheKeptOneIsDead() throws IOException {
        var dead =
                new RecordingSocket("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").breakAfter(1);
        var fresh = new RecordingSocket("");
        sockets.addAll(List.of(dead, fresh));
        connection.get("invocation/next");
        connection.receive(0);

        connection.get("invocation/next");

        assertThat(dead.wasClosed()).isTrue();
        assertThat(fresh.writes()).hasSize(1);
    }

    @Test
    void sendsNothingAgainWhenItWasClosedUnderTheSender() throws Exception {
        var stuck =
                new RecordingSocket("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").stickAfter(1);
        var fresh = new RecordingSocket("");
        sockets.addAll(List.of(stuck, fresh));
        connection.get("invocation/next");
        connection.receive(0);
        Thread closing = Thread.ofVirtual().start(() -> closeWhenStuck(stuck));

        assertThatIOException().isThrownBy(() -> connection.begin(new byte[1]));

        closing.join();
        assertThat(fresh.writes()).isEmpty();
    }

    @Test
    void sendsNothingMoreWhenClosed() {
        connection.close();

        assertThatIOException().isThrownBy(() -> connection.send(new byte[1], 0, 1));
    }

    private void closeWhenStuck(RecordingSocket socket) {
        try {
            socket.awaitStuck();
            connection.close();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private ApiConnection.Answer answerTo(String bytes) throws IOException {
        sockets.add(new RecordingSocket(bytes));
        connection.get("invocation/next");
        return connection.receive(1_000);
    }
}
