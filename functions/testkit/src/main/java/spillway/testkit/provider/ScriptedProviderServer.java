package spillway.testkit.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A provider on 127.0.0.1 that answers from a script and can be broken.
 *
 * <p>It checks what the vendor checks (path, key, version, required fields) and answers with an
 * error of the vendor's otherwise. Thread-safe; a virtual thread or two per connection.
 */
public final class ScriptedProviderServer implements AutoCloseable {
    /** Stands in each message of an error: it must never reach a log or a reader. */
    public static final String PROVIDER_TEXT = "provider text with sk-abc123 and the prompt";

    /** What {@link Fault.Content#JSON} answers: an object with the member {@code answer}. */
    public static final String JSON_ANSWER = "{\"answer\":\"A caf\u00e9 beside a weir\"}";

    private static final int ATTEMPTS_KEPT = 10_000;
    private static final int BACKLOG = 1024;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final Wire wire;
    private final int port;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Deque<Attempt> attempts = new ArrayDeque<>();
    private final Map<String, Spell> faultsByModel = new HashMap<>();
    private volatile Answer answer = Answer.DEFAULT;
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptor;
    private @Nullable Fault fault;
    private @Nullable Fault nextFault;
    private int nextFaults;
    private int received;
    private boolean closed;

    private ScriptedProviderServer(Wire wire, ServerSocket listener) {
        this.wire = wire;
        this.listener = listener;
        this.port = listener.getLocalPort();
    }

    /**
     * Starts a server.
     *
     * @param port where it listens; 0 for any free port
     */
    public static ScriptedProviderServer start(Wire wire, int port) {
        ServerSocket listener = listen(port);
        ScriptedProviderServer server = new ScriptedProviderServer(wire, listener);
        server.startAcceptor(listener);
        return server;
    }

    /**
     * Where it is, in the form that the official SDKs read: {@code OPENAI_BASE_URL} with {@code
     * /v1}, {@code ANTHROPIC_BASE_URL} without.
     */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port + (wire == Wire.OPENAI ? "/v1" : ""));
    }

    /**
     * What a healthy server says from now on. The text is sent word by word; {@code %s} in it
     * becomes the name of the model.
     */
    public void answer(String text, Duration firstTokenDelay, Duration tokenDelay) {
        answer = new Answer(text, firstTokenDelay, tokenDelay);
    }

    /** Every request from now on meets the fault, until {@link #heal}. */
    public synchronized void breakWith(Fault broken) {
        fault = broken;
        if (broken == Fault.Dead.REFUSED) {
            stopListening();
            connections.forEach(Connection::reset);
        } else {
            listenAgain();
        }
    }

    /** Every request for that model from now on meets the fault, until {@link #heal}. */
    public synchronized void breakWith(String model, Fault broken) {
        faultsByModel.put(model, new Spell(broken, Integer.MAX_VALUE, null));
    }

    /** The next requests for that model, that many, meet the fault; then it is well again. */
    public synchronized void breakNext(String model, Fault broken, int times) {
        faultsByModel.put(model, new Spell(broken, times, null));
    }

    /**
     * Every request for that model meets the fault until so long after the first; then it is well
     * again.
     */
    public synchronized void breakFor(String model, Fault broken, Duration time) {
        faultsByModel.put(model, new Spell(broken, Integer.MAX_VALUE, time));
    }

    /** The next requests, that many, meet the fault; then all is as before. */
    public synchronized void breakNext(Fault broken, int times) {
        nextFault = broken;
        nextFaults = times;
    }

    /** All is well again, for every model. */
    public synchronized void heal() {
        fault = null;
        nextFaults = 0;
        faultsByModel.clear();
        listenAgain();
    }

    /** The fault that {@link #breakWith(Fault)} has set; null when there is none. */
    public synchronized @Nullable Fault fault() {
        return fault;
    }

    /** The requests received, oldest first; the last ten thousand. */
    public List<Attempt> attempts() {
        synchronized (attempts) {
            return new ArrayList<>(attempts);
        }
    }

    /** Connections that are open, idle ones included. */
    public int openConnections() {
        return connections.size();
    }

    /** Requests that are being answered. */
    public int activeRequests() {
        return (int) connections.stream().filter(Connection::isBusy).count();
    }

    /** Stops listening and closes every connection. */
    @Override
    public synchronized void close() {
        closed = true;
        stopListening();
        connections.forEach(Connection::close);
    }

    /** Takes a request down and says how it is to be answered. */
    Performance perform(Attempt attempt, Reply reply) {
        int number = record(attempt);
        Script script =
                switch (wire) {
                    case OPENAI -> new OpenAiScript(attempt, number);
                    case ANTHROPIC -> new AnthropicScript(attempt, number);
                };
        return new Performance(reply, script, answer, attempt);
    }

    /** The fault that this request meets. */
    synchronized @Nullable Fault draw(Attempt attempt) {
        if (nextFaults > 0) {
            nextFaults--;
            return nextFault;
        }
        Spell ofModel = faultsByModel.get(attempt.model());
        return ofModel == null ? fault : ofModel.draw(attempt.nanos());
    }

    void ended(Connection connection) {
        connections.remove(connection);
    }

    private int record(Attempt attempt) {
        synchronized (attempts) {
            if (attempts.size() == ATTEMPTS_KEPT) {
                attempts.removeFirst();
            }
            attempts.addLast(attempt);
            return received++;
        }
    }

    /** The fault of one model, and how long it lasts. Guarded by the server's lock. */
    private static final class Spell {
        private final Fault fault;
        private final @Nullable Duration time;
        private int left;
        private @Nullable Long first;

        Spell(Fault fault, int times, @Nullable Duration time) {
            this.fault = fault;
            this.left = times;
            this.time = time;
        }

        @Nullable Fault draw(long now) {
            if (first == null) {
                first = now;
            }
            if (left == 0 || (time != null && now - first >= time.toNanos())) {
                return null;
            }
            left--;
            return fault;
        }
    }

    private synchronized void startAcceptor(ServerSocket from) {
        acceptor =
                Thread.ofVirtual().name("scripted-" + wire + "-" + port).start(() -> accept(from));
    }

    private void accept(ServerSocket from) {
        while (true) {
            try {
                Socket socket = from.accept();
                socket.setTcpNoDelay(true);
                Connection connection = new Connection(this, socket);
                connections.add(connection);
                Thread.startVirtualThread(connection::serve);
            } catch (IOException _) {
                if (from.isClosed()) {
                    return;
                }
            }
        }
    }

    private void stopListening() {
        ServerSocket open = listener;
        Thread accepting = acceptor;
        listener = null;
        acceptor = null;
        if (open == null || accepting == null) {
            return;
        }
        try {
            open.close();
            // The port is free only when the thread that waits in accept has let go of it.
            accepting.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void listenAgain() {
        if (listener == null && !closed) {
            ServerSocket again = listen(port);
            listener = again;
            startAcceptor(again);
        }
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(LOOPBACK, port), BACKLOG);
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on 127.0.0.1:" + port, e);
        }
    }
}
