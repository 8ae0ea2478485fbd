package spillway.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import spillway.local.Platform;
import spillway.local.Settings;
import spillway.local.SettingsException;
import spillway.local.http.RawClient;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.ScriptedProviderServer;
import spillway.testkit.provider.Wire;

/** The whole: real function processes behind the front door, before providers that break. */
class PlatformIT {
    private static final Path FUNCTIONS = Path.of("..");
    private static final String ANSWER = "A spillway leads the water of a full reservoir away.";
    private static final String ASK = "{\"prompt\":\"Tell me about spillways\"}";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static ScriptedProviderServer first;
    private static ScriptedProviderServer second;
    private static Platform platform;

    @BeforeAll
    static void start() {
        first = ScriptedProviderServer.start(Wire.OPENAI, 0);
        second = ScriptedProviderServer.start(Wire.ANTHROPIC, 0);
        first.answer(ANSWER, Duration.ofMillis(5), Duration.ofMillis(2));
        second.answer(ANSWER, Duration.ofMillis(5), Duration.ofMillis(2));
        platform =
                Platform.start(
                        Settings.of(
                                Map.of(
                                        "PORT", "0",
                                        "FIRST_API_KEY", "k",
                                        "SECOND_API_KEY", "k",
                                        "SPILLWAY_ROUTES", routes()),
                                FUNCTIONS),
                        System.out);
    }

    /** One after the other, and breakers that never open: each test meets the fault itself. */
    private static String routes() {
        return """
            {"providers": {
               "first": {"kind": "openai", "base_url": "%s", "key": "FIRST_API_KEY"},
               "second": {"kind": "anthropic", "base_url": "%s", "key": "SECOND_API_KEY"}},
             "defaults": {"breaker": {"failures": 100000}},
             "routes": {"default": {"groups": [[{"target": "first/one"}], [{"target": "second/two"}]]}}}
            """
                .formatted(first.baseUrl(), second.baseUrl());
    }

    @AfterAll
    static void close() {
        platform.close();
        first.close();
        second.close();
    }

    @AfterEach
    void heal() {
        first.heal();
        second.heal();
        first.answer(ANSWER, Duration.ofMillis(5), Duration.ofMillis(2));
    }

    @Test
    void streamsAnAnswer() throws Exception {
        Events answer = Events.post(CLIENT, platform.port(), ASK);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo(ANSWER);
        assertThat(answer.only("start").get("provider").asText()).isEqualTo("first");
        assertThat(answer.all().getLast().name()).isEqualTo("done");
        assertThat(answer.only("done").get("finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void passesEachTokenOnBeforeTheNextIsSent() throws Exception {
        first.answer(ANSWER, Duration.ZERO, Duration.ofMillis(500));
        CountDownLatch texts = new CountDownLatch(2);
        CompletableFuture<Events> answer =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return Events.get(
                                        CLIENT,
                                        platform.port(),
                                        "/v1/stream/stream?prompt=slowly",
                                        event -> {
                                            if (event.name().equals("text")) {
                                                texts.countDown();
                                            }
                                        });
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });

        assertThat(texts.await(5, TimeUnit.SECONDS)).isTrue();

        assertThat(answer).isNotDone();
        assertThat(answer.get(20, TimeUnit.SECONDS).text()).isEqualTo(ANSWER);
    }

    @Test
    void tellsAnEventSourceThatAFinishedAnswerIsFinished() throws Exception {
        String path = "/v1/stream/stream?prompt=hello";
        Events answer = Events.get(CLIENT, platform.port(), path, _ -> {});

        Events again =
                Events.get(
                        CLIENT,
                        platform.port(),
                        path,
                        _ -> {},
                        "last-event-id",
                        answer.all().getLast().id());

        assertThat(answer.text()).isEqualTo(ANSWER);
        assertThat(again.status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({
        "refused, 1000",
        "reset, 1000",
        "closed, 1000",
        "status-500, 1000",
        "body-html, 1000",
        "body-json-error, 1000",
        "body-empty, 1000",
        "error-first, 1000",
        "prelude-then-error, 1000",
        "silent, 5000",
        "headers-only, 5000",
        "prelude-then-silence, 5000",
        "prelude-then-pings, 5000",
    })
    void bringsTheFallbacksFirstContentInTime(String fault, long millis) throws Exception {
        first.breakWith(Objects.requireNonNull(Fault.catalogue().get(fault)));

        Events answer = Events.post(CLIENT, platform.port(), ASK);

        assertThat(answer.text()).isEqualTo(ANSWER);
        assertThat(answer.only("switch").get("from").asText()).isEqualTo("first/one");
        assertThat(answer.only("switch").get("to").asText()).isEqualTo("second/two");
        assertThat(answer.firstContent()).isLessThan(Duration.ofMillis(millis));
        assertThat(answer.all().getLast().name()).isEqualTo("done");
    }

    @Test
    void tellsTheTruthWhenAllAreBroken() throws Exception {
        first.breakWith(Fault.status(503));
        second.breakWith(Fault.Dead.REFUSED);

        Events answer = Events.post(CLIENT, platform.port(), ASK);

        assertThat(answer.status()).isBetween(502, 503);
        JsonNode problem = Objects.requireNonNull(answer.document());
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(problem.get("status").asInt()).isEqualTo(answer.status());
        assertThat(problem.get("attempts")).hasSize(2);
        assertThat(problem.toString()).doesNotContain("sk-abc123", "provider text");
    }

    @Test
    void endsAnAnswerThatBreaksOffWithAnEvent() throws Exception {
        first.breakWith(new Fault.Cut(3, Fault.How.RST));
        second.breakWith(Fault.status(500));

        Events answer = Events.post(CLIENT, platform.port(), ASK);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(ANSWER).startsWith(answer.text());
        assertThat(answer.all().getLast().name()).isEqualTo("failed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"prompt\": | 400",
                "{\"prompt\":\"x\",\"colour\":\"red\"} | 400",
                "{\"prompt\":17} | 400",
                "{} | 400",
                "{\"prompt\":\"x\",\"route\":\"nowhere\"} | 404",
            })
    void answersAProblemToWhatItCannotServe(String body, int status) throws Exception {
        Events answer = Events.post(CLIENT, platform.port(), body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(Objects.requireNonNull(answer.document()).get("detail").asText()).isNotBlank();
        assertThat(first.openConnections()).isLessThan(50);
    }

    @Test
    void refusesABodyOverTheLimitOfAnEvent() throws Exception {
        try (var client = new RawClient(platform.port())) {
            client.send(
                    "POST /v1/stream/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6291457\r\n\r\n");

            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 413 ")
                    .contains("urn:spillway:problem:payload-too-large");
        }
    }

    @Test
    void startsAFunctionAgainThatWasKilled() throws Exception {
        long pid = Objects.requireNonNull(platform.processes().get("generate"));
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(5, TimeUnit.SECONDS);
        awaitNoWorker("generate");

        Events answer = Events.post(CLIENT, platform.port(), ASK);

        assertThat(answer.text()).isEqualTo(ANSWER);
        assertThat(platform.processes().get("generate")).isNotEqualTo(pid).isPositive();
    }

    /** Until its end is noticed, the dead process could still be given a request, which is lost. */
    private void awaitNoWorker(String function) {
        long due = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (platform.idle(function) > 0 && System.nanoTime() < due) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(platform.idle(function)).isZero();
    }

    @Test
    void saysWhichPortIsInUse() {
        Settings settings =
                Settings.of(Map.of("PORT", Integer.toString(platform.port())), FUNCTIONS);

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> Platform.start(settings, System.out).close())
                .withMessageStartingWith("port " + platform.port() + " is in use");
    }

    @Test
    void saysWhatIsWrongWithARoutesFile() {
        Settings settings =
                Settings.of(Map.of("PORT", "0", "SPILLWAY_ROUTES", "{\"rutes\": 1}"), FUNCTIONS);

        var said = new ByteArrayOutputStream();

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(
                        () ->
                                Platform.start(
                                                settings,
                                                new PrintStream(said, true, StandardCharsets.UTF_8))
                                        .close())
                .withMessageContaining("SPILLWAY_ROUTES:1:2: /rutes is an unknown field")
                .withMessageContaining("did you mean \"routes\"?");
        // No function was started to find that out.
        assertThat(said.size()).isZero();
    }

    @Test
    void givesUpAtTheFirstFunctionThatCannotStart() {
        Settings settings =
                Settings.of(
                        Map.of(
                                "PORT", "0",
                                "FIRST_API_KEY", "k",
                                "SECOND_API_KEY", "k",
                                "SPILLWAY_ROUTES", routes(),
                                // The runtime's own, which the check does not read.
                                "SPILLWAY_DEADLINE_MARGIN_MS", "soon"),
                        FUNCTIONS);
        var said = new ByteArrayOutputStream();

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(
                        () ->
                                Platform.start(
                                                settings,
                                                new PrintStream(said, true, StandardCharsets.UTF_8))
                                        .close())
                .withMessageStartingWith("the function generate does not start: ");
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("SPILLWAY_DEADLINE_MARGIN_MS is 'soon'")
                .doesNotContain("started again in");
    }

    @Test
    void tellsTheRoutesAndTargetsThatCanBeAskedFor() throws Exception {
        Events routes = Events.get(CLIENT, platform.port(), "/local/routes", _ -> {});

        JsonNode route = Objects.requireNonNull(routes.document()).get("routes").get(0);
        assertThat(route.get("name").asText()).isEqualTo("default");
        assertThat(route.get("targets")).hasToString("[\"first/one\",\"second/two\"]");
    }

    @Test
    void answersHeadOnTheStatusWithoutABody() throws Exception {
        try (var client = new RawClient(platform.port())) {
            client.send(
                    "HEAD /v1/stream/providers/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("content-type: application/json")
                    .endsWith("\r\n\r\n");
        }
    }
}
