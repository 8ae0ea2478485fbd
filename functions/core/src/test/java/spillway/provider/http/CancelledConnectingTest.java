package spillway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.SocketFactory;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.chat.ProviderException;
import spillway.provider.ChatStream;

/** A stream that is closed when its connection stands and its TLS handshake has yet to begin. */
@Timeout(10)
class CancelledConnectingTest {
    private final ServerSocket server = listen();
    private final ProviderHttp http =
            new ProviderHttp(
                    Clock.systemUTC(), new OkHttpClient.Builder().socketFactory(new Closing()));
    private final ChatStream stream =
            HelloCall.to(http, URI.create("https://127.0.0.1:" + server.getLocalPort()));

    @AfterEach
    void stop() throws IOException {
        http.close();
        server.close();
    }

    @Test
    void closesTheConnectionBeforeTheHandshake() throws Exception {
        var next = new FutureTask<>(stream::next);
        Thread.startVirtualThread(next);

        try (Socket accepted = server.accept()) {
            accepted.setSoTimeout(1000);
            assertThat(accepted.getInputStream().read()).as("no greeting").isEqualTo(-1);
        }
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> next.get(1, TimeUnit.SECONDS))
                .havingCause()
                .isInstanceOf(ProviderException.class)
                .withMessage("cut_off closed_by_reader");
    }

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Once connected, closes the stream, and is then overlooked by whoever would close it for that:
     * as OkHttp overlooks a connection on its way from one thread to another.
     */
    private final class ClosingSocket extends Socket {
        private final AtomicBoolean streamClosed = new AtomicBoolean();
        private final AtomicBoolean overlooked = new AtomicBoolean();

        @Override
        public InputStream getInputStream() throws IOException {
            if (streamClosed.compareAndSet(false, true)) {
                stream.close();
            }
            return super.getInputStream();
        }

        @Override
        public void close() throws IOException {
            if (!overlooked.compareAndSet(false, true)) {
                super.close();
            }
        }
    }

    private final class Closing extends SocketFactory {
        @Override
        public Socket createSocket() {
            return new ClosingSocket();
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException("nobody asks for this here");
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException("nobody asks for this here");
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException("nobody asks for this here");
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException("nobody asks for this here");
        }
    }
}
