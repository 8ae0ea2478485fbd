package spillway.local.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
    private static final Limits LIMITS =
            new Limits(
                    2048,
                    20,
                    1000,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    100);

    private HttpServer server = start(HttpServerTest::echo, LIMITS);

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void answersRequestsOnOneConnectionOneAfterTheOther() throws IOException {
        try (var client = new RawClient(server.port())) {
            client.send("GET /first?a=%20b HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readTo("GET /first a=%20b 0:"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .doesNotContain("connection:");

            client.send("POST /second HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.readTo("POST /second  3:abc")).contains("content-length: 19\r\n");
        }
    }

    @Test
    void answersRequestsThatCameTogetherInTheirOrder() throws IOException {
        try (var client = new RawClient(server.port())) {
            String one = "POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1";
            client.send(one + "\r\nGET /two HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

            String heard = client.readAll();

            assertThat(heard).contains("POST /one  1:1HTTP/1.1 200 OK").endsWith("GET /two  0:");
            assertThat(heard).containsOnlyOnce("connection: close");
        }
    }

    @Test
    void readsAChunkedBodyWithExtensionsAndTrailersAtEverySplit() throws IOException {
        String request =
                String.join(
                        "\r\n",
                        "POST / HTTP/1.1",
                        "Host: x",
                        "Transfer-Encoding: chunked",
                        "",
                        "3;name=value",
                        "abc",
                        "0A",
                        "0123456789",
                        "0",
                        "Trailer: t",
                        "",
                        "");
        try (var client = new RawClient(server.port())) {
            for (int i = 1; i < request.length(); i += 3) {
                client.send(request.substring(0, i)).send(request.substring(i));

                assertThat(client.readTo("POST /  13:abc0123456789")).contains("200 OK");
            }
        }
    }

    @Test
    void saysContinueOnlyWhenItWillReadTheBody() throws IOException {
        String head = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ";
        try (var client = new RawClient(server.port())) {
            client.send(head + "2\r\n\r\n");
            assertThat(client.readTo("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("ok");
            assertThat(client.readTo("POST /  2:ok")).startsWith("HTTP/1.1 200 OK");
        }
        try (var client = new RawClient(server.port())) {
            client.send(head + "1001\r\n\r\n");
            assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void answersHeadWithoutABody() throws IOException {
        try (var client = new RawClient(server.port())) {
            client.send("HEAD /h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

            assertThat(client.readAll()).contains("content-length: 11\r\n").endsWith("\r\n\r\n");
        }
    }

    @Test
    void closesAfterAnHttp10RequestUnlessAskedToStay() throws IOException {
        try (var client = new RawClient(server.port())) {
            client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(client.readTo("GET /a  0:")).contains("connection: keep-alive\r\n");
            client.send("GET /b HTTP/1.0\r\n\r\n");
            assertThat(client.readAll()).contains("connection: close\r\n").endsWith("GET /b  0:");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | GET / HTTP/1.1~Host: x~Host: y~~",
                "400 | GET / HTTP/1.1~~",
                "400 | GET  / HTTP/1.1~Host: x~~",
                "400 | G(T / HTTP/1.1~Host: x~~",
                "400 | GET relative HTTP/1.1~Host: x~~",
                "400 | GET /#f HTTP/1.1~Host: x~~",
                "400 | GET / SPDY/3~Host: x~~",
                "505 | GET / HTTP/2.0~Host: x~~",
                "400 | GET / HTTP/1.1~Host : x~~",
                "400 | GET / HTTP/1.1~Host: x~ folded~~",
                "400 | GET / HTTP/1.1~Host: x~nocolon~~",
                "400 | POST / HTTP/1.1~Host: x~Content-Length: 1~Content-Length: 2~~ab",
                "400 | POST / HTTP/1.1~Host: x~Content-Length: +1~~a",
                "400 | POST / HTTP/1.1~Host: x~Content-Length: 1~Transfer-Encoding: chunked~~",
                "400 | POST / HTTP/1.0~Transfer-Encoding: chunked~~",
                "501 | POST / HTTP/1.1~Host: x~Transfer-Encoding: gzip, chunked~~",
                "400 | POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~x~",
                "400 | POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~2~abc~",
                "413 | POST / HTTP/1.1~Host: x~Content-Length: 1001~~",
                "413 | POST / HTTP/1.1~Host: x~Content-Length: 99999999999999999999~~",
                "413 | POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~3e9~",
                "413 | POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~fffffffff~",
                "417 | POST / HTTP/1.1~Host: x~Expect: tea~Content-Length: 1~~",
            })
    void refusesWhatCannotBeUnderstoodInOneWay(int status, String lines) throws IOException {
        try (var client = new RawClient(server.port())) {
            client.send(lines.replace("~", "\r\n"));

            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("connection: close\r\n", "application/problem+json", "\"detail\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\nHost: \u0001\r\n\r\n"})
    void refusesBareLineFeedsAndControlCharacters(String text) throws IOException {
        try (var client = new RawClient(server.port())) {
            client.send(text);

            assertThat(client.readAll()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void boundsTheHead() throws IOException {
        try (var client = new RawClient(server.port())) {
            client.send("GET /" + "x".repeat(3000) + " HTTP/1.1\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 414 ");
        }
        try (var client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\nLong: " + "x".repeat(3000));
            assertThat(client.readAll()).startsWith("HTTP/1.1 431 ");
        }
        try (var client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(30));
            assertThat(client.readAll()).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void endsASenderThatTricklesItsHead() throws IOException {
        server.close();
        server = start(HttpServerTest::echo, times(Duration.ofSeconds(5), Duration.ofMillis(200)));
        try (var client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost:");

            assertThat(client.readAll()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void closesAnIdleConnectionWithoutAWord() throws IOException {
        server.close();
        server = start(HttpServerTest::echo, times(Duration.ofMillis(100), Duration.ofSeconds(5)));
        try (var client = new RawClient(server.port())) {
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void sendsEachChunkAtOnce() throws Exception {
        CountDownLatch firstHeard = new CountDownLatch(1);
        CountDownLatch secondHeard = new CountDownLatch(1);
        server.close();
        server =
                start(
                        (_, response) -> {
                            response.begin(200, List.of(new Header("a", "b")));
                            chunk(response, "one");
                            await(firstHeard);
                            chunk(response, "a second one");
                            await(secondHeard);
                            response.end();
                        },
                        LIMITS);
        try (var client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(client.readOnce()).contains("a: b\r\n").endsWith("\r\n\r\n3\r\none\r\n");
            firstHeard.countDown();
            assertThat(client.readOnce()).isEqualTo("c\r\na second one\r\n");
            secondHeard.countDown();
            assertThat(client.readOnce()).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    void sendsAnHttp10ClientTheBodyWithoutChunks() throws IOException {
        server.close();
        server =
                start(
                        (_, response) -> {
                            response.begin(200, List.of());
                            chunk(response, "one");
                            chunk(response, "two");
                            response.end();
                        },
                        LIMITS);
        try (var client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

            assertThat(client.readAll())
                    .contains("connection: close\r\n")
                    .doesNotContain("chunked")
                    .endsWith("\r\n\r\nonetwo");
        }
    }

    @Test
    void breaksOffAnAnswerThatWasNotEnded() throws IOException {
        server.close();
        server =
                start(
                        (_, response) -> {
                            response.begin(200, List.of());
                            chunk(response, "one");
                        },
                        LIMITS);
        try (var client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(client.readAll()).endsWith("3\r\none\r\n");
        }
    }

    private static void echo(HttpRequest request, HttpResponse response) throws IOException {
        String text =
                request.method()
                        + " "
                        + request.path()
                        + " "
                        + request.query()
                        + " "
                        + request.body().length
                        + ":"
                        + new String(request.body(), StandardCharsets.UTF_8);
        response.send(200, List.of(), text.getBytes(StandardCharsets.UTF_8));
    }

    private static void chunk(HttpResponse response, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] buffer = new byte[HttpResponse.CHUNK_HEAD + bytes.length + HttpResponse.CHUNK_TAIL];
        System.arraycopy(bytes, 0, buffer, HttpResponse.CHUNK_HEAD, bytes.length);
        response.chunk(buffer, HttpResponse.CHUNK_HEAD, HttpResponse.CHUNK_HEAD + bytes.length);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static Limits times(Duration idle, Duration headTime) {
        return new Limits(2048, 20, 1000, idle, headTime, Duration.ofSeconds(5), 100);
    }

    private static HttpServer start(HttpHandler handler, Limits limits) {
        try {
            return HttpServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), handler, limits);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
