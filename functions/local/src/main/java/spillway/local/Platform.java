package spillway.local;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
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
import spillway.testkit.lambda.Bandwidth;
import spillway.testkit.lambda.RuntimeApi;
import spillway.testkit.lambda.RuntimeApiOptions;
import spillway.testkit.table.DynamoDbLocal;

/**
 * All of it: a table, providers if none are set, a process per function with its Runtime API, and
 * the front door. Ends what it started when it is closed.
 */
public final class Platform implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration CORS_AGE = Duration.ofHours(1);

    /** The functions that have a URL. */
    private static final List<String> ASKED = List.of("generate", "stream", "provider-status");

    /** The function that has a schedule. */
    private static final String PROBE = "health-probe";

    private final Settings settings;
    private final PrintStream out;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final SequencedMap<String, LocalFunction> functions = new LinkedHashMap<>();
    private @Nullable ScriptedProviders providers;
    private @Nullable HttpServer server;

    private Platform(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /**
     * Starts everything; returns when every function is ready for requests.
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
        Map<String, Long> pids = new LinkedHashMap<>();
        functions.forEach((name, function) -> pids.put(name, function.process().pid()));
        return pids;
    }

    /** How many invocations that function could take at once: its workers that wait for one. */
    public int idle(String function) {
        return function(function).idle();
    }

    private void startAll() throws IOException {
        Map<String, String> variables = new HashMap<>(settings.variables());
        if (settings.scripted()) {
            ScriptedProviders scripted = owned(new ScriptedProviders());
            providers = scripted;
            variables.putAll(scripted.variables());
        }
        // Before the slow parts, so that a port in use is said at once.
        Gate gate = new Gate();
        server = owned(listen(gate));
        int tablePort = freePort();
        variables.put("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:" + tablePort);
        variables.put("SPILLWAY_STATE_TABLE", StateTable.NAME);
        for (String name : ASKED) {
            startFunction(name, variables);
        }
        // While the functions start: neither needs the other before the first request.
        DynamoDbLocal table = owned(DynamoDbLocal.start(tablePort));
        StateTable.create(table.endpoint());
        for (LocalFunction function : functions.values()) {
            function.awaitReady(START);
        }
        gate.open(frontDoor());
        // Nobody waits for the probe.
        startFunction(PROBE, variables);
        scheduleProbe();
    }

    /**
     * A port that is free now, for a part that binds it in a moment. Below those that systems give
     * to outgoing connections, so that none of ours takes it meanwhile.
     */
    private static int freePort() throws IOException {
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

    private void startFunction(String name, Map<String, String> variables) throws IOException {
        String main = "spillway.function." + name.replace("-", "") + ".Main";
        Path directory =
                settings.functions()
                        .resolve(name, "target", "function")
                        .toAbsolutePath()
                        .normalize();
        if (!Files.isExecutable(directory.resolve("run.sh"))) {
            throw new SettingsException(
                    "there is no function at " + directory + "; mvn package builds it");
        }
        RuntimeApi api =
                RuntimeApi.start(
                        RuntimeApiOptions.DEFAULT
                                .withMaxConcurrency(settings.concurrency())
                                .withBandwidth(Bandwidth.LAMBDA)
                                .withFunctionArn(Lambda.arn(name)));
        functions.put(
                name,
                owned(
                        new LocalFunction(
                                name,
                                api,
                                Lambda.process(
                                        name,
                                        directory,
                                        main,
                                        api.address(),
                                        settings.concurrency(),
                                        variables),
                                settings.timeout(),
                                out)));
    }

    private FrontDoor frontDoor() {
        ScriptedProviders scripted = providers;
        return new FrontDoor(
                new FrontDoor.Routes(
                        url("generate"),
                        url("stream"),
                        url("provider-status"),
                        new ConsolePage(),
                        scripted == null ? null : new ProviderSwitches(scripted)),
                settings.origins());
    }

    private FunctionUrl url(String name) {
        Cors cors =
                new Cors(
                        settings.origins(),
                        List.of("GET", "POST"),
                        List.of("content-type", "last-event-id"),
                        List.of("x-request-id"),
                        CORS_AGE);
        return new FunctionUrl(
                function(name),
                name,
                settings.concurrency(),
                cors,
                settings.clientGone(),
                Clock.systemUTC());
    }

    private LocalFunction function(String name) {
        LocalFunction function = functions.get(name);
        if (function == null) {
            throw new IllegalArgumentException("no function " + name);
        }
        return function;
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
            function(PROBE).run(Lambda.scheduledEvent(PROBE, Clock.systemUTC().instant()));
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
        functions.values().forEach(function -> function.process().ask());
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
