package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import spillway.testkit.lambda.Bandwidth;
import spillway.testkit.lambda.Outcome;
import spillway.testkit.lambda.RuntimeApi;
import spillway.testkit.lambda.RuntimeApiOptions;

/** Measures what the runtime costs: a program, since a figure is not a test. */
final class RuntimeMeasurement {
    private static final int STARTS = 15;
    private static final int CHUNKS = 20_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private RuntimeMeasurement() {}

    public static void main(String[] arguments) throws Exception {
        Path output = Files.createTempFile("function", ".log");
        double[] starts = new double[STARTS];
        double[] firstBytes = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            measureStart(output, i, starts, firstBytes);
        }
        print("process start to first next, ms", starts);
        print("first invoke to first byte, ms", firstBytes);
        measureChunks(output);
    }

    private static void measureStart(Path output, int i, double[] starts, double[] firstBytes)
            throws Exception {
        try (var api = RuntimeApi.start()) {
            long start = System.nanoTime();
            try (var _ = FunctionProcess.start(environment(api), output)) {
                if (!api.awaitReady(MINUTE)) {
                    throw new IllegalStateException(Files.readString(output));
                }
                starts[i] = (System.nanoTime() - start) / 1e6;
                long invoked = System.nanoTime();
                int _ = api.invoke("stream".getBytes(UTF_8), MINUTE).body().read();
                firstBytes[i] = (System.nanoTime() - invoked) / 1e6;
            }
        }
    }

    private static void measureChunks(Path output) throws Exception {
        var options = RuntimeApiOptions.DEFAULT.withBandwidth(Bandwidth.UNLIMITED);
        try (var api = RuntimeApi.start(options);
                var _ = FunctionProcess.start(environment(api), output)) {
            double[] perChunk = new double[STARTS];
            for (int i = 0; i < STARTS; i++) {
                long start = System.nanoTime();
                var invocation = api.invoke(Integer.toString(CHUNKS).getBytes(UTF_8), MINUTE);
                int length = invocation.body().readAllBytes().length;
                perChunk[i] = (System.nanoTime() - start) / 1e3 / CHUNKS;
                if (!invocation.awaitOutcome(MINUTE).equals(new Outcome.Completed())
                        || length != CHUNKS * 24) {
                    throw new IllegalStateException("a chunk was lost: " + length);
                }
            }
            print(CHUNKS + " flushed chunks end to end, µs each", perChunk);
        }
    }

    private static Map<String, String> environment(RuntimeApi api) {
        return Map.of("AWS_LAMBDA_RUNTIME_API", api.address());
    }

    private static void print(String what, double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        System.out.printf(
                "%s: median %.1f, least %.1f, most %.1f (of %d)%n",
                what,
                sorted[sorted.length / 2],
                sorted[0],
                sorted[sorted.length - 1],
                sorted.length);
    }
}
