package spillway.testkit.provider;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/**
 * One connection of a client. One thread reads it all the time, so that a client that leaves is
 * noticed at once; another writes the answer.
 */
final class Connection {
    private final ScriptedProviderServer server;
    private final Socket socket;
    private volatile boolean busy;

    Connection(ScriptedProviderServer server, Socket socket) {
        this.server = server;
        this.socket = socket;
    }

    boolean isBusy() {
        return busy;
    }

    /** Answers requests until the client leaves. */
    void serve() {
        try (socket) {
            PushbackInputStream in =
                    new PushbackInputStream(new BufferedInputStream(socket.getInputStream()), 1);
            RequestReader requests = new RequestReader(in);
            Attempt attempt = requests.next();
            while (attempt != null && answer(attempt, in)) {
                attempt = requests.next();
            }
        } catch (IOException | NumberFormatException _) {
            // The client left, or does not speak HTTP: either way there is nobody to tell.
        } finally {
            server.ended(this);
        }
    }

    void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is closed.
        }
    }

    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException _) {
            // It is closed already.
        }
        close();
    }

    /** Whether the connection can be used for another request. */
    private boolean answer(Attempt attempt, PushbackInputStream in) throws IOException {
        CountDownLatch gone = new CountDownLatch(1);
        busy = true;
        Thread writer = Thread.startVirtualThread(() -> write(attempt, gone));
        boolean more = awaitNextRequest(in);
        if (!more && !attempt.ended()) {
            attempt.left();
        }
        if (!more) {
            gone.countDown();
        }
        try {
            writer.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
        return more && !socket.isClosed();
    }

    private static boolean awaitNextRequest(PushbackInputStream in) {
        try {
            int next = in.read();
            if (next >= 0) {
                in.unread(next);
            }
            return next >= 0;
        } catch (IOException _) {
            return false;
        }
    }

    private void write(Attempt attempt, CountDownLatch gone) {
        try {
            Reply reply = new Reply(socket, gone, attempt);
            server.perform(attempt, reply).play(server.draw(attempt));
        } catch (Reply.Gone _) {
            // Recorded by the reading thread, which saw it first.
        } catch (IOException _) {
            if (!attempt.ended()) {
                attempt.left();
            }
            close();
        } finally {
            attempt.end();
            busy = false;
        }
    }
}
