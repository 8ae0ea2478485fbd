package spillway.local.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static spillway.local.url.FunctionUrl.ClientGone.IS_CUT;
import static spillway.local.url.FunctionUrl.ClientGone.RUNS_ON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.local.http.HttpServer;
import spillway.local.http.Limits;
import spillway.local.http.RawClient;

class FunctionUrlTest {
    private static final String GET = "GET /v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private static final String NULS = "\0\0\0\0\0\0\0\0";
    private static final Cors CORS =
            new Cors(
                    List.of("https://app.example"),
                    List.of("GET", "POST"),
                    List.of("content-type"),
                    List.of("x-request-id"),
                    Duration.ofMinutes(5));

    private final ScriptedFunction function = new ScriptedFunction();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(10, Cors.NONE, RUNS_ON);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void sendsStatusHeadersAndCookiesOfThePrelude() throws IOException {
        function.says(
                "{\"statusCode\":201,\"headers\":{\"content-type\":\"text/plain\","
                        + "\"content-length\":\"5\"},\"cookies\":[\"a=b\",\"c=d\"]}",
                NULS,
                "body");

        assertThat(ask(GET))
                .startsWith("HTTP/1.1 201 \r\n")
                .contains("content-type: text/plain\r\n", "set-cookie: a=b\r\nset-cookie: c=d\r\n")
                .contains("x-amzn-requestid: ")
                .doesNotContain("content-length")
                .endsWith("\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
    }

    @Test
    void findsThePreludesEndHoweverItIsSplit() throws IOException {
        byte[] answer = ("{\"statusCode\":200}" + NULS + "a\0b").getBytes(StandardCharsets.UTF_8);
        for (int i = 1; i < answer.length; i++) {
            function.says(
                    new String(answer, 0, i, StandardCharsets.UTF_8),
                    new String(answer, i, answer.length - i, StandardCharsets.UTF_8));

            assertThat(ask(GET))
                    .contains(" 200 OK")
                    .doesNotContain("statusCode")
                    .contains("b\r\n0");
        }
    }

    @Test
    void passesEachPieceOnBeforeTheNextIsThere() throws IOException {
        function.says("{}" + NULS + "one");
        function.staysOpen();
        try (var client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(client.readTo("3\r\none\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
            function.saysMore("more");
            assertThat(client.readTo("4\r\nmore\r\n")).isEqualTo("4\r\nmore\r\n");
            function.ends();
            assertThat(client.readTo("0\r\n\r\n")).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    void sendsAResponseWithoutPreludeAsItIs() throws IOException {
        function.contentType = "text/event-stream";
        function.says("data: {}\n\n");

        assertThat(ask(GET))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-type: text/event-stream\r\n")
                .endsWith("a\r\ndata: {}\n\n\r\n0\r\n\r\n");
    }

    @Test
    void sendsNoBodyWithAStatusThatHasNone() throws IOException {
        function.says("{\"statusCode\":204}" + NULS + ":\n\n");

        assertThat(ask(GET))
                .startsWith("HTTP/1.1 204 ")
                .doesNotContain("chunked")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"statusCode\":200}",
                "{\"statusCode\":200",
                "not json\0\0\0\0\0\0\0\0body",
                "{\"statusCode\":99}\0\0\0\0\0\0\0\0body",
                "{\"statusCode\":\"200\"}\0\0\0\0\0\0\0\0body",
                "{\"headers\":{\"a\":1}}\0\0\0\0\0\0\0\0body",
                "{\"headers\":{\"a\":\"b\\r\\nc: d\"}}\0\0\0\0\0\0\0\0body",
                "{\"headers\":{\"a b\":\"c\"}}\0\0\0\0\0\0\0\0body",
                "{\"cookies\":[1]}\0\0\0\0\0\0\0\0body",
                "{\"isBase64Encoded\":true}\0\0\0\0\0\0\0\0body",
            })
    void answers502ToAPreludeThatLambdaWouldNotUnderstand(String response) throws IOException {
        function.says(response);

        assertThat(ask(GET)).startsWith("HTTP/1.1 502 ").endsWith("\r\n\r\nInternal Server Error");
    }

    @Test
    void answers502ToAFunctionThatFailsBeforeItResponds() throws IOException {
        function.fails = true;

        assertThat(ask(GET))
                .startsWith("HTTP/1.1 502 ")
                .contains("content-type: application/json\r\n")
                .endsWith("\r\n\r\nInternal Server Error");
    }

    @Test
    void breaksOffWhenTheFunctionIsCutInItsAnswer() throws IOException {
        function.says("{}" + NULS + "one");
        function.staysOpen();
        try (var client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            client.readTo("one\r\n");
            function.isCut();

            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void cutsAResponseThatBeginsAfterTheClientWasAnswered() throws Exception {
        server.close();
        var late = new ArrayBlockingQueue<Function.Receiver>(1);
        server =
                start(
                        (event, receiver) -> {
                            late.add(receiver);
                            throw new Function.Failed("too late");
                        },
                        1,
                        Cors.NONE,
                        RUNS_ON);

        assertThat(ask(GET)).startsWith("HTTP/1.1 502 ");
        assertThatIOException().isThrownBy(() -> late.element().begin("text/plain"));
    }

    @Test
    void passesAPieceLargerThanItsBufferOnWhole() throws IOException {
        String long1 = "1".repeat(20_000);
        function.says("{}" + NULS + long1, "2".repeat(40_000));

        String heard = ask(GET).replaceAll("\\r\\n[0-9a-f]+\\r\\n", "").replace("\r\n", "");

        assertThat(heard).startsWith("HTTP/1.1 200").contains(long1 + "2".repeat(40_000));
    }

    @Test
    void refusesAnEventOverTheLimitInTheFormOfTheGateway() throws IOException {
        int bytes = 5 * 1024 * 1024;
        String head =
                "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + "Content-Type: application/octet-stream\r\nContent-Length: "
                        + bytes
                        + "\r\n\r\n";
        try (var client = new RawClient(server.port())) {
            client.send(head).send(new byte[bytes]);

            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 413 ")
                    .contains("content-type: application/problem+json\r\n")
                    .contains("\"type\":\"urn:spillway:problem:payload-too-large\"");
        }
    }

    @Test
    void throttlesMoreThanItsConcurrency() throws IOException {
        server.close();
        server = start(1, Cors.NONE, RUNS_ON);
        function.says("{}" + NULS + "one");
        function.staysOpen();
        try (var first = new RawClient(server.port())) {
            first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readTo("one\r\n");

            assertThat(ask(GET))
                    .startsWith("HTTP/1.1 429 ")
                    .endsWith("{\"Message\":\"Rate Exceeded.\"}");

            function.ends();
            first.readTo("0\r\n\r\n");
            assertThat(ask(GET)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void letsAFunctionRunOnWhoseClientIsGone() throws Exception {
        letGo();
        function.saysUntilRefused(50);

        assertThat(function.wasCut()).isFalse();
    }

    @Test
    void cutsAFunctionWhoseClientIsGoneWhenToldTo() throws Exception {
        server.close();
        server = start(1, Cors.NONE, IS_CUT);
        letGo();
        function.saysUntilRefused(10_000);

        assertThat(function.wasCut()).isTrue();
    }

    private void letGo() throws IOException {
        function.says("{}" + NULS + "one");
        function.staysOpen();
        try (var client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readTo("one\r\n");
        }
    }

    @Test
    void makesTheEventOfPayloadFormat2() throws IOException {
        function.says("{}" + NULS + "x");

        ask(
                lines(
                                "POST /v1/a%20b?q=1&q=%C3%A4&r HTTP/1.1",
                                "Host: h:1",
                                "Connection: close",
                                "Content-Type: application/json",
                                "X-Two: 1",
                                "X-Two: 2",
                                "Cookie: a=b; c=d",
                                "User-Agent: ua",
                                "Content-Length: 2",
                                "")
                        + "{}");

        JsonNode event = function.event();
        assertThat(event.get("version").asText()).isEqualTo("2.0");
        assertThat(event.get("rawPath").asText()).isEqualTo("/v1/a%20b");
        assertThat(event.get("rawQueryString").asText()).isEqualTo("q=1&q=%C3%A4&r");
        assertThat(event.get("queryStringParameters"))
                .isEqualTo(new ObjectMapper().valueToTree(Map.of("q", "1,ä", "r", "")));
        assertThat(event.get("headers").get("x-two").asText()).isEqualTo("1,2");
        assertThat(event.get("headers").get("host").asText()).isEqualTo("h:1");
        assertThat(event.get("headers").has("cookie")).isFalse();
        assertThat(event.get("cookies").toString()).isEqualTo("[\"a=b\",\"c=d\"]");
        assertThat(event.get("body").asText()).isEqualTo("{}");
        assertThat(event.get("isBase64Encoded").asBoolean()).isFalse();
        JsonNode context = event.get("requestContext");
        assertThat(context.get("http").get("method").asText()).isEqualTo("POST");
        assertThat(context.get("http").get("path").asText()).isEqualTo("/v1/a%20b");
        assertThat(context.get("http").get("userAgent").asText()).isEqualTo("ua");
        assertThat(context.get("requestId").asText()).hasSize(36);
        assertThat(context.get("time").asText()).isEqualTo("02/Jan/2026:03:04:05 +0000");
        assertThat(context.get("timeEpoch").asLong()).isEqualTo(1767323045000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/octet-stream", "application/json"})
    void encodesABodyThatIsNotTextInBase64(String type) throws IOException {
        function.says("{}" + NULS + "x");

        ask(
                lines("POST / HTTP/1.1", "Host: x", "Connection: close", "Content-Length: 2")
                        + "Content-Type: "
                        + type
                        + "\r\n\r\n\u00ff\u00fe");

        assertThat(function.event().get("body").asText()).isEqualTo("//4=");
        assertThat(function.event().get("isBase64Encoded").asBoolean()).isTrue();
    }

    @Test
    void answersAPreflightItself() throws IOException {
        server.close();
        server = start(1, CORS, RUNS_ON);

        String heard =
                ask(
                        lines(
                                "OPTIONS / HTTP/1.1",
                                "Host: x",
                                "Connection: close",
                                "Origin: https://app.example",
                                "Access-Control-Request-Method: POST",
                                ""));

        assertThat(heard)
                .startsWith("HTTP/1.1 200 ")
                .contains(
                        "access-control-allow-origin: https://app.example\r\n",
                        "access-control-allow-methods: GET,POST\r\n",
                        "access-control-allow-headers: content-type\r\n",
                        "access-control-max-age: 300\r\n");
        assertThat(function.invocations()).isZero();
    }

    @Test
    void addsTheOriginToAnswersForAllowedOnesOnly() throws IOException {
        server.close();
        server = start(1, CORS, RUNS_ON);
        String request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: ";

        function.says("{}" + NULS + "x");
        assertThat(ask(request + "https://app.example\r\n\r\n"))
                .contains("access-control-allow-origin: https://app.example\r\n")
                .contains("access-control-expose-headers: x-request-id\r\n");
        function.says("{}" + NULS + "x");
        assertThat(ask(request + "https://evil.example\r\n\r\n")).doesNotContain("access-control");
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    private String ask(String request) throws IOException {
        try (var client = new RawClient(server.port())) {
            return client.send(request).readAll();
        }
    }

    private HttpServer start(int concurrency, Cors cors, FunctionUrl.ClientGone clientGone)
            throws IOException {
        return start(function, concurrency, cors, clientGone);
    }

    private static HttpServer start(
            Function function, int concurrency, Cors cors, FunctionUrl.ClientGone clientGone)
            throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
        return HttpServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new FunctionUrl(function, "test", concurrency, cors, clientGone, clock),
                Limits.FUNCTION_URL);
    }
}
