package spillway.provider.catalog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Listens, but its queue is full and nobody takes from it: connecting takes for ever. */
final class FullServer implements AutoCloseable {
    private final ServerSocket listener =
            new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    private final List<Socket> waiting = new ArrayList<>();

    FullServer() throws IOException {
        boolean full = false;
        while (!full) {
            Socket socket = new Socket();
            waiting.add(socket);
            try {
                socket.connect(
                        new InetSocketAddress(
                                InetAddress.ofLiteral("127.0.0.1"), listener.getLocalPort()),
                        100);
            } catch (SocketTimeoutException _) {
                full = true;
            }
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : waiting) {
            socket.close();
        }
        listener.close();
    }
}
