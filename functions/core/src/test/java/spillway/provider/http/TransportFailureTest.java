package spillway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.zip.ZipException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import spillway.chat.ProviderFailure;
import spillway.chat.ProviderFailure.CutOff;
import spillway.chat.ProviderFailure.Malformed;
import spillway.chat.ProviderFailure.Phase;
import spillway.chat.ProviderFailure.TimedOut;
import spillway.chat.ProviderFailure.Unreachable;

class TransportFailureTest {
    private static final Duration CONNECT = Duration.ofSeconds(1);

    static List<Arguments> beforeResponse() {
        return List.of(
                Arguments.of(new SocketTimeoutException("x"), new TimedOut(Phase.CONNECT, CONNECT)),
                Arguments.of(
                        new InterruptedIOException("timeout"),
                        new TimedOut(Phase.HEADERS, ProviderHttp.LONGEST_CALL)),
                Arguments.of(new UnknownHostException("h"), new Unreachable("no_such_host")),
                Arguments.of(new SSLHandshakeException("x"), new Unreachable("tls")),
                Arguments.of(new ConnectException("x"), new Unreachable("refused")),
                Arguments.of(new NoRouteToHostException("x"), new Unreachable("refused")),
                Arguments.of(new ProtocolException("x"), new Malformed("http")),
                Arguments.of(new SocketException("x"), new Unreachable("connection_reset")),
                Arguments.of(new EOFException("x"), new Unreachable("connection_closed")),
                Arguments.of(
                        new IOException("x", new EOFException()),
                        new Unreachable("connection_closed")),
                Arguments.of(new IOException("sk-secret"), new Unreachable("io")));
    }

    static List<Arguments> inStream() {
        return List.of(
                Arguments.of(new ZipException("x"), new Malformed("gzip")),
                Arguments.of(
                        new InterruptedIOException("timeout"),
                        new TimedOut(Phase.NEXT_EVENT, ProviderHttp.LONGEST_CALL)),
                Arguments.of(new ProtocolException("x"), new CutOff("connection_closed")),
                Arguments.of(new SocketException("x"), new CutOff("connection_reset")),
                Arguments.of(new IOException("sk-secret"), new CutOff("io")));
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @ParameterizedTest
    @MethodSource
    void beforeResponse(IOException e, ProviderFailure failure) {
        assertThat(TransportFailure.beforeResponse(e, CONNECT)).isEqualTo(failure);
    }

    @ParameterizedTest
    @MethodSource
    void inStream(IOException e, ProviderFailure failure) {
        assertThat(TransportFailure.inStream(e)).isEqualTo(failure);
    }

    @Test
    void isNoTimerWhenTheThreadWasInterrupted() {
        Thread.currentThread().interrupt();

        assertThat(TransportFailure.inStream(new InterruptedIOException("x")))
                .isEqualTo(new CutOff("interrupted"));
    }
}
