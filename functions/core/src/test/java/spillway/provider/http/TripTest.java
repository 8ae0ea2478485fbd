package spillway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TripTest {

    static Stream<Arguments> losses() {
        return Stream.of(
                Arguments.of(new SocketException("Broken pipe"), true),
                Arguments.of(new SSLException("Connection reset"), true),
                Arguments.of(new IOException("unexpected end of stream", new EOFException()), true),
                Arguments.of(new ConnectionShutdownException(), true),
                Arguments.of(new StreamResetException(ErrorCode.REFUSED_STREAM), true),
                Arguments.of(new StreamResetException(ErrorCode.INTERNAL_ERROR), false),
                Arguments.of(new SocketTimeoutException("timeout"), false),
                Arguments.of(new InterruptedIOException("timeout"), false),
                Arguments.of(new ProtocolException("no HTTP"), false),
                Arguments.of(new IOException("Canceled"), false));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void isStaleOnlyWhereAnOldConnectionWasClosed(IOException loss, boolean stale) {
        Trip onOldConnection = new Trip(Duration.ofSeconds(1));
        Trip onNewConnection = new Trip(Duration.ofSeconds(1));
        onNewConnection.connects();

        assertThat(onOldConnection.metStaleConnection(loss)).isEqualTo(stale);
        assertThat(onNewConnection.metStaleConnection(loss)).isFalse();
    }
}
