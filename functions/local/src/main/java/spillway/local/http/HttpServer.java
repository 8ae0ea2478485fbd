package spillway.local.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Accepts connections and serves each on a virtual thread. Closing ends all of them; requests under
 * way are cut.
 */
public final class HttpServer implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final long RETRY_NANOS = 10_000_000;

    private final ServerSocket listener;
    private final HttpHandler handler;
    private final Limits limits;
    private final Semaphore places;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private HttpServer(ServerSocket listener, HttpHandler handler, Limits limits) {
        this.listener = listener;
        this.handler = handler;
        this.limits = limits;
        this.places = new Semaphore(limits.connections());
    }

    /**
     * Listens at once.
     *
     * @throws java.net.BindException when the address is in use
     */
    public static HttpServer start(InetSocketAddress address, HttpHandler handler, Limits limits)
            throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(address, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        HttpServer server = new HttpServer(listener, handler, limits);
        Thread.ofPlatform().name("http-accept").start(server::accept);
        return server;
    }

    /** The port it listens on. */
    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            places.acquireUninterruptibly();
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().name("http-client").start(() -> serve(socket));
            } catch (IOException e) {
                places.release();
                // Closed, or out of file descriptors, which passes.
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            open.add(socket);
            if (listener.isClosed()) {
                return;
            }
            socket.setTcpNoDelay(true);
            new Connection(socket, handler, limits).serve();
        } catch (IOException _) {
            // The client is gone, or we are closing: there is nobody left to tell.
        } finally {
            open.remove(socket);
            places.release();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
