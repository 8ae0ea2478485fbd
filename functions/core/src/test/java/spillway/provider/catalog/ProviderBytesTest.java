package spillway.provider.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import spillway.chat.ProviderFailure;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.provider.ProviderSettings;
import spillway.provider.ProviderSettings.Kind;

/** Responses byte by byte, as no server should send them. */
@Timeout(60)
class ProviderBytesTest {
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    private static final String OPENAI =
            """
            data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

            data: {"choices":[{"index":0,"delta":{"content":"caf\u00e9"}}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}

            data: [DONE]

            """;
    private static final String ANTHROPIC =
            """
            event: message_start
            data: {"type":"message_start","message":{"usage":{"input_tokens":1}}}

            event: content_block_delta
            data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"caf\u00e9"}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    private final RawServer server = new RawServer();
    private final Providers providers = new Providers(Clock.systemUTC());

    @AfterEach
    void stop() {
        providers.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"OPENAI,\\n", "OPENAI,\\r\\n", "OPENAI,\\r", "ANTHROPIC,\\n", "ANTHROPIC,\\r\\n"})
    void isWholeOnlyWhereTheVendorHasSaidSo(Kind kind, String escapedLineEnd) {
        String lineEnd = escapedLineEnd.replace("\\r", "\r").replace("\\n", "\n");
        String whole = kind == Kind.OPENAI ? OPENAI : ANTHROPIC;
        byte[] bytes = whole.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
        String decisive = kind == Kind.OPENAI ? "\"stop\"}]}\n\n" : "message_stop\"}\n\n";
        String until = whole.substring(0, whole.indexOf(decisive) + decisive.length());
        int first = until.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8).length;
        // Of a CRLF the CR alone ends the line.
        int wholeFrom = lineEnd.equals("\r\n") ? first - 1 : first;

        for (int length = 0; length <= bytes.length; length++) {
            server.respond(concat(STREAM, bytes, length), true);

            Heard heard = hear(kind);

            if (length >= wholeFrom) {
                assertThat(heard.summary()).as("cut at %d", length).isEqualTo("caf\u00e9 -> STOP");
            } else {
                assertThat(heard.failure())
                        .as("cut at %d", length)
                        .isInstanceOf(ProviderFailure.CutOff.class);
                assertThat(heard.summary()).matches("(caf\u00e9 )?-> cut_off \\w+");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"OPENAI", "ANTHROPIC"})
    void survivesAnyBytes(Kind kind) {
        Random random = new Random(42);
        byte[] whole =
                (STREAM + (kind == Kind.OPENAI ? OPENAI : ANTHROPIC))
                        .getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 600; round++) {
            byte[] bytes = whole.clone();
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                // Mostly in the body: a broken status line is soon told.
                int from = random.nextInt(4) == 0 ? 0 : STREAM.length();
                bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt();
            }
            server.respond(bytes, true);

            Heard heard = hear(kind);

            // Reaching this line is the claim: it ended, by an event or a failure and no other way.
            assertThat(heard.summary()).as("round %d", round).contains("-> ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 OK|||malformed no_content_type",
                "200 OK|content-type: text/html||malformed html",
                "200 OK|content-type: image/png|x|malformed content_type",
                "200 OK|content-type: text/plain|x|malformed content_type",
                "200 OK|content-type: image/event-stream|x|malformed content_type",
                "200 OK|content-type: application/json|[1]|malformed json_document",
                "200 OK|content-type: application/json|{|malformed json_document",
                "200 OK|content-type: application/json||malformed json_document",
                "200 OK|content-type: application/problem+json|{\"error\":\"overloaded\"}"
                        + "|error_event overloaded",
                "204 No Content|||malformed no_content_type",
                "301 Moved|location: http://127.0.0.1:1/||account_refused 301 redirect",
                "304 Not Modified|||account_refused 304 redirect",
                "503 Sick|content-type: text/html|<html>|unavailable 503",
                "503 Sick|retry-after: 0||unavailable 503",
                "408 Slow|||unavailable 408",
                "418 Teapot|||account_refused 418",
                "429 Slow down|retry-after-ms: 150||rate_limited retry after 150 ms",
                "503 Sick|content-encoding: br|x|unavailable 503",
                "200 OK|content-type: text/event-stream~content-encoding: br|x"
                        + "|malformed content_encoding",
                "200 OK|content-type: text/event-stream~content-encoding: x-gzip|not gzip at all"
                        + "|malformed gzip",
                "200 OK|content-type: text/event-stream~content-encoding: identity|: x"
                        + "|cut_off inside_event",
            })
    void tellsWhatCameInsteadOfAStream(
            String status, String headers, String body, String expected) {
        String text = body == null ? "" : body;
        String lines = headers == null ? "" : headers.replace("~", "\r\n") + "\r\n";
        server.respond(
                "HTTP/1.1 " + status + "\r\n" + lines + "connection: close\r\n\r\n" + text, true);

        Heard heard = hear(Kind.OPENAI);

        assertThat(heard.summary()).isEqualTo("-> " + expected);
    }

    @Test
    void unpacksAnErrorThatCameCompressed() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(
                    "{\"error\":{\"code\":\"insufficient_quota\"}}"
                            .getBytes(StandardCharsets.UTF_8));
        }
        server.respond(
                concat(
                        "HTTP/1.1 429 No\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n",
                        packed.toByteArray(),
                        packed.size()),
                true);

        assertThat(hear(Kind.OPENAI).summary())
                .isEqualTo("-> account_refused 429 insufficient_quota");
    }

    @Test
    void doesNotWaitForTheBodyOfAnErrorThatStalls() {
        server.respond("HTTP/1.1 503 Sick\r\ncontent-length: 100\r\n\r\n{", false);
        long start = System.nanoTime();

        assertThat(hear(Kind.OPENAI).summary()).isEqualTo("-> unavailable 503");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        Bench.await("the connection is given up", () -> server.clientsLeft.get() == 1);
    }

    @Test
    void readsOnlySoMuchOfAnError() {
        server.respond(
                "HTTP/1.1 500 Sick\r\nconnection: close\r\n\r\n" + "x".repeat(5_000_000), true);

        assertThat(hear(Kind.OPENAI).summary()).isEqualTo("-> unavailable 500");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK\\r\\nx: LONG\\r\\n\\r\\n",
        "NOT HTTP\\r\\n\\r\\n",
        "HTTP/1.1 abc OK\\r\\n\\r\\n",
        "HTTP/1.1 200 OK\\r\\ncontent-type: text/event-stream",
        "HTTP/1.1 200 OK\\r\\ncontent-length: 5\\r\\ncontent-length: x\\r\\n\\r\\n"
    })
    void endsWhenTheHeadersAreNoHeaders(String escaped) {
        server.respond(
                escaped.replace("\\r\\n", "\r\n").replace("LONG", "x".repeat(400_000)), true);

        Heard heard = hear(Kind.OPENAI);

        assertThat(heard.failure())
                .isInstanceOfAny(
                        ProviderFailure.Malformed.class, ProviderFailure.Unreachable.class);
    }

    @Test
    void refusesALineWithoutEnd() {
        server.respond(STREAM + "data: " + "x".repeat(1_100_000), true);

        assertThat(hear(Kind.ANTHROPIC).summary()).isEqualTo("-> malformed too_large");
    }

    @Test
    void refusesJsonThatIsTooDeep() {
        server.respond(STREAM + "data: " + "[".repeat(900_000) + "\n\n", true);

        assertThat(hear(Kind.OPENAI).summary()).isEqualTo("-> malformed json");
    }

    @Test
    void readsNoUtf8AsNoProtocol() {
        byte[] event =
                "data: {\"choices\":[{\"delta\":{\"content\":\"?\"}}]}\n\n"
                        .getBytes(StandardCharsets.US_ASCII);
        event[new String(event, StandardCharsets.US_ASCII).indexOf('?')] = (byte) 0xFF;
        server.respond(concat(STREAM, event, event.length), true);

        assertThat(hear(Kind.OPENAI).summary()).isEqualTo("-> malformed json");
    }

    @Test
    void speaksTlsOnlyWithWhoSpeaksIt() {
        server.greet("this is no TLS, this is no TLS\r\n\r\n");

        assertThat(hear(Kind.OPENAI, server.url("https")).summary())
                .isEqualTo("-> unreachable tls");
    }

    private Heard hear(Kind kind) {
        return hear(kind, server.url("http"));
    }

    private Heard hear(Kind kind, URI url) {
        ChatProvider provider =
                providers.of(new ProviderSettings("p", kind, url, "KEY"), () -> "sk-key");
        try (ChatStream stream = provider.call(Bench.request(), Duration.ofSeconds(2))) {
            return Heard.of(stream);
        }
    }

    private static byte[] concat(String head, byte[] body, int length) {
        byte[] start = head.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[start.length + length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, length);
        return all;
    }
}
