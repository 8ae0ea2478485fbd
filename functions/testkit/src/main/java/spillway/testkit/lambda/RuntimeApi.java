package spillway.testkit.lambda;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The Lambda Runtime API on 127.0.0.1, as strict as the code that runs on Lambda (the emulator
 * contains it: {@code aws/aws-lambda-runtime-interface-emulator}): one state machine per
 * invocation, refusals with the same status and type, cut bodies found, trailers read, sizes and
 * bandwidth limited.
 *
 * <p>Any thread may invoke. An event goes to a waiting runtime on the invoker's own thread, and a
 * response comes back piece by piece on the connection's, so that nothing is polled.
 */
public final class RuntimeApi implements AutoCloseable {
    /** The limit of an event. */
    public static final int EVENT_LIMIT = 6 * 1024 * 1024;

    /** Where a start can fail. */
    enum Stage {
        INIT,
        RESTORE
    }

    private enum Phase {
        STARTED,
        AT_SNAPSHOT,
        RESTORING,
        READY,
        FAILED
    }

    private final RuntimeApiOptions options;
    private final ServerSocket server;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Connection> connections = new HashSet<>();
    private final LinkedHashSet<Connection> waiting = new LinkedHashSet<>();
    private final ArrayDeque<Invocation> queue = new ArrayDeque<>();
    private final Map<String, Invocation> delivered = new HashMap<>();
    private final List<byte[]> recorded = new ArrayList<>();
    private final ScheduledThreadPoolExecutor clock;
    private Phase phase = Phase.STARTED;
    private boolean closed;
    private @Nullable Connection atSnapshot;
    private @Nullable RuntimeError initError;
    private @Nullable RuntimeError restoreError;

    private RuntimeApi(RuntimeApiOptions options, ServerSocket server) {
        this.options = options;
        this.server = server;
        this.clock =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("runtime-clock").factory());
        clock.setRemoveOnCancelPolicy(true);
    }

    /** Starts one with {@link RuntimeApiOptions#DEFAULT}. */
    public static RuntimeApi start() throws IOException {
        return start(RuntimeApiOptions.DEFAULT);
    }

    /** Starts one. The caller closes it. */
    public static RuntimeApi start(RuntimeApiOptions options) throws IOException {
        var server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
        var api = new RuntimeApi(options, server);
        Thread.ofVirtual().name("runtime-api").start(api::accept);
        return api;
    }

    /** What {@code AWS_LAMBDA_RUNTIME_API} is to say: {@code 127.0.0.1:port}. */
    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /**
     * Calls the function. Returns at once; the event waits for a runtime that asks for one.
     *
     * @param functionTimeout counts from the moment the runtime has taken the event
     * @throws IllegalArgumentException when the event is larger than {@link #EVENT_LIMIT}
     */
    public Invocation invoke(byte[] event, Duration functionTimeout) {
        return invoke(event, functionTimeout, Map.of());
    }

    /**
     * Calls the function with more headers on {@code next}, such as {@code
     * Lambda-Runtime-Trace-Id}; they replace those of the same name.
     */
    public Invocation invoke(byte[] event, Duration functionTimeout, Map<String, String> headers) {
        return invoke(event, functionTimeout, headers, new BodyPipe());
    }

    /** Calls the function, whose response goes to the receiver. */
    public Invocation invoke(byte[] event, Duration functionTimeout, ResponseReceiver receiver) {
        return invoke(event, functionTimeout, Map.of(), receiver);
    }

    private Invocation invoke(
            byte[] event,
            Duration functionTimeout,
            Map<String, String> headers,
            ResponseReceiver receiver) {
        if (event.length > EVENT_LIMIT) {
            throw new IllegalArgumentException(
                    "the event has " + event.length + " bytes, and may have " + EVENT_LIMIT);
        }
        String id = UUID.randomUUID().toString();
        var invocation = new Invocation(id, event, functionTimeout, headers, receiver);
        Outcome refusal = enqueue(invocation);
        if (refusal == null) {
            dispatch();
        } else {
            invocation.settle(refusal);
        }
        return invocation;
    }

    /** How many runtimes (or workers of one) wait for an event. */
    public int idle() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until that many workers, no more and no fewer, ask for events. */
    public boolean awaitIdle(int workers, Duration limit) throws InterruptedException {
        return await(limit, () -> waiting.size() == workers);
    }

    /** Waits for the first {@code next}; false when it did not come, or the start failed. */
    public boolean awaitReady(Duration limit) throws InterruptedException {
        await(limit, () -> phase == Phase.READY || phase == Phase.FAILED);
        return phaseIs(Phase.READY);
    }

    /** Waits for {@code restore/next}; false when it did not come, or the start failed. */
    public boolean awaitSnapshot(Duration limit) throws InterruptedException {
        await(limit, () -> phase == Phase.AT_SNAPSHOT || phase == Phase.FAILED);
        return phaseIs(Phase.AT_SNAPSHOT);
    }

    /** Waits for an error of the start; empty when none came. */
    public Optional<RuntimeError> awaitStartError(Duration limit) throws InterruptedException {
        await(limit, () -> phase == Phase.FAILED);
        return initError().or(this::restoreError);
    }

    /** Answers {@code restore/next}, as if the snapshot had been restored. */
    public void restore() throws IOException {
        Connection connection;
        lock.lock();
        try {
            connection = atSnapshot;
            if (connection == null) {
                throw new IllegalStateException("the runtime has not asked for restore/next");
            }
            atSnapshot = null;
            phase = Phase.RESTORING;
        } finally {
            lock.unlock();
        }
        connection.deliver(Map.of(), new byte[0]);
    }

    /** What the runtime reported instead of becoming ready. */
    public Optional<RuntimeError> initError() {
        lock.lock();
        try {
            return Optional.ofNullable(initError);
        } finally {
            lock.unlock();
        }
    }

    /** What the runtime reported instead of waking up. */
    public Optional<RuntimeError> restoreError() {
        lock.lock();
        try {
            return Optional.ofNullable(restoreError);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The function's process has ended: what it had in hand fails, what waits goes on waiting for
     * the next process, which starts afresh.
     */
    public void processEnded() {
        List<Invocation> lost;
        List<Connection> left;
        lock.lock();
        try {
            lost = List.copyOf(delivered.values());
            left = List.copyOf(connections);
            phase = Phase.STARTED;
            initError = null;
            restoreError = null;
            atSnapshot = null;
            waiting.clear();
            delivered.clear();
        } finally {
            lock.unlock();
        }
        lost.forEach(invocation -> invocation.abort(new Outcome.Exited()));
        left.forEach(Connection::close);
    }

    /** Each request as it came over the wire, in the order they ended; empty unless recording. */
    public List<byte[]> recordedRequests() {
        synchronized (recorded) {
            return List.copyOf(recorded);
        }
    }

    @Override
    public void close() throws IOException {
        List<Invocation> open;
        lock.lock();
        try {
            closed = true;
            open = new ArrayList<>(queue);
            open.addAll(delivered.values());
            queue.clear();
        } finally {
            lock.unlock();
        }
        server.close();
        open.forEach(invocation -> invocation.abort(new Outcome.Cancelled()));
        processEnded();
        clock.shutdown();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var connection = new Connection(this, server.accept(), options.recording());
                if (admit(connection)) {
                    Thread.ofVirtual().name("runtime-connection").start(connection::run);
                } else {
                    connection.close();
                }
            } catch (IOException e) {
                // Closed, or the runtime hung up while it was being let in.
            }
        }
    }

    private boolean admit(Connection connection) {
        lock.lock();
        try {
            return !closed && connections.add(connection);
        } finally {
            lock.unlock();
        }
    }

    RuntimeApiOptions options() {
        return options;
    }

    void record(byte[] request) {
        if (options.recording()) {
            synchronized (recorded) {
                recorded.add(request);
            }
        }
    }

    /** The invocation of that id that the runtime may still speak of, or null. */
    @Nullable Invocation find(String id) {
        lock.lock();
        try {
            Invocation invocation = delivered.get(id);
            boolean over = invocation != null && invocation.state() == Invocation.State.SETTLED;
            return over && options.concurrent() ? null : invocation;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Outcome enqueue(Invocation invocation) {
        lock.lock();
        try {
            if (closed) {
                return new Outcome.Cancelled();
            }
            RuntimeError failure = initError != null ? initError : restoreError;
            if (failure != null) {
                return new Outcome.InitFailed(failure);
            }
            queue.add(invocation);
            return null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The runtime asks for an event. False when this is not the time. One at a time, it is given
     * the event that it has already taken and not answered once more: the answer may have been
     * lost.
     */
    boolean poll(Connection connection) throws IOException {
        Invocation again = null;
        lock.lock();
        try {
            if (phase == Phase.FAILED || phase == Phase.AT_SNAPSHOT) {
                return false;
            }
            phase = Phase.READY;
            if (!options.concurrent()) {
                for (Invocation invocation : delivered.values()) {
                    if (invocation.state() == Invocation.State.RESPONDING) {
                        return false;
                    }
                    if (invocation.state() == Invocation.State.RUNNING) {
                        again = invocation;
                    }
                }
                waiting.clear();
            }
            if (again == null) {
                waiting.add(connection);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (again != null) {
            connection.deliver(headers(again), again.event());
        } else {
            dispatch();
        }
        return true;
    }

    /** Hands waiting events to waiting workers. */
    private void dispatch() {
        while (true) {
            Connection connection;
            Invocation invocation;
            lock.lock();
            try {
                while (!queue.isEmpty() && queue.element().outcome().isPresent()) {
                    queue.remove();
                }
                if (queue.isEmpty() || waiting.isEmpty()) {
                    return;
                }
                invocation = queue.remove();
                if (!invocation.deliver()) {
                    continue;
                }
                // The one that worked last: its memory is still warm.
                connection = waiting.removeLast();
                remember(invocation);
            } finally {
                lock.unlock();
            }
            hand(invocation, connection);
        }
    }

    private void remember(Invocation invocation) {
        delivered.values().removeIf(each -> each.state() == Invocation.State.SETTLED);
        delivered.put(invocation.requestId(), invocation);
    }

    private void hand(Invocation invocation, Connection connection) {
        try {
            Map<String, String> headers = headers(invocation);
            invocation.startClock(clock);
            connection.deliver(headers, invocation.event());
        } catch (IOException e) {
            connection.close();
            giveBack(invocation);
        }
    }

    private void giveBack(Invocation invocation) {
        lock.lock();
        try {
            if (invocation.takeBack()) {
                delivered.remove(invocation.requestId());
                queue.addFirst(invocation);
            }
        } finally {
            lock.unlock();
        }
    }

    private Map<String, String> headers(Invocation invocation) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Lambda-Runtime-Aws-Request-Id", invocation.requestId());
        headers.put("Lambda-Runtime-Invoked-Function-Arn", options.functionArn());
        headers.put("Lambda-Runtime-Deadline-Ms", Long.toString(invocation.deadlineMillis()));
        headers.putAll(invocation.headers());
        return headers;
    }

    /** The runtime has finished its init and waits for the snapshot. */
    boolean snapshotReached(Connection connection) {
        lock.lock();
        try {
            if (phase != Phase.STARTED) {
                return false;
            }
            phase = Phase.AT_SNAPSHOT;
            atSnapshot = connection;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The runtime gives up before it was ready. An init error after the snapshot is one of restore.
     */
    boolean startFailed(Stage stage, RuntimeError error) {
        List<Invocation> hopeless;
        lock.lock();
        try {
            if (phase == Phase.RESTORING) {
                restoreError = error;
            } else if (phase == Phase.STARTED && stage == Stage.INIT) {
                initError = error;
            } else {
                return false;
            }
            phase = Phase.FAILED;
            hopeless = List.copyOf(queue);
            queue.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        hopeless.forEach(invocation -> invocation.settle(new Outcome.InitFailed(error)));
        return true;
    }

    /** A request has come on it, so it waits for no event. */
    void heardFrom(Connection connection) {
        lock.lock();
        try {
            if (waiting.remove(connection)) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The connection has ended. */
    void left(Connection connection) {
        lock.lock();
        try {
            connections.remove(connection);
            if (waiting.remove(connection)) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean phaseIs(Phase wanted) {
        lock.lock();
        try {
            return phase == wanted;
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Duration limit, BooleanSupplier reached) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!reached.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
