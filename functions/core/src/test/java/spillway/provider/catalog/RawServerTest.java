package spillway.provider.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the tests of connections rely on. */
@Timeout(20)
class RawServerTest {
    @Test
    void waitsForTheClientToLeaveWhateverElseItSends() throws Exception {
        String hello = "\u0016as of TLS, with an empty line\n\ninside";
        try (RawServer server = new RawServer()) {
            int port = server.url("https").getPort();
            try (Socket client = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                client.getOutputStream().write(hello.getBytes(StandardCharsets.US_ASCII));
                Bench.await("the answer to the half", () -> server.answered.get() == 1);
                assertThat(server.clientsLeft).hasValue(0);
            }

            Bench.await("the end of the connection", () -> server.clientsLeft.get() == 1);
        }
    }
}
