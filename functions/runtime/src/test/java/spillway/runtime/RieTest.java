package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * AWS's Runtime Interface Emulator as the referee: it holds the code that serves the Runtime API on
 * Lambda. It answers its caller in one piece, prelude and NULs unparsed.
 */
@Tag("rie")
class RieTest {
    private static final String STREAMED =
            "{\"statusCode\":201,\"headers\":{\"content-type\":\"text/event-stream\"},"
                    + "\"cookies\":[\"a=b\"]}"
                    + "\0".repeat(8)
                    + "data: 1\n\ndata: 2\n\ndata: 3\n\n";

    @TempDir private Path directory;
    private Path emulator = Path.of("");
    private final int frontPort = freePort();
    private final int apiPort = freePort();
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void copyTheEmulator() throws IOException {
        String given = System.getProperty("aws.lambda.rie", "");
        String binary = given.isEmpty() ? System.getenv("AWS_LAMBDA_RIE") : given;
        // The emulator comes in the package aws-sam-cli, which no Maven repository has.
        assumeTrue(
                binary != null && !binary.isEmpty(),
                "not refereed: set AWS_LAMBDA_RIE to aws-lambda-rie-x86_64 (or -arm64), which"
                        + " `pip download aws-sam-cli` brings in samcli/local/rapid/");
        emulator = directory.resolve("aws-lambda-rie");
        Files.copy(Path.of(binary), emulator);
        Files.setPosixFilePermissions(emulator, PosixFilePermissions.fromString("r-x------"));
    }

    @Test
    void acceptsStreamsAndErrorsOneAfterTheOther() throws Exception {
        try (var _ = start(Map.of())) {
            assertThat(invoke("stream").body()).isEqualTo(STREAMED);
            assertThat(invoke("empty").body()).isEqualTo("\n");
            assertThat(invoke("fail").body())
                    .isEqualTo(
                            "{\"errorMessage\":\"The function failed with"
                                    + " java.lang.IllegalStateException.\",\"errorType\":"
                                    + "\"Function.IllegalStateException\",\"stackTrace\":[]}");
            assertThat(invoke("fail late").body()).isEqualTo("begun");
            assertThat(invoke("2000").body())
                    .isEqualTo("data: {\"text\":\"token\"}\n\n".repeat(2_000));
            assertThat(invoke("stream").body()).isEqualTo(STREAMED);
            assertNoRefusal();
        }
    }

    @Test
    void acceptsManyAtOnce() throws Exception {
        try (var _ = start(Map.of("AWS_LAMBDA_MAX_CONCURRENCY", "8"))) {
            assertThat(invoke("stream").body()).isEqualTo(STREAMED);

            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(client.sendAsync(request("stream"), BodyHandlers.ofString(UTF_8)));
            }

            for (var answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo(STREAMED);
            }
            assertThat(invoke("fail").body()).contains("Function.IllegalStateException");
            assertThat(invoke("empty").body()).isEqualTo("\n");
            assertNoRefusal();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesAFailedInit(boolean concurrent) throws Exception {
        Map<String, String> environment =
                concurrent
                        ? Map.of("FAIL_INIT", "1", "AWS_LAMBDA_MAX_CONCURRENCY", "8")
                        : Map.of("FAIL_INIT", "1");
        try (var _ = start(environment)) {
            assertThat(invoke("stream").body()).contains("Function.IllegalStateException");
        }
    }

    private FunctionProcess start(Map<String, String> environment) throws Exception {
        List<String> command = new ArrayList<>();
        if (environment.containsKey("AWS_LAMBDA_MAX_CONCURRENCY")) {
            command.addAll(withBootstrapInPlace());
        }
        command.addAll(
                List.of(
                        emulator.toString(),
                        "--runtime-interface-emulator-address",
                        "127.0.0.1:" + frontPort,
                        "--runtime-api-address",
                        "127.0.0.1:" + apiPort));
        return FunctionProcess.start(command, environment, output());
    }

    /**
     * With many at once, the emulator starts /var/task/bootstrap and nothing else, and as a user
     * who may read little.
     */
    private List<String> withBootstrapInPlace() throws Exception {
        Path var = Files.createDirectories(directory.resolve("var"));
        Path task = var.resolve("task");
        List<String> parts = new ArrayList<>();
        for (Path part : FunctionProcess.classPath()) {
            copy(part, task.resolve(part.getFileName()));
            parts.add("/var/task/" + part.getFileName());
        }
        Path bootstrap = task.resolve("bootstrap");
        Files.writeString(
                bootstrap,
                "#!/bin/sh\nexec '" + String.join("' '", FunctionProcess.command(parts)) + "'\n");
        try (var all = Files.walk(var)) {
            for (Path each : all.toList()) {
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        List<String> inOwnVar =
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind '" + var + "' /var && exec \"$@\"",
                        "sh");
        List<String> trial = new ArrayList<>(inOwnVar);
        trial.add("true");
        // Only with a /var of its own does the emulator find the function; not every kernel gives
        // one.
        assumeTrue(
                new ProcessBuilder(trial).start().waitFor() == 0,
                "not refereed with many at once: `unshare --mount` needs root");
        return inOwnVar;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                Files.createDirectories(target.getParent());
                if (Files.isRegularFile(each)) {
                    Files.copy(each, target);
                }
            }
        }
    }

    private HttpResponse<String> invoke(String wish) throws Exception {
        for (long end = System.nanoTime() + 20_000_000_000L; ; ) {
            try {
                return client.send(request(wish), BodyHandlers.ofString(UTF_8));
            } catch (ConnectException e) {
                // The emulator tells nobody when it is ready.
                if (System.nanoTime() > end) {
                    throw new AssertionError(Files.readString(output()), e);
                }
                Thread.sleep(20);
            }
        }
    }

    private HttpRequest request(String wish) {
        return HttpRequest.newBuilder(
                        URI.create(
                                "http://127.0.0.1:"
                                        + frontPort
                                        + "/2015-03-31/functions/function/invocations"))
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofString("\"" + wish + "\""))
                .build();
    }

    private void assertNoRefusal() throws IOException {
        assertThat(Files.readString(output()))
                .doesNotContain(
                        "The Runtime API answered", "The response was cut", "gave no event");
    }

    private Path output() {
        return directory.resolve("output");
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
