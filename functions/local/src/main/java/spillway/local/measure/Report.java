package spillway.local.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.LongStream;
import spillway.local.measure.Benchmark.Load;
import spillway.local.measure.StreamCall.Heard;

/** Writes what was measured, and on what. */
final class Report {
    private final String ready;
    private final List<String> rounds = new ArrayList<>();
    private final SequencedMap<String, List<Load>> loads = new LinkedHashMap<>();
    private final List<String> memory = new ArrayList<>();

    Report(String ready) {
        this.ready = ready;
    }

    /**
     * Adds rounds that were measured together.
     *
     * @param first says when the provider sends its first token
     * @param heard by way; the first is the direct one
     */
    void rounds(String first, SequencedMap<String, List<Heard>> heard) {
        List<Heard> direct = heard.firstEntry().getValue();
        heard.forEach((way, its) -> rounds.add(row(first + ", " + way, its)));
        heard.sequencedEntrySet().stream()
                .skip(1)
                .forEach(
                        way -> {
                            String name = first + ", added " + way.getKey();
                            rounds.add(added(name, direct, way.getValue()));
                        });
        rounds.add(
                String.format(
                        Locale.ROOT,
                        "| %s, added through the gateway within each round | %s | | | |",
                        first,
                        within(direct, heard.lastEntry().getValue()).cells()));
    }

    private static String added(String name, List<Heard> direct, List<Heard> through) {
        Spread without = firsts(direct);
        Spread with = firsts(through);
        return String.format(
                Locale.ROOT,
                "| %s | **%.2f** | **%.2f** | | **%.3f** | **%.3f** | |",
                name,
                with.millis(50) - without.millis(50),
                with.millis(99) - without.millis(99),
                lags(through).millis(50) - lags(direct).millis(50),
                lags(through).millis(99) - lags(direct).millis(99));
    }

    private static Spread within(List<Heard> direct, List<Heard> through) {
        long[] added = new long[direct.size()];
        for (int i = 0; i < added.length; i++) {
            added[i] = through.get(i).firstContent() - direct.get(i).firstContent();
        }
        return new Spread(added);
    }

    /** Adds one time of a way. */
    void load(String name, Load load) {
        loads.computeIfAbsent(name, _ -> new ArrayList<>()).add(load);
    }

    private List<String> loads() {
        List<String> rows = new ArrayList<>();
        loads.forEach(
                (way, its) -> {
                    for (int time = 1; time <= its.size(); time++) {
                        rows.add(row(way + ", time " + time, its.get(time - 1)));
                    }
                });
        return rows;
    }

    private static String row(String name, Load load) {
        long whole = load.heard().stream().filter(Heard::whole).count();
        return String.format(
                Locale.ROOT,
                "| %s | %d / %d | %s | %s | %.1f |",
                name,
                whole,
                load.heard().size() + load.broken(),
                firsts(load.heard()).cells(),
                lags(load.heard()).cells(),
                load.seconds());
    }

    void memory(String when, Map<String, Long> kibibytes) {
        kibibytes.forEach(
                (process, size) ->
                        memory.add("| " + process + ", " + when + " | " + size / 1024 + " |"));
    }

    private static String row(String name, List<Heard> heard) {
        return "| " + name + " | " + firsts(heard).cells() + " | " + lags(heard).cells() + " |";
    }

    private static Spread firsts(List<Heard> heard) {
        return new Spread(heard.stream().mapToLong(Heard::firstContent).toArray());
    }

    private static Spread lags(List<Heard> heard) {
        return new Spread(heard.stream().flatMapToLong(one -> LongStream.of(one.lags())).toArray());
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(LocalDate.now(ZoneOffset.UTC) + "-local.md");
        Files.writeString(file, text());
        System.out.println(text());
        System.out.println("Written to " + file.getFileName());
    }

    private String text() {
        List<String> lines = new ArrayList<>();
        lines.add("# Local measurement, " + LocalDate.now(ZoneOffset.UTC));
        lines.add("");
        lines.add("Made by `loadtest/run`. " + machine());
        lines.add("");
        lines.add(
                """
                The provider (a paced one that stamps each token with its time), the gateway (front door,
                Runtime API, table and function processes) and the client shared this machine, so under load
                they also shared its cores. All traffic was on 127.0.0.1. Times are in milliseconds.
                """);
        lines.add("## One stream at a time");
        lines.add("");
        lines.add(
                """
                200 rounds of one call each way in turn, on connections that are kept, after 3000 such rounds
                to warm up. *Two byte relays*: two processes in a row that only pass bytes on, as many as
                stand between a client and the function here; for another gateway there is one with a relay
                before it, for the same reason. *A passing function*: one behind the same front door, Runtime API and
                streaming runtime that only passes bytes on. *First content*: from the request's last byte
                to the first token's. *Lag*: from each token's sending to its arrival. The first column says
                when the provider sends its first token; where it sends one token only, the next call
                follows at once, so that caches stay warm.
                """);
        lines.add("| | first content p50 | p99 | max | lag per token p50 | p99 | max |");
        lines.add("|---|--:|--:|--:|--:|--:|--:|");
        lines.addAll(rounds);
        lines.add("");
        lines.add("## 500 streams at once");
        lines.add("");
        lines.add(
                """
                60 tokens each, one every 100 ms, all started within 1 s, each on a connection of its own.
                Several times, each way in turn: the first, a JVM still compiles what only many at once need.
                *Whole*: every token, in order, once, of the stream that was asked for, and the end after them.
                """);
        lines.add(
                "| | whole | first content p50 | p99 | max | lag per token p50 | p99 | max | seconds |");
        lines.add("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        lines.addAll(loads());
        lines.add("");
        lines.add("## Memory and start");
        lines.add("");
        lines.add(ready.replaceFirst(" at http\\S+", "") + " The functions had been built.");
        lines.add("");
        lines.add("| process | resident MiB |");
        lines.add("|---|--:|");
        lines.addAll(memory);
        lines.add("");
        return String.join("\n", lines);
    }

    private static String machine() {
        long bytes =
                ((com.sun.management.OperatingSystemMXBean)
                                ManagementFactory.getOperatingSystemMXBean())
                        .getTotalMemorySize();
        return "Commit "
                + firstLine("git", "rev-parse", "--short", "HEAD")
                + "; "
                + Runtime.getRuntime().availableProcessors()
                + " cores, "
                + (bytes >> 30)
                + " GiB, "
                + firstLine("uname", "-sm")
                + ", JDK "
                + Runtime.version()
                + ".";
    }

    private static String firstLine(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                String line = lines.readLine();
                return line == null ? "unknown" : line;
            }
        } catch (IOException _) {
            return "unknown";
        }
    }
}
