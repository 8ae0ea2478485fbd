package spillway.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.local.console.ConsolePage;
import spillway.local.http.HttpHandler;
import spillway.local.http.HttpServer;
import spillway.local.http.Limits;
import spillway.local.http.RawClient;

class FrontDoorTest {
    private final ScriptedProviders providers = new ScriptedProviders();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        FrontDoor door =
                new FrontDoor(
                        new FrontDoor.Routes(
                                says("generate"),
                                says("stream"),
                                says("status"),
                                new ConsolePage(),
                                new RoutesDocument(() -> Configuration.of("{\"routes\":[]}")),
                                new ProviderSwitches(providers)),
                        List.of("https://app.example"));
        server =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        door,
                        Limits.FUNCTION_URL);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        providers.close();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/stream/generate, generate",
        "GET, /v1/stream/stream, stream",
        "GET, /v1/stream/providers/status, status",
        "GET, /v1/stream/providers/health, status",
    })
    void sendsEachPathToItsFunction(String method, String path, String function)
            throws IOException {
        assertThat(ask(method, path)).startsWith("HTTP/1.1 200 OK").endsWith("\r\n" + function);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v1/stream/generate/", "/v1/other", "/favicon.ico", "/local"})
    void answersAProblemToPathsThatAreNobodys(String path) throws IOException {
        assertThat(ask("GET", path))
                .startsWith("HTTP/1.1 404 ")
                .contains("application/problem+json", "/v1/stream/generate");
    }

    @Test
    void servesTheConsoleToReadersUnderAStrictPolicy() throws IOException {
        assertThat(ask("GET", "/"))
                .startsWith("HTTP/1.1 200 OK")
                .contains("content-security-policy: default-src 'none'; script-src 'sha256-")
                .contains("<title>Spillway console</title>");
        assertThat(ask("POST", "/")).startsWith("HTTP/1.1 405 ").contains("allow: GET, HEAD\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[::2]"})
    void refusesAHostThatIsNotThisMachine(String host) throws IOException {
        assertThat(raw("GET /v1/stream/stream HTTP/1.1\r\nHost: " + host + "\r\n"))
                .startsWith("HTTP/1.1 421 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost:1234", "LOCALHOST", "[::1]:8080"})
    void takesTheNamesOfThisMachine(String host) throws IOException {
        assertThat(raw("GET /v1/stream/stream HTTP/1.1\r\nHost: " + host + "\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/stream/generate, Origin: https://evil.example, 403",
        "/v1/stream/generate, Origin: null, 403",
        "/v1/stream/generate, Origin: https://app.example, 200",
        "/v1/stream/generate, Origin: http://localhost, 200",
        "/v1/stream/generate, Sec-Fetch-Site: cross-site, 403",
        "/v1/stream/generate, Sec-Fetch-Site: same-site, 403",
        "/v1/stream/generate, Sec-Fetch-Site: none, 200",
        "/v1/stream/generate, Sec-Fetch-Site: same-origin, 200",
        "/local/providers/openai/heal, Origin: https://app.example, 403",
        "/local/providers/openai/heal, Origin: http://localhost, 200",
    })
    void keepsPagesOfOtherSitesOut(String path, String header, int status) throws IOException {
        assertThat(raw("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n"))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void tellsWhatCanBeAskedFor() throws IOException {
        assertThat(ask("GET", "/local/routes"))
                .startsWith("HTTP/1.1 200 OK")
                .contains("content-type: application/json")
                .endsWith("\r\n{\"routes\":[]}");
        assertThat(ask("POST", "/local/routes")).startsWith("HTTP/1.1 405 ");
    }

    @Test
    void breaksAndHealsAScriptedProvider() throws IOException {
        assertThat(ask("POST", "/local/providers/openai/break?fault=status-500"))
                .startsWith("HTTP/1.1 200 ")
                .contains("{\"name\":\"openai\",\"fault\":\"status-500\",\"attempts\":0}")
                .contains("{\"name\":\"anthropic\",\"fault\":null,\"attempts\":0}");
        assertThat(providers.server("openai").fault()).isNotNull();

        assertThat(ask("POST", "/local/providers/openai/heal"))
                .contains("{\"name\":\"openai\",\"fault\":null");
        assertThat(providers.server("openai").fault()).isNull();
        assertThat(ask("GET", "/local/providers")).contains("\"faults\":[\"refused\",");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /local/providers/openai/break?fault=nonsense, 400",
        "POST, /local/providers/openai/break, 400",
        "POST, /local/providers/gemini/heal, 404",
        "GET, /local/providers/openai/heal, 405",
        "POST, /local/providers, 405",
        "GET, /local/other, 404",
    })
    void refusesSwitchesThatThereAreNot(String method, String path, int status) throws IOException {
        assertThat(ask(method, path)).startsWith("HTTP/1.1 " + status + " ");
    }

    private String ask(String method, String path) throws IOException {
        return raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    }

    private String raw(String head) throws IOException {
        try (var client = new RawClient(server.port())) {
            return client.send(head + "Connection: close\r\n\r\n").readAll();
        }
    }

    private static HttpHandler says(String text) {
        return (_, response) ->
                response.send(200, List.of(), text.getBytes(StandardCharsets.UTF_8));
    }
}
