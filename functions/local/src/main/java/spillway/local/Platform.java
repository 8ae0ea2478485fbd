package spillway.local;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import spillway.local.console.ConsolePage;
import spillway.local.http.HttpHandler;
import spillway.local.http.HttpServer;
import spillway.local.http.Limits;
import spillway.local.url.Cors;
import spillway.local.url.Function;
import spillway.local.url.FunctionUrl;
import spillway.testkit.table.DynamoDbLocal;

/**
 * All of it: a table, providers if none are set, a process per function with its Runtime API, and
 * the front door. Ends what it started when it is closed.
 */
public final class Platform implements AutoCloseable {
    private static final Duration CORS_AGE = Duration.ofHours(1);

    /** The functions that stream answers: who waits for one notices whether they are warm. */
    private static final List<String> ANSWERING = List.of("generate", "stream");

    /** The function that tells how the providers are. */
    private static final String STATUS = "provider-status";

    /** The function that has a schedule. */
    private static final String PROBE = "health-probe";

    private final Settings settings;
    private final PrintStream out;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final LocalFunctions functions;
    private @Nullable ScriptedProviders providers;
    private @Nullable HttpServer server;
    private Map<String, String> gatewayVariables = Map.of();
    private @Nullable Configuration configuration;

    private Platform(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
        this.functions = new LocalFunctions(settings, out);
    }

    /**
     * Starts everything; returns when an answer can be asked for. What is asked of the other
     * functions waits until they have come up.
     *
     * @param out where the functions' output goes
     * @throws SettingsException when it cannot start, with the reason for the user
     */
    public static Platform start(Settings settings, PrintStream out) {
        Platform platform = new Platform(settings, out);
        try {
            platform.startAll();
            return platform;
        } catch (IOException e) {
            platform.close();
            throw new SettingsException("cannot start: " + e.getMessage());
        } catch (RuntimeException e) {
            platform.close();
            throw e;
        }
    }

    /** The port of the front door. */
    public int port() {
        HttpServer running = server;
        if (running == null) {
            throw new IllegalStateException("the platform has not started");
        }
        return running.port();
    }

    /** The stand-ins for providers; null when real ones are set. */
    public @Nullable ScriptedProviders providers() {
        return providers;
    }

    /** The functions' processes by name. */
    public Map<String, Long> processes() {
        return functions.processes();
    }

    /** How many invocations that function could take at once: its workers that wait for one. */
    public int idle(String function) {
        return functions.named(function).idle();
    }

    private void startAll() throws IOException {
        Map<String, String> variables = new HashMap<>(settings.variables());
        variables.remove(Settings.SCRIPTED);
        if (settings.scripted()) {
            ScriptedProviders scripted = owned(new ScriptedProviders());
            providers = scripted;
            variables.putAll(scripted.variables());
            // A key of the user's stays: the routes file may send it to a host of its own.
            settings.variables().forEach((name, value) -> keepKey(variables, name, value));
        }
        gatewayVariables = Map.copyOf(variables);
        if (!settings.variables().isEmpty()) {
            // What the user has set can be wrong, and is better said now than by each function.
            configuration();
        }
        // Before the slow parts, so that a port in use is said at once.
        Gate gate = new Gate();
        server = owned(listen(gate));
        int tablePort = freePort();
        variables.put("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:" + tablePort);
        variables.put("SPILLWAY_STATE_TABLE", StateTable.NAME);
        for (String name : ANSWERING) {
            owned(functions.startWarm(name, variables));
        }
        // While the functions start: neither needs the other before the first request.
        DynamoDbLocal table = owned(DynamoDbLocal.start(tablePort));
        StateTable.create(table.endpoint());
        functions.awaitReady();
        // Not before, since the start has the machine to itself that way.
        owned(functions.startCold(STATUS, settings.concurrency(), variables));
        owned(functions.startCold(PROBE, 1, variables));
        gate.open(frontDoor());
        scheduleProbe();
    }

    private static void keepKey(Map<String, String> variables, String name, String value) {
        if (name.endsWith("_API_KEY")) {
            variables.put(name, value);
        }
    }

    /**
     * What the gateway understands of its environment; asked for once, which takes a moment.
     *
     * @throws SettingsException when there is a mistake in it
     */
    synchronized Configuration configuration() throws IOException {
        Configuration known = configuration;
        if (known == null) {
            known = Configuration.ask(functions.check(STATUS, gatewayVariables));
            configuration = known;
        }
        return known;
    }

    /**
     * A port that is free now, for a part that binds it in a moment. Below those that systems give
     * to outgoing connections, so that none of ours takes it meanwhile.
     */
    public static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (BindException _) {
                // Somebody has it: another one.
            }
        }
    }

    private HttpServer listen(HttpHandler handler) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port());
        try {
            return HttpServer.start(address, handler, Limits.FUNCTION_URL);
        } catch (BindException e) {
            throw new SettingsException(
                    "port "
                            + settings.port()
                            + " is in use; PORT chooses another, as in PORT=8081 functions/run");
        }
    }

    private FrontDoor frontDoor() {
        ScriptedProviders scripted = providers;
        return new FrontDoor(
                new FrontDoor.Routes(
                        url("generate"),
                        url("stream"),
                        url(STATUS),
                        new ConsolePage(),
                        new RoutesDocument(this::configuration),
                        scripted == null ? null : new ProviderSwitches(scripted)),
                settings.origins());
    }

    private FunctionUrl url(String name) {
        Cors cors =
                new Cors(
                        settings.origins(),
                        List.of("GET", "POST"),
                        List.of("content-type", "last-event-id"),
                        List.of("x-request-id", "retry-after"),
                        CORS_AGE);
        return new FunctionUrl(
                functions.named(name),
                name,
                settings.concurrency(),
                cors,
                settings.clientGone(),
                Clock.systemUTC());
    }

    private void scheduleProbe() {
        ScheduledExecutorService schedule =
                owned(
                        Executors.newSingleThreadScheduledExecutor(
                                Thread.ofVirtual().name("schedule").factory()),
                        ScheduledExecutorService::shutdownNow);
        long every = settings.probeEvery().toMillis();
        var _ = schedule.scheduleWithFixedDelay(this::probe, every, every, TimeUnit.MILLISECONDS);
    }

    private void probe() {
        try {
            functions.named(PROBE).run(Lambda.scheduledEvent(PROBE, Clock.systemUTC().instant()));
        } catch (Function.Failed e) {
            out.println(PROBE + " | " + e.getMessage());
        }
    }

    private <T extends AutoCloseable> T owned(T part) {
        parts.push(part);
        return part;
    }

    private <T> T owned(T part, Consumer<T> end) {
        parts.push(() -> end.accept(part));
        return part;
    }

    /** Ends everything, the last started first, the functions' processes side by side. */
    @Override
    public void close() {
        functions.askToEnd();
        List<String> failed = new ArrayList<>();
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failed.add(String.valueOf(e.getMessage()));
            }
        }
        failed.forEach(reason -> out.println("while closing: " + reason));
    }
}
