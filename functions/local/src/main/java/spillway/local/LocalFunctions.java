package spillway.local;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import spillway.local.process.ProcessSettings;
import spillway.testkit.lambda.Bandwidth;
import spillway.testkit.lambda.RuntimeApi;
import spillway.testkit.lambda.RuntimeApiOptions;

/**
 * The functions of one platform by name. Starts them out of their packages; whoever has one started
 * closes it. Used by one thread until the last has been started.
 */
final class LocalFunctions {
    private final Settings settings;
    private final PrintStream out;
    private final SequencedMap<String, LocalFunction> started = new LinkedHashMap<>();

    /**
     * @param out where the functions' output goes
     */
    LocalFunctions(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** Starts one that has run, when it is ready, what a first request would load. */
    LocalFunction startWarm(String name, Map<String, String> variables) throws IOException {
        int concurrency = settings.concurrency();
        Path directory = directory(name);
        RuntimeApi api =
                RuntimeApi.start(options(name).withMaxConcurrency(concurrency).withSnapStart());
        ProcessSettings process =
                Lambda.warm(name, directory, main(name), api.address(), concurrency, variables);
        return keep(name, api, FunctionStart.warm(api), process);
    }

    /** Starts one that nobody waits for before it is asked. */
    LocalFunction startCold(String name, int concurrency, Map<String, String> variables)
            throws IOException {
        Path directory = directory(name);
        RuntimeApi api = RuntimeApi.start(options(name).withMaxConcurrency(concurrency));
        ProcessSettings process =
                Lambda.cold(name, directory, main(name), api.address(), concurrency, variables);
        return keep(name, api, FunctionStart.cold(api), process);
    }

    /** How the package of a function is made to say only what its environment asks for. */
    ProcessSettings check(String function, Map<String, String> variables) {
        return Lambda.cold("check", directory(function), "spillway.aws.Check", "", 1, variables);
    }

    private LocalFunction keep(
            String name, RuntimeApi api, FunctionStart start, ProcessSettings process) {
        LocalFunction function =
                new LocalFunction(name, api, start, process, settings.timeout(), out);
        started.put(name, function);
        return function;
    }

    private static RuntimeApiOptions options(String name) {
        return RuntimeApiOptions.DEFAULT
                .withBandwidth(Bandwidth.LAMBDA)
                .withFunctionArn(Lambda.arn(name));
    }

    private static String main(String function) {
        return "spillway.function." + function.replace("-", "") + ".Main";
    }

    private Path directory(String function) {
        Path directory =
                settings.functions()
                        .resolve(function, "target", "function")
                        .toAbsolutePath()
                        .normalize();
        if (!Files.isExecutable(directory.resolve("run.sh"))) {
            throw new SettingsException(
                    "there is no function at " + directory + "; mvn package builds it");
        }
        return directory;
    }

    /** Waits until all that have been started ask for events. */
    void awaitReady() {
        started.values().forEach(LocalFunction::awaitReady);
    }

    LocalFunction named(String name) {
        LocalFunction function = started.get(name);
        if (function == null) {
            throw new IllegalArgumentException("no function " + name);
        }
        return function;
    }

    /** Their processes' ids. */
    Map<String, Long> processes() {
        Map<String, Long> pids = new LinkedHashMap<>();
        started.forEach((name, function) -> pids.put(name, function.process().pid()));
        return pids;
    }

    /** Asks all processes to end, without waiting. */
    void askToEnd() {
        started.values().forEach(function -> function.process().ask());
    }
}
