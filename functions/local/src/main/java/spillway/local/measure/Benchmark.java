package spillway.local.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import spillway.local.Main;
import spillway.local.measure.Children.Child;
import spillway.local.measure.StreamCall.Ask;
import spillway.local.measure.StreamCall.Heard;
import spillway.local.measure.StreamCall.Kind;

/**
 * Measures, in one run on 127.0.0.1, what the whole way through the gateway adds to calling the
 * provider directly: to the first content and to each token, one stream at a time and 500 at once.
 * Takes about two minutes.
 */
public final class Benchmark {
    private static final int WARM_UP_ROUNDS = 1000;
    private static final int ROUNDS = 200;
    private static final int STREAMS = 500;
    private static final Duration START_WITHIN = Duration.ofSeconds(1);

    private final int provider;
    private final int relays;
    private final int gateway;

    private Benchmark(int provider, int relays, int gateway) {
        this.provider = provider;
        this.relays = relays;
        this.gateway = gateway;
    }

    /**
     * Streams of each kind, asked in turn.
     *
     * @param relayed through two processes that only pass bytes on
     */
    record Rounds(List<Heard> direct, List<Heard> relayed, List<Heard> through) {}

    /** Streams at once, and how they went; one that broke counts as not whole. */
    record Load(List<Heard> heard, int broken, double seconds) {}

    /**
     * Runs it.
     *
     * @param args the folder of the functions' modules, then the folder of the results; or {@code
     *     provider} or {@code relay} and a port, for the processes that this one starts
     */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "provider" -> PacedProvider.run();
            case "relay" -> BytesRelay.run(Integer.parseInt(args[1]));
            default -> measure(Path.of(args[0]), Path.of(args[1]));
        }
    }

    private static void measure(Path functions, Path results) throws Exception {
        // As this process was started itself, which is how users start the platform.
        List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
        try (Child provider = child("provider")) {
            int providerPort = port(provider);
            Map<String, String> settings =
                    Map.of(
                            "PORT", "0",
                            "OPENAI_BASE_URL", "http://127.0.0.1:" + providerPort + "/v1",
                            "OPENAI_API_KEY", "none");
            try (Child last = child("relay", Integer.toString(providerPort));
                    Child first = child("relay", Integer.toString(port(last)));
                    Child platform =
                            Children.start(
                                    Main.class, options, List.of(functions.toString()), settings)) {
                String ready = platform.awaitLine(line -> line.startsWith("Spillway is ready"));
                int port = Integer.parseInt(ready.replaceFirst(".*127.0.0.1:(\\d+).*", "$1"));
                new Benchmark(providerPort, port(first), port)
                        .run(platform.process().toHandle(), ready, results);
            }
        }
    }

    private static Child child(String... arguments) throws IOException {
        return Children.start(
                Benchmark.class,
                List.of("-XX:+UseSerialGC", "-Xmx256m"),
                List.of(arguments),
                Map.of());
    }

    /** Told once, by the child's first line. */
    private static int port(Child child) throws IOException {
        return Integer.parseInt(child.awaitLine(line -> line.matches("\\d+")));
    }

    private void run(ProcessHandle platform, String ready, Path results) throws Exception {
        Report report = new Report(ready);
        report.memory("at rest", Children.memory(platform));
        say("warming up");
        rounds(WARM_UP_ROUNDS, new Ask(0, 5, 0, 1));
        say("rounds, the provider's first token after 100 ms");
        report.rounds("100 ms", rounds(ROUNDS, new Ask(0, 5, 100, 10)));
        say("rounds, the provider's first token at once");
        report.rounds("0 ms", rounds(ROUNDS, new Ask(0, 20, 0, 5)));
        say("500 streams, direct");
        report.load("direct", load(Kind.DIRECT, provider));
        say("500 streams, through the gateway");
        load(Kind.GATEWAY, gateway);
        FutureTask<Map<String, Long>> memory = memoryIn(platform, Duration.ofSeconds(3));
        report.load("through the gateway", load(Kind.GATEWAY, gateway));
        report.memory("under load", memory.get());
        report.write(results);
    }

    private Rounds rounds(int count, Ask ask) throws IOException {
        Rounds rounds = new Rounds(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try (StreamCall toProvider = new StreamCall(Kind.DIRECT, provider);
                StreamCall toRelays = new StreamCall(Kind.DIRECT, relays);
                StreamCall toGateway = new StreamCall(Kind.GATEWAY, gateway)) {
            List<StreamCall> calls = List.of(toProvider, toRelays, toGateway);
            List<List<Heard>> heard = List.of(rounds.direct(), rounds.relayed(), rounds.through());
            for (int i = 0; i < count; i++) {
                for (int turn = 0; turn < calls.size(); turn++) {
                    // Each is first as often as the others.
                    int whose = (i + turn) % calls.size();
                    heard.get(whose).add(calls.get(whose).ask(ask));
                }
            }
        }
        return rounds;
    }

    private static Load load(Kind kind, int port) throws InterruptedException {
        List<Heard> heard = new ArrayList<>();
        int broken = 0;
        long started = System.nanoTime();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Heard>> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                waitUntil(started + START_WITHIN.toNanos() * i / STREAMS);
                int stream = i;
                streams.add(clients.submit(() -> one(kind, port, new Ask(stream, 60, 100, 100))));
            }
            for (Future<Heard> stream : streams) {
                try {
                    heard.add(stream.get());
                } catch (ExecutionException e) {
                    broken++;
                    say("a stream broke: " + e.getCause());
                }
            }
        }
        return new Load(heard, broken, (System.nanoTime() - started) / 1e9);
    }

    private static Heard one(Kind kind, int port, Ask ask) throws IOException {
        try (StreamCall call = new StreamCall(kind, port)) {
            return call.ask(ask);
        }
    }

    private static FutureTask<Map<String, Long>> memoryIn(ProcessHandle platform, Duration delay) {
        FutureTask<Map<String, Long>> look =
                new FutureTask<>(
                        () -> {
                            Thread.sleep(delay);
                            return Children.memory(platform);
                        });
        Thread.ofVirtual().start(look);
        return look;
    }

    private static void waitUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void say(String what) {
        System.err.println("measuring: " + what);
    }
}
