package spillway.local.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import spillway.local.Main;

/** The command itself, without keys and routes, from outside. */
class ProcessIT {
    private static final Pattern READY = Pattern.compile("Spillway is ready at .*:(\\d+) .*");

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> greeting = new ArrayList<>();
    private Process process;
    private int port;

    @BeforeEach
    void start() throws Exception {
        process = command().start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = Objects.requireNonNull(lines.readLine());
        while (!line.startsWith("Ctrl-C")) {
            greeting.add(line);
            Matcher ready = READY.matcher(line);
            port = ready.matches() ? Integer.parseInt(ready.group(1)) : port;
            line = Objects.requireNonNull(lines.readLine(), () -> "it said " + greeting);
        }
        Thread.ofVirtual().start(() -> passOn(lines));
    }

    private static ProcessBuilder command() {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                Main.class.getName(),
                                "..")
                        .redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.endsWith("_API_KEY") || name.endsWith("_BASE_URL"));
        builder.environment().remove("SPILLWAY_ROUTES");
        builder.environment().put("PORT", "0");
        return builder;
    }

    @AfterEach
    void close() throws Exception {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        client.close();
    }

    @Test
    void printsACurlThatWorks() throws Exception {
        String curl =
                greeting.stream()
                        .filter(line -> line.contains("curl -N"))
                        .findFirst()
                        .orElseThrow();
        Matcher parts = Pattern.compile("curl -N (\\S+) .* -d '(.*)'").matcher(curl.strip());
        assertThat(parts.matches()).isTrue();
        assertThat(URI.create(parts.group(1)).getPort()).isEqualTo(port);

        Events answer = Events.post(client, port, parts.group(2));

        assertThat(answer.text()).isNotBlank();
        assertThat(answer.all().getLast().name()).isEqualTo("done");
    }

    @Test
    void endsAtOnceWhenARoutesFileIsBrokenAndSaysWhere(@TempDir Path folder) throws Exception {
        Path routes = Files.writeString(folder.resolve("routes.json"), "{\n  \"rutes\": {}\n}");
        ProcessBuilder command = command();
        command.environment().put("SPILLWAY_ROUTES", routes.toString());

        Process broken = command.start();
        String said = new String(broken.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(broken.waitFor()).isEqualTo(2);
        assertThat(said)
                .startsWith("spillway: ")
                .contains(routes + ":2:3: /rutes is an unknown field; did you mean \"routes\"?")
                .doesNotContain("generate |");
    }

    @Test
    void showsABrokenProviderInTheStatusWhileEveryReaderIsAnswered() throws Exception {
        String broken =
                Events.post(client, port, "{\"prompt\":\"who?\"}")
                        .only("start")
                        .get("provider")
                        .asText();
        turn(broken, "break?fault=status-500");

        JsonNode status = status(broken);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!status.get("state").asText().equals("down") && System.nanoTime() < until) {
            for (Events answer : askAtOnce(10)) {
                assertThat(answer.all().getLast().name()).isEqualTo("done");
                assertThat(answer.text()).isNotBlank();
            }
            status = status(broken);
        }

        assertThat(status.get("state").asText()).isEqualTo("down");
        assertThat(status.get("why").asText()).isNotBlank();
    }

    @Test
    void leavesNoProcessBehindWhenItIsAskedToEnd() throws Exception {
        List<ProcessHandle> children = process.descendants().toList();
        assertThat(children).hasSizeGreaterThanOrEqualTo(4);
        long asked = System.nanoTime();

        process.destroy();

        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(2));
        for (ProcessHandle child : children) {
            child.onExit().get(2, TimeUnit.SECONDS);
        }
    }

    @Test
    void leavesNoProcessBehindWhenItIsKilled() throws Exception {
        List<ProcessHandle> children = process.descendants().toList();

        process.destroyForcibly();

        for (ProcessHandle child : children) {
            child.onExit().get(20, TimeUnit.SECONDS);
        }
    }

    private List<Events> askAtOnce(int times) throws Exception {
        List<Events> answers = new ArrayList<>();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Events>> asked = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                asked.add(
                        readers.submit(() -> Events.post(client, port, "{\"prompt\":\"again\"}")));
            }
            for (Future<Events> answer : asked) {
                answers.add(answer.get());
            }
        }
        return answers;
    }

    private static void passOn(BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(line);
            }
        } catch (IOException _) {
            // It has ended.
        }
    }

    private void turn(String provider, String action) throws Exception {
        URI uri =
                URI.create(
                        "http://127.0.0.1:" + port + "/local/providers/" + provider + "/" + action);
        HttpRequest request =
                HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
    }

    private JsonNode status(String provider) throws Exception {
        Events status = Events.get(client, port, "/v1/stream/providers/status", _ -> {});
        for (JsonNode one : Objects.requireNonNull(status.document()).get("providers")) {
            if (one.get("provider").asText().equals(provider)) {
                return one;
            }
        }
        throw new AssertionError("no status of " + provider + " in " + status);
    }
}
