package spillway.local.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
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
 * Takes about five minutes.
 */
public final class Benchmark {
    private static final int WARM_UP_ROUNDS = 3000;
    private static final int ROUNDS = 200;
    private static final int STREAMS = 500;
    private static final int LOADS = 6;
    private static final Duration START_WITHIN = Duration.ofSeconds(1);

    private final List<Way> ways;

    private Benchmark(List<Way> ways) {
        this.ways = ways;
    }

    /**
     * A way to the provider; the first of a list is the direct one, the last our gateway.
     *
     * @param loaded whether it is also measured under load
     */
    record Way(String name, Kind kind, int port, boolean loaded) {}

    /** Streams at once, and how they went; one that broke counts as not whole. */
    record Load(List<Heard> heard, int broken, double seconds) {}

    /**
     * Runs it.
     *
     * @param args the folder of the functions' modules, the folder of the results, and, if another
     *     gateway is to be measured beside, its name and the command that starts it; or {@code
     *     provider} or {@code relay} and a port, for the processes that this one starts
     */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "provider" -> PacedProvider.run();
            case "relay" -> BytesRelay.run(Integer.parseInt(args[1]));
            default -> {
                try (Child provider = child("provider")) {
                    Path functions = Path.of(args[0]);
                    Path results = Path.of(args[1]);
                    int port = port(provider);
                    if (args.length < 4) {
                        measure(functions, results, port, List.of());
                    } else {
                        try (OtherGateway other = OtherGateway.start(args[2], args[3], port);
                                OtherGateway behind = OtherGateway.start(args[2], args[3], port);
                                Child relay = relay(behind.port())) {
                            measure(functions, results, port, ways(other, port(relay)));
                        }
                    }
                }
            }
        }
    }

    /**
     * By itself, and with as many processes on the way as our gateway has. Each is a process of its
     * own, since one that has just been asked is quicker.
     */
    private static List<Way> ways(OtherGateway other, int relay) {
        String through = "through " + other.name();
        return List.of(
                new Way(through, Kind.DIRECT, other.port(), true),
                new Way("through a byte relay and " + other.name(), Kind.DIRECT, relay, false));
    }

    private static void measure(Path functions, Path results, int provider, List<Way> others)
            throws Exception {
        // As this process was started itself, which is how users start the platform.
        List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
        Map<String, String> settings =
                Map.of(
                        "PORT", "0",
                        "OPENAI_BASE_URL", "http://127.0.0.1:" + provider + "/v1",
                        "OPENAI_API_KEY", "none");
        try (Child last = relay(provider);
                Child first = relay(port(last));
                Child platform =
                        Children.start(
                                Main.class, options, List.of(functions.toString()), settings)) {
            String ready = platform.awaitLine(Benchmark::isReady);
            try (BarePlatform bare = BarePlatform.start(functions, options, settings)) {
                int passing = portIn(bare.platform().awaitLine(Benchmark::isReady));
                List<Way> ways = new ArrayList<>();
                ways.add(new Way("direct", Kind.DIRECT, provider, true));
                ways.add(new Way("through two byte relays", Kind.DIRECT, port(first), false));
                ways.addAll(others);
                ways.add(new Way("through a passing function", Kind.GATEWAY, passing, false));
                ways.add(new Way("through the gateway", Kind.GATEWAY, portIn(ready), true));
                new Benchmark(ways).run(platform.process().toHandle(), ready, results);
            }
        }
    }

    private static boolean isReady(String line) {
        return line.startsWith("Spillway is ready");
    }

    private static int portIn(String ready) {
        return Integer.parseInt(ready.replaceFirst(".*127.0.0.1:(\\d+).*", "$1"));
    }

    private static Child relay(int to) throws IOException {
        return child("relay", Integer.toString(to));
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
        rounds(WARM_UP_ROUNDS, new Ask(0, 5, 0, 0));
        say("rounds, the provider's first token after 100 ms");
        report.rounds("100 ms", rounds(ROUNDS, new Ask(0, 5, 100, 10)));
        say("rounds, the provider's first token at once");
        report.rounds("0 ms", rounds(ROUNDS, new Ask(0, 20, 0, 5)));
        say("rounds, one token at once, without a pause between them");
        report.rounds("0 ms, one token", rounds(ROUNDS, new Ask(0, 1, 0, 0)));
        underLoad(report, platform);
        report.write(results);
    }

    /** Several times: the first, a JVM still compiles what only many at once need. */
    private void underLoad(Report report, ProcessHandle platform) throws Exception {
        List<Way> loaded = ways.stream().filter(Way::loaded).toList();
        for (int time = 1; time <= LOADS; time++) {
            for (int turn = 0; turn < loaded.size(); turn++) {
                Way way = loaded.get((time - 1 + turn) % loaded.size());
                say(STREAMS + " streams, time " + time + ", " + way.name());
                if (time == LOADS && way.kind() == Kind.GATEWAY) {
                    FutureTask<Map<String, Long>> memory =
                            memoryIn(platform, Duration.ofSeconds(3));
                    report.load(way.name(), load(way));
                    report.memory("under load", memory.get());
                } else {
                    report.load(way.name(), load(way));
                }
            }
        }
    }

    /** What each way brought, by its name and in the order of the ways. */
    private SequencedMap<String, List<Heard>> rounds(int count, Ask ask) throws IOException {
        SequencedMap<String, List<Heard>> heard = new LinkedHashMap<>();
        List<StreamCall> calls = new ArrayList<>();
        try {
            for (Way way : ways) {
                if (heard.put(way.name(), new ArrayList<>()) != null) {
                    throw new IllegalArgumentException("two ways are called " + way.name());
                }
                calls.add(new StreamCall(way.kind(), way.port()));
            }
            for (int i = 0; i < count; i++) {
                for (int turn = 0; turn < calls.size(); turn++) {
                    // Each is first as often as the others.
                    int whose = (i + turn) % calls.size();
                    String name = ways.get(whose).name();
                    Heard answer = calls.get(whose).ask(ask);
                    if (!answer.whole()) {
                        throw new IOException("an answer " + name + " did not come whole");
                    }
                    Objects.requireNonNull(heard.get(name)).add(answer);
                }
            }
        } finally {
            for (StreamCall call : calls) {
                call.close();
            }
        }
        return heard;
    }

    private static Load load(Way way) throws InterruptedException {
        List<Heard> heard = new ArrayList<>();
        int broken = 0;
        long started = System.nanoTime();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Heard>> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                waitUntil(started + START_WITHIN.toNanos() * i / STREAMS);
                int stream = i;
                streams.add(clients.submit(() -> one(way, new Ask(stream, 60, 100, 100))));
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

    private static Heard one(Way way, Ask ask) throws IOException {
        try (StreamCall call = new StreamCall(way.kind(), way.port())) {
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
