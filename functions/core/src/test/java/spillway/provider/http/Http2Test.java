package spillway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.chat.FinishReason;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.provider.ChatStream;

/** HTTP/2 over TLS, as vendors speak it: many streams on one connection. */
@Timeout(30)
class Http2Test {
    private static final int INTERNAL_ERROR = 2;
    private static final int REFUSED_STREAM = 7;
    private static final String TEXT = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n";
    private static final String REASON =
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String WHOLE = TEXT + REASON + "data: [DONE]\n\n";
    private static final HeldCertificate CERTIFICATE =
            new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();

    private final MockWebServer server = new MockWebServer();
    private final ProviderHttp http =
            new ProviderHttp(Clock.systemUTC(), trusting(new OkHttpClient.Builder()));

    @BeforeEach
    void start() throws IOException {
        var own = new HandshakeCertificates.Builder().heldCertificate(CERTIFICATE).build();
        server.useHttps(own.sslSocketFactory());
        server.start();
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    @Test
    void streamsOverOneConnection() throws Exception {
        for (int i = 0; i < 3; i++) {
            server.enqueue(stream().body(WHOLE).build());

            assertThat(hear()).isEqualTo("hi STOP");

            RecordedRequest request = server.takeRequest();
            assertThat(request.getVersion()).isEqualTo("HTTP/2");
            assertThat(request.getConnectionIndex()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, INTERNAL_ERROR, REFUSED_STREAM})
    void aStreamThatIsResetMidwayIsCutOff(int code) {
        server.enqueue(
                stream()
                        .body(TEXT + ": ".repeat(TEXT.length()))
                        .onResponseBody(new SocketEffect.CloseStream(code))
                        .build());

        ProviderFailure failure = failure();

        assertThat(failure).isInstanceOf(ProviderFailure.CutOff.class);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void aStreamThatEndsCleanlyWithoutItsLastEventIsCutOff() {
        server.enqueue(stream().body(TEXT).build());

        assertThat(failure()).isEqualTo(new ProviderFailure.CutOff("clean_end"));
    }

    @Test
    void leavesAConnectionThatGoesAway() throws Exception {
        server.enqueue(
                stream()
                        .body(WHOLE)
                        .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
                        .build());
        server.enqueue(stream().body(WHOLE).build());

        assertThat(hear()).isEqualTo("hi STOP");
        assertThat(hear()).isEqualTo("hi STOP");
    }

    @Test
    void asksOnceMoreWhereAConnectionInUseRefusedTheStream() throws Exception {
        server.enqueue(stream().body(WHOLE).build());
        server.enqueue(refused());
        server.enqueue(stream().body(WHOLE).build());

        assertThat(hear()).isEqualTo("hi STOP");
        assertThat(hear()).isEqualTo("hi STOP");

        assertThat(server.takeRequest().getConnectionIndex()).isZero();
    }

    @Test
    void asksOnlyOnceOnANewConnection() {
        server.enqueue(refused());
        server.enqueue(stream().body(WHOLE).build());

        assertThat(failure()).isInstanceOf(ProviderFailure.Unreachable.class);
    }

    @Test
    void asksOnlyOnceWhereTheProviderHasFailed() throws Exception {
        server.enqueue(stream().body(WHOLE).build());
        server.enqueue(
                stream().onResponseStart(new SocketEffect.CloseStream(INTERNAL_ERROR)).build());
        server.enqueue(stream().body(WHOLE).build());

        assertThat(hear()).isEqualTo("hi STOP");
        assertThat(failure()).isInstanceOf(ProviderFailure.Unreachable.class);
    }

    @Test
    void closingCancelsItsStreamAndLeavesTheOthersAlone() throws Exception {
        var endless = new Endless();
        var held = new Held();
        server.enqueue(stream().body(endless).build());
        server.enqueue(stream().body(held).build());

        try (ChatStream second = call()) {
            try (ChatStream first = call()) {
                assertThat(first.next()).isEqualTo(new StreamEvent.Opened());
                assertThat(first.next()).isEqualTo(new StreamEvent.TextDelta("hi"));
                assertThat(second.next()).isEqualTo(new StreamEvent.Opened());
            }

            assertThat(endless.cancelled.await(5, TimeUnit.SECONDS)).isTrue();
            held.release.countDown();
            assertThat(second.next()).isInstanceOf(StreamEvent.Alive.class);
            assertThat(second.next()).isEqualTo(new StreamEvent.TextDelta("hi"));
            assertThat(second.next()).isInstanceOf(StreamEvent.Alive.class);
            assertThat(second.next()).isEqualTo(new StreamEvent.Finish(FinishReason.STOP));
        }
        assertThat(server.takeRequest().getConnectionIndex()).isZero();
        assertThat(server.takeRequest().getConnectionIndex()).isZero();
    }

    @Test
    void closingWakesWhoWaitsForAnEvent() throws Exception {
        var held = new Held();
        server.enqueue(stream().body(held).build());

        try (ChatStream stream = call()) {
            assertThat(stream.next()).isEqualTo(new StreamEvent.Opened());
            assertThat(stream.next()).isEqualTo(new StreamEvent.Alive());
            Thread closer = Thread.startVirtualThread(stream::close);

            assertThatExceptionOfType(ProviderException.class)
                    .isThrownBy(stream::next)
                    .withMessage("cut_off closed_by_reader");
            closer.join();
        } finally {
            held.release.countDown();
        }
    }

    /** Signs of life must not put off the end of an answer that has told its reason. */
    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP_2", "HTTP_1_1"})
    void aWholeAnswerDoesNotWaitForEverForItsLastEvent(Protocol protocol) throws Exception {
        server.setProtocols(
                protocol == Protocol.HTTP_2
                        ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
                        : List.of(protocol));
        server.enqueue(
                stream()
                        .body(TEXT + REASON + ": still here\n".repeat(1000))
                        .throttleBody(TEXT.length() + REASON.length(), 100, TimeUnit.MILLISECONDS)
                        .build());
        long start = System.nanoTime();

        assertThat(hear()).isEqualTo("hi STOP");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    private String hear() throws ProviderException {
        var heard = new StringBuilder();
        try (ChatStream stream = call()) {
            while (true) {
                switch (stream.next()) {
                    case StreamEvent.TextDelta(var text) -> heard.append(text);
                    case StreamEvent.Finish(var reason) -> {
                        return heard.append(' ').append(reason).toString();
                    }
                    case StreamEvent _ -> {}
                }
            }
        }
    }

    private ProviderFailure failure() {
        try {
            throw new AssertionError("it came whole: " + hear());
        } catch (ProviderException e) {
            return e.failure();
        }
    }

    private ChatStream call() {
        return HelloCall.to(http, URI.create(server.url("/v1").toString()));
    }

    private static MockResponse.Builder stream() {
        return new MockResponse.Builder().addHeader("content-type", "text/event-stream");
    }

    private static MockResponse refused() {
        return stream().onRequestStart(new SocketEffect.CloseStream(REFUSED_STREAM)).build();
    }

    private static OkHttpClient.Builder trusting(OkHttpClient.Builder builder) {
        var trusted =
                new HandshakeCertificates.Builder()
                        .addTrustedCertificate(CERTIFICATE.certificate())
                        .build();
        return builder.sslSocketFactory(trusted.sslSocketFactory(), trusted.trustManager());
    }

    private static void write(BufferedSink sink, String text) throws IOException {
        sink.write(text.getBytes(StandardCharsets.UTF_8)).flush();
    }

    /** Speaks until its reader has cancelled. */
    private static final class Endless implements MockResponseBody {
        final CountDownLatch cancelled = new CountDownLatch(1);

        @Override
        public long getContentLength() {
            return -1;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            try {
                while (true) {
                    write(sink, TEXT);
                    Thread.sleep(5);
                }
            } catch (IOException e) {
                cancelled.countDown();
                throw e;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    /** Only shows that it is alive until it is released, then says all. */
    private static final class Held implements MockResponseBody {
        final CountDownLatch release = new CountDownLatch(1);

        @Override
        public long getContentLength() {
            return -1;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            // Takes the headers with it.
            write(sink, ": held\n");
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            write(sink, WHOLE);
        }
    }
}
