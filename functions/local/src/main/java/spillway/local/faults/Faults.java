package spillway.local.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import spillway.local.Platform;
import spillway.local.Settings;
import spillway.local.faults.Report.BenchRow;
import spillway.local.faults.Scenario.Expected;
import spillway.local.faults.Scenario.Form;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.Wire;

/**
 * Plays every fault through the whole real way, and writes the report. Ends with status 1 when
 * anything did not end as it must.
 */
public final class Faults {
    private static final Duration QUICK = Duration.ofMillis(2);
    private static final Duration USUAL = Duration.ofMillis(15);

    private final Wall bench = new Wall("bench", USUAL);
    private final Wall own = new Wall("own", QUICK);
    private final Wall storm = new Wall("storm", USUAL);

    private final List<BenchScenario> sixteen = BenchScenario.all();
    private final List<Scenario> first = Scenarios.healthyNext();
    private final List<Scenario> again = Scenarios.explicitAgain(first);
    private final List<Scenario> contracts = Scenarios.otherContracts();
    private final List<Scenario> both = Scenarios.bothFail();
    private final List<Scenario> combined = Scenarios.combined();
    private final List<Scenario> warmUp = warmUp();
    private final Scenario well = well("bench-ok");
    private final List<Scenario> atOnce = Storm.cast(first);

    private Faults() {}

    /**
     * Runs it.
     *
     * @param args the folder of the functions' modules, then the file of the report
     */
    public static void main(String[] args) throws Exception {
        List<String> failures = new Faults().run(Path.of(args[0]), Path.of(args[1]));
        failures.forEach(failure -> System.err.println("faults: " + failure));
        System.exit(failures.isEmpty() ? 0 : 1);
    }

    private List<String> run(Path functions, Path file) throws Exception {
        long start = System.nanoTime();
        Path folder = Files.createTempDirectory("faults");
        Path log = folder.resolve("functions.log");
        boolean isClean = false;
        try (bench;
                own;
                storm;
                PrintStream out =
                        new PrintStream(
                                Files.newOutputStream(log), false, StandardCharsets.UTF_8)) {
            Report report = new Report(Machine.words());
            Settings settings = settings(functions, folder);
            try (Platform platform = Platform.start(settings, out)) {
                play(platform, report);
                say("200 at once");
                report.storm(new Storm(platform, storm, settings.concurrency()).play(atOnce));
            }
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(file, report.text(Duration.ofNanos(System.nanoTime() - start)));
            say("written to " + file);
            isClean = report.failures().isEmpty();
            return report.failures();
        } finally {
            Files.deleteIfExists(folder.resolve("routes.json"));
            if (isClean) {
                Files.deleteIfExists(log);
                Files.deleteIfExists(folder);
            } else {
                say("what the functions logged is in " + log);
            }
        }
    }

    private void play(Platform platform, Report report) throws Exception {
        Stage own = new Stage(this.own, platform.port());
        Stage bench = new Stage(this.bench, platform.port());
        say("warming up");
        own.oneAfterTheOther(warmUp);
        try (ExecutorService aside = Executors.newVirtualThreadPerTaskExecutor()) {
            say("what takes time, beside the rest");
            Future<Flap.Outcome> flap = aside.submit(() -> Flap.play(bench));
            Future<List<BenchRow>> rows = aside.submit(() -> bench(bench));
            Future<List<Played>> slowFirst = aside.submit(() -> own.atOnce(slow(first)));
            Future<List<Played>> slowContracts = aside.submit(() -> own.atOnce(slow(contracts)));
            Future<List<Played>> slowBoth = aside.submit(() -> own.atOnce(slow(both)));
            say("one after the other");
            List<Played> quickFirst = own.oneAfterTheOther(quick(first));
            List<Played> quickAgain = own.oneAfterTheOther(again);
            List<Played> quickContracts = own.oneAfterTheOther(quick(contracts));
            List<Played> quickBoth = own.oneAfterTheOther(quick(both));
            List<Played> mixed = own.oneAfterTheOther(combined);
            say("waiting for what takes time");
            List<BenchRow> all = new ArrayList<>(rows.get());
            all.add(14, row(flap.get()));
            report.bench(all);
            report.times(quickFirst, quickAgain, slowFirst.get());
            report.scenarios(
                    "Each fault, and a healthy second target",
                    "The second target speaks the other wire.",
                    inOrder(first, quickFirst, slowFirst.get()));
            report.scenarios(
                    "The same inside an answer, with the other two contracts",
                    "`error` and `restart` as the reader asked for them; without a word it is `continue`.",
                    inOrder(contracts, quickContracts, slowContracts.get()));
            report.scenarios(
                    "Both targets fail in the same way",
                    "The second speaks Anthropic's wire.",
                    inOrder(both, quickBoth, slowBoth.get()));
            report.scenarios("Combinations", "What no single fault shows.", mixed);
        }
    }

    private List<BenchRow> bench(Stage stage) throws Exception {
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<BenchRow>> running =
                    sixteen.stream().map(one -> readers.submit(() -> row(stage, one))).toList();
            List<BenchRow> rows = new ArrayList<>();
            for (Future<BenchRow> one : running) {
                rows.add(one.get());
            }
            return rows;
        }
    }

    private BenchRow row(Stage stage, BenchScenario one) {
        Played played = stage.play(one.scenario());
        boolean isAlive = stage.play(well).isWhole();
        List<String> broken = new ArrayList<>(one.broken(played, true));
        broken.addAll(one.broken(played, false));
        return new BenchRow(
                one.id(),
                one.fault(),
                one.judge(played, isAlive),
                played.seen()
                        + "; "
                        + played.asked(0)
                        + "+"
                        + played.asked(1)
                        + " attempts; "
                        + BenchScenario.wall(played).toMillis()
                        + " ms"
                        + (broken.isEmpty() ? "" : "; not: " + String.join(", ", broken))
                        + (isAlive ? "" : "; DEAD AFTERWARDS"));
    }

    private static BenchRow row(Flap.Outcome flap) {
        return new BenchRow("S15", Flap.SCENARIO.what(), flap.verdict(), flap.words());
    }

    /**
     * The platform as it is without saying, but without the scheduled probe, which asks targets
     * that nobody has asked yet.
     */
    private Settings settings(Path functions, Path folder) throws IOException {
        Path routes = folder.resolve("routes.json");
        Files.writeString(routes, routes());
        return Settings.of(
                        Map.of(
                                "PORT", "0",
                                "SCRIPTED_API_KEY", "scripted",
                                "SPILLWAY_ROUTES", routes.toString()),
                        functions)
                .withoutProbe();
    }

    private String routes() {
        List<Scenario> ofBench =
                new ArrayList<>(sixteen.stream().map(BenchScenario::scenario).toList());
        ofBench.add(Flap.SCENARIO);
        ofBench.add(well);
        List<Scenario> ofOwn =
                Stream.of(warmUp, first, again, contracts, both, combined)
                        .flatMap(List::stream)
                        .toList();
        return Stage.routes(
                List.of(
                        new Stage.Cast(bench, ofBench, BenchScenario.ROUTE),
                        new Stage.Cast(own, ofOwn, Map.of()),
                        new Stage.Cast(storm, atOnce, Map.of())),
                Map.of(bench.target(Flap.SCENARIO.legs().getFirst()), Flap.LONGEST_OPEN));
    }

    private static List<Scenario> quick(List<Scenario> scenarios) {
        return scenarios.stream().filter(one -> !one.takesTime()).toList();
    }

    private static List<Scenario> slow(List<Scenario> scenarios) {
        return scenarios.stream().filter(Scenario::takesTime).toList();
    }

    private static List<Played> inOrder(
            List<Scenario> scenarios, List<Played> quick, List<Played> slow) {
        List<Played> all = new ArrayList<>(quick);
        all.addAll(slow);
        all.sort(Comparator.comparingInt(played -> scenarios.indexOf(played.scenario())));
        return all;
    }

    private static Scenario well(String id) {
        return new Scenario(
                id,
                "nothing",
                List.of(Leg.of(Wire.OPENAI, id, null)),
                null,
                Form.TEXT,
                Contract.FIRST_ANSWERS,
                Expected.USUAL,
                false);
    }

    /** Failures on both wires, so that what is measured later does not meet cold code. */
    private static List<Scenario> warmUp() {
        List<Scenario> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            for (Wire wire : Wire.values()) {
                Wire other = wire == Wire.OPENAI ? Wire.ANTHROPIC : Wire.OPENAI;
                String id = "warm-up-" + i + "-" + Wall.kind(wire);
                all.add(
                        new Scenario(
                                id,
                                "503",
                                List.of(
                                        Leg.of(wire, id + "-1", Fault.status(503)),
                                        Leg.of(other, id + "-2", null)),
                                null,
                                Form.TEXT,
                                Contract.NEXT_ANSWERS,
                                Expected.USUAL,
                                false));
            }
        }
        return all;
    }

    private static void say(String what) {
        System.err.println("faults: " + what);
    }
}
