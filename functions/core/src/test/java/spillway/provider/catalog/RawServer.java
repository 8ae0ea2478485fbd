package spillway.provider.catalog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers each request with the same bytes, whatever they are. */
final class RawServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    final AtomicInteger accepted = new AtomicInteger();
    final AtomicInteger answered = new AtomicInteger();
    final AtomicInteger clientsLeft = new AtomicInteger();
    private volatile byte[] response = {};
    private volatile boolean closes;
    private volatile String greeting = "";

    RawServer() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::accept);
    }

    URI url(String scheme) {
        return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort());
    }

    /** Sends this from now on, and then closes the connection or waits for the client to. */
    void respond(byte[] bytes, boolean thenClose) {
        response = bytes;
        closes = thenClose;
    }

    void respond(String text, boolean thenClose) {
        respond(text.getBytes(StandardCharsets.UTF_8), thenClose);
    }

    /** Sends this from now on before anything is asked, and closes the connection. */
    void greet(String text) {
        greeting = text;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                accepted.incrementAndGet();
                Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException _) {
                // Closed, which ends the loop.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            if (!greeting.isEmpty()) {
                socket.getOutputStream().write(greeting.getBytes(StandardCharsets.UTF_8));
                return;
            }
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.ISO_8859_1));
            int length = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    break;
                }
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            for (int i = 0; i < length; i++) {
                in.read();
            }
            answered.incrementAndGet();
            socket.getOutputStream().write(response);
            if (closes) {
                socket.shutdownOutput();
            }
            // Whatever else comes: a TLS greeting may well hold an empty line, and looks like a
            // request up to there.
            in.transferTo(Writer.nullWriter());
            clientsLeft.incrementAndGet();
        } catch (IOException _) {
            clientsLeft.incrementAndGet();
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
