package spillway.local.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that says exactly what it is told, and tells exactly what it hears. */
public final class RawClient implements AutoCloseable {
    private final Socket socket;

    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Reads up to and with the text. */
    public String readTo(String end) throws IOException {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        while (!heard.toString(StandardCharsets.ISO_8859_1).endsWith(end)) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed after: " + heard.toString(StandardCharsets.UTF_8));
            }
            heard.write(b);
        }
        return heard.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads all until the server closes. */
    public String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** One read, as long as what the network brings. */
    public String readOnce() throws IOException {
        byte[] bytes = new byte[64 * 1024];
        int n = socket.getInputStream().read(bytes);
        return n < 0 ? "" : new String(bytes, 0, n, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
