package spillway.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class ScriptedProviderServerTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final ScriptedProviderServer openAi = quick(Wire.OPENAI);
    private final ScriptedProviderServer anthropic = quick(Wire.ANTHROPIC);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        client.close();
        openAi.close();
        anthropic.close();
    }

    @Test
    void streamsChunksOfOpenAi() throws Exception {
        HttpResponse<String> response = ask(openAi, "gpt-test");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type"))
                .hasValue("text/event-stream; charset=utf-8");
        assertThat(response.body())
                .startsWith("data: {\"id\":\"chatcmpl-scripted0\"")
                .contains("\"content\":\"one\"", "\"content\":\" gpt-test\"")
                .contains("\"finish_reason\":\"stop\"", "\"choices\":[],\"usage\":{")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void streamsEventsOfAnthropic() throws Exception {
        HttpResponse<String> response = ask(anthropic, "claude-test");

        assertThat(response.body().lines().filter(line -> line.startsWith("event:")))
                .containsExactly(
                        "event: message_start",
                        "event: ping",
                        "event: content_block_start",
                        "event: content_block_delta",
                        "event: content_block_delta",
                        "event: content_block_delta",
                        "event: content_block_stop",
                        "event: message_delta",
                        "event: message_stop");
        assertThat(response.body()).contains("\"text\":\" claude-test\"");
    }

    @Test
    void recordsRequestsWithoutTheKey() throws Exception {
        ask(openAi, "gpt-test");

        assertThat(openAi.attempts())
                .singleElement()
                .satisfies(
                        attempt -> {
                            assertThat(attempt.method()).isEqualTo("POST");
                            assertThat(attempt.path()).isEqualTo("/v1/chat/completions");
                            assertThat(attempt.model()).isEqualTo("gpt-test");
                            assertThat(attempt.headers()).containsEntry("authorization", "present");
                            assertThat(attempt.headers().toString()).doesNotContain("sk-test");
                            assertThat(attempt.clientLeft()).isFalse();
                        });
    }

    @Test
    void refusesWhatTheVendorRefuses() throws Exception {
        assertThat(post(openAi, "/v1/elsewhere", "{}", "sk").statusCode()).isEqualTo(404);
        assertThat(post(openAi, "/v1/chat/completions", "{}", "sk").statusCode()).isEqualTo(400);
        assertThat(post(openAi, "/v1/chat/completions", body("m"), "").statusCode()).isEqualTo(401);
        assertThat(post(anthropic, "/v1/elsewhere", "{}", "sk").statusCode()).isEqualTo(404);
        assertThat(post(anthropic, "/v1/messages", body("m"), "").statusCode()).isEqualTo(401);
        assertThat(post(anthropic, "/v1/messages", "{\"stream\":true}", "sk").statusCode())
                .isEqualTo(400);
    }

    @Test
    void isBrokenUntilItIsHealed() throws Exception {
        openAi.breakWith(Fault.status(503));

        assertThat(ask(openAi, "m").statusCode()).isEqualTo(503);
        HttpResponse<String> second = ask(openAi, "m");
        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.body()).contains("\"code\":\"server_is_overloaded\"");

        openAi.heal();
        assertThat(ask(openAi, "m").statusCode()).isEqualTo(200);
    }

    @Test
    void isBrokenForSoManyRequests() throws Exception {
        openAi.breakNext(new Fault.Status(429, Duration.ofSeconds(2), Fault.Kind.RATE_LIMIT), 1);

        HttpResponse<String> first = ask(openAi, "m");
        assertThat(first.statusCode()).isEqualTo(429);
        assertThat(first.headers().firstValue("retry-after")).hasValue("2");
        assertThat(ask(openAi, "m").statusCode()).isEqualTo(200);
    }

    @Test
    void isBrokenForOneModelOnly() throws Exception {
        openAi.breakWith("bad", Fault.status(500));

        assertThat(ask(openAi, "bad").statusCode()).isEqualTo(500);
        assertThat(ask(openAi, "good").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesConnectionsAndComesBackOnTheSamePort() throws Exception {
        openAi.breakWith(Fault.Dead.REFUSED);

        assertThatThrownBy(() -> ask(openAi, "m")).isInstanceOf(ConnectException.class);

        openAi.heal();
        assertThat(ask(openAi, "m").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.How.class,
            names = {"FIN", "RST", "INSIDE_LINE", "INSIDE_CHARACTER"})
    void cutsTheBody(Fault.How how) {
        openAi.breakWith(new Fault.Cut(1, how));

        assertThatThrownBy(() -> ask(openAi, "m")).isInstanceOf(IOException.class);
    }

    @Test
    void endsABodyInOrderThatIsNotWhole() throws Exception {
        openAi.breakWith(new Fault.Cut(1, Fault.How.CLEAN));
        assertThat(ask(openAi, "m").body()).contains("one").doesNotContain("two", "[DONE]");

        openAi.breakWith(new Fault.Cut(1, Fault.How.AFTER_CR));
        assertThat(ask(openAi, "m").body()).endsWith("}\r");
    }

    @Test
    void compressesUnasked() throws Exception {
        openAi.breakWith(Fault.Framing.GZIP);

        HttpResponse<InputStream> response =
                client.send(
                        request(openAi, "/v1/chat/completions", body("m"), "sk"),
                        HttpResponse.BodyHandlers.ofInputStream());

        assertThat(response.headers().firstValue("content-encoding")).hasValue("gzip");
        try (InputStream plain = new GZIPInputStream(response.body())) {
            assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void keepsConnectionsAlive() throws Exception {
        ask(openAi, "m");
        ask(openAi, "m");

        assertThat(openAi.openConnections()).isEqualTo(1);
        assertThat(openAi.activeRequests()).isZero();
    }

    @Test
    void noticesAtOnceThatTheClientHasLeft() throws Exception {
        openAi.breakWith(new Fault.HeadersOnly());

        try (Socket socket =
                new Socket(InetAddress.ofLiteral("127.0.0.1"), openAi.baseUrl().getPort())) {
            String body = body("m");
            socket.getOutputStream()
                    .write(
                            ("POST /v1/chat/completions HTTP/1.1\r\nauthorization: x\r\n"
                                            + "content-length: "
                                            + body.length()
                                            + "\r\n\r\n"
                                            + body)
                                    .getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }

        await(() -> openAi.openConnections() == 0);
        assertThat(openAi.attempts())
                .singleElement()
                .matches(Attempt::clientLeft)
                .matches(Attempt::ended);
    }

    @Test
    void breaksOneModelSoManyTimes() throws Exception {
        openAi.breakNext("sick", Fault.status(503), 2);

        assertThat(ask(openAi, "well").statusCode()).isEqualTo(200);
        assertThat(ask(openAi, "sick").statusCode()).isEqualTo(503);
        assertThat(ask(openAi, "sick").statusCode()).isEqualTo(503);
        assertThat(ask(openAi, "sick").statusCode()).isEqualTo(200);
    }

    @Test
    void breaksOneModelForATimeThatBeginsWithItsFirstRequest() throws Exception {
        openAi.breakFor("sick", Fault.status(503), Duration.ofDays(1));
        assertThat(ask(openAi, "sick").statusCode()).isEqualTo(503);

        openAi.breakFor("sick", Fault.status(503), Duration.ofNanos(1));
        assertThat(ask(openAi, "sick").statusCode()).isEqualTo(503);
        assertThat(ask(openAi, "sick").statusCode()).isEqualTo(200);
    }

    @Test
    void tellsWhenAFaultStruck() throws Exception {
        long before = System.nanoTime();
        openAi.breakNext("sick", Fault.status(503), 1);

        ask(openAi, "sick");
        ask(openAi, "sick");

        assertThat(openAi.attempts().getFirst().struck()).isBetween(before, System.nanoTime());
        assertThat(openAi.attempts().getLast().struck()).isZero();
    }

    @Test
    void goesOnInsideABeginningAtTheExactPoint() throws Exception {
        openAi.answer("one \"two\" three caf\u00e9 four", Duration.ZERO, Duration.ZERO);

        String body =
                goOn("{\"role\":\"assistant\",\"content\":\"one \\\"two\\\" three caf\\u00e9\"}");

        assertThat(body).contains("\"content\":\" four\"").doesNotContain("one", "two");
    }

    @Test
    void repeatsTheLastWordsWhenItIsTold() throws Exception {
        openAi.answer("one two three four", Duration.ZERO, Duration.ZERO);
        String begun = "{\"role\":\"assistant\",\"content\":\"one two three\"}";
        String told = ",{\"role\":\"user\",\"content\":\"go on\"}";

        assertThat(goOn(begun + told))
                .containsSubsequence("\"one\"", "\" two\"", "\" three\"", "\" four\"");

        openAi.breakWith(Fault.Continuing.AT_THE_POINT);
        assertThat(goOn(begun + told)).contains("\" four\"").doesNotContain("three");

        openAi.breakWith(Fault.Continuing.ELSEWHERE);
        assertThat(goOn(begun + told)).doesNotContain("four", "three");
    }

    @Test
    void refusesABeginningThatItDoesNotTake() throws Exception {
        openAi.breakWith(Fault.Continuing.REFUSES_PREFILL);

        assertThat(ask(openAi, "m").statusCode()).isEqualTo(200);
        assertThat(
                        post(
                                        openAi,
                                        "/v1/chat/completions",
                                        withMessages("{\"role\":\"assistant\",\"content\":\"a\"}"),
                                        "sk")
                                .statusCode())
                .isEqualTo(400);
    }

    private String goOn(String messages) throws Exception {
        return post(openAi, "/v1/chat/completions", withMessages(messages), "sk").body();
    }

    private static String withMessages(String messages) {
        return body("m").replace("\"messages\":[]", "\"messages\":[" + messages + "]");
    }

    @Test
    void everyFaultHasANameAndIsToldByTheCatalogue() {
        assertThat(Fault.catalogue()).hasSizeGreaterThan(50).doesNotContainValue(null);
        assertThat(Fault.catalogue().keySet()).allMatch(name -> name.matches("[a-z0-9-]+"));
    }

    @Test
    void holdsManyStreamsAtOnce() throws Exception {
        int streams = 300;
        openAi.answer("one two %s", Duration.ofMillis(300), Duration.ofMillis(50));

        List<Future<String>> answers = new ArrayList<>();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < streams; i++) {
                answers.add(readers.submit(() -> ask(openAi, "m").body()));
            }
            await(() -> openAi.activeRequests() == streams);
        }

        assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).endsWith("[DONE]\n\n"));
    }

    private HttpResponse<String> ask(ScriptedProviderServer server, String model)
            throws IOException, InterruptedException {
        String path = server == openAi ? "/v1/chat/completions" : "/v1/messages";
        return post(server, path, body(model), "sk-test");
    }

    private HttpResponse<String> post(
            ScriptedProviderServer server, String path, String body, String key)
            throws IOException, InterruptedException {
        return client.send(request(server, path, body, key), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(
            ScriptedProviderServer server, String path, String body, String key) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.baseUrl().getPort() + path))
                        .header("anthropic-version", "2023-06-01")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        return key.isEmpty()
                ? request.build()
                : request.header("authorization", "Bearer " + key).build();
    }

    private static String body(String model) {
        return "{\"model\":\""
                + model
                + "\",\"stream\":true,\"max_tokens\":9,\"stream_options\":{\"include_usage\":true},"
                + "\"messages\":[]}";
    }

    private static ScriptedProviderServer quick(Wire wire) {
        ScriptedProviderServer server = ScriptedProviderServer.start(wire, 0);
        server.answer("one two %s", Duration.ZERO, Duration.ZERO);
        return server;
    }

    private static void await(java.util.function.BooleanSupplier condition)
            throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 5 s").isLessThan(end);
            Thread.sleep(5);
        }
    }
}
