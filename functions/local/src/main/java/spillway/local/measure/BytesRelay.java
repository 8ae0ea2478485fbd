package spillway.local.measure;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A process that passes bytes on and does nothing else. Two in a row have the processes of the way
 * through the gateway and none of its work: what they add is what no gateway behind a front door
 * can save.
 */
final class BytesRelay {
    private static final int READ = 16 * 1024;
    private static final int BACKLOG = 64;

    private BytesRelay() {}

    /** Prints its port, then serves until the process is ended. */
    static void run(int to) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket listener = new ServerSocket(0, BACKLOG, loopback)) {
            System.out.println(listener.getLocalPort());
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(loopback, to);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                // Platform threads: the kernel wakes them itself, which is the least there is.
                Thread.ofPlatform().daemon().start(() -> pass(client, server));
                Thread.ofPlatform().daemon().start(() -> pass(server, client));
            }
        }
    }

    private static void pass(Socket from, Socket to) {
        byte[] buffer = new byte[READ];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException _) {
            // One side has gone, and so has the other now.
        }
    }
}
