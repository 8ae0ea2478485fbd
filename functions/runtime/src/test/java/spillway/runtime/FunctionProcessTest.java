package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import spillway.testkit.lambda.Outcome;
import spillway.testkit.lambda.RuntimeApi;
import spillway.testkit.lambda.RuntimeApiOptions;

class FunctionProcessTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir private Path directory;

    @Test
    void streamsFromAProcessOfItsOwn() throws Exception {
        try (var api = RuntimeApi.start();
                var _ = process(api, Map.of())) {
            var invocation = api.invoke("stream".getBytes(UTF_8), MINUTE);

            assertThat(invocation.body().readAllBytes())
                    .asString(UTF_8)
                    .isEqualTo(
                            "{\"statusCode\":201,\"headers\":{\"content-type\":"
                                    + "\"text/event-stream\"},\"cookies\":[\"a=b\"]}"
                                    + "\0".repeat(8)
                                    + "data: 1\n\ndata: 2\n\ndata: 3\n\n");
            assertThat(invocation.awaitOutcome(SOON)).isEqualTo(new Outcome.Completed());
            assertThat(invocation.awaitHead(SOON).orElseThrow().contentType())
                    .isEqualTo("application/vnd.awslambda.http-integration-response");
        }
    }

    @Test
    void endsItsProcessAfterAFailedInit() throws Exception {
        try (var api = RuntimeApi.start();
                var process = process(api, Map.of("FAIL_INIT", "1"))) {
            assertThat(process.exitCode()).isEqualTo(1);

            assertThat(api.initError().orElseThrow().type())
                    .isEqualTo("Function.IllegalStateException");
            assertThat(Files.readString(output())).contains("FAIL_INIT is set");
        }
    }

    @Test
    void wakesFromASnapshotAndServes() throws Exception {
        try (var api = RuntimeApi.start(RuntimeApiOptions.DEFAULT.withSnapStart());
                var _ = process(api, Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start"))) {
            assertThat(api.awaitSnapshot(SOON)).isTrue();
            api.restore();

            var invocation = api.invoke("empty".getBytes(UTF_8), MINUTE);
            assertThat(invocation.body().readAllBytes()).asString(UTF_8).isEqualTo("\n");
        }
    }

    @Test
    void saysWhatIsMissingWithoutARuntimeApi() throws Exception {
        try (var process = FunctionProcess.start(Map.of(), output())) {
            assertThat(process.exitCode()).isEqualTo(1);

            assertThat(Files.readString(output())).contains("AWS_LAMBDA_RUNTIME_API is not set");
        }
    }

    private FunctionProcess process(RuntimeApi api, Map<String, String> more) throws Exception {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("AWS_LAMBDA_RUNTIME_API", api.address());
        return FunctionProcess.start(environment, output());
    }

    private Path output() {
        return directory.resolve("output");
    }
}
