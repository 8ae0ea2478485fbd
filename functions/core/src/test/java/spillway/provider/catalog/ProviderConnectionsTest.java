package spillway.provider.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.provider.ApiKey;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.provider.ProviderSettings;
import spillway.provider.ProviderSettings.Kind;
import spillway.testkit.provider.Attempt;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.Wire;

/** Connections: opened, shared, given back, and never left behind. */
@Timeout(30)
class ProviderConnectionsTest {

    @ParameterizedTest
    @EnumSource
    void usesAConnectionAgainOnceAnAnswerIsWhole(Wire wire) {
        try (Bench bench = new Bench(wire)) {
            for (int i = 0; i < 20; i++) {
                assertThat(bench.hear().failure()).isNull();
            }

            // The rest of a body is read aside, so a call that follows at once may miss it.
            assertThat(bench.server.openConnections()).isBetween(1, 5);
            Bench.await(
                    "no connection",
                    () -> {
                        bench.providers.closeIdle();
                        return bench.server.openConnections() == 0;
                    });
        }
    }

    @Test
    void usesAConnectionAgainAfterAnError() {
        try (Bench bench = new Bench(Wire.OPENAI)) {
            bench.server.breakNext(Fault.status(500), 3);
            for (int i = 0; i < 4; i++) {
                bench.hear();
            }

            assertThat(bench.server.openConnections()).isEqualTo(1);
        }
    }

    @Test
    void asksAgainWhereAnIdleConnectionTurnsOutToBeClosed() throws Exception {
        try (Bench bench = new Bench(Wire.OPENAI)) {
            for (int i = 0; i < 10; i++) {
                // Several connections at once: it must not go from one stale one to the next.
                List<ChatStream> streams = List.of(bench.call(), bench.call());
                for (ChatStream stream : streams) {
                    stream.next();
                }
                for (ChatStream stream : streams) {
                    assertThat(Heard.of(stream).failure()).isNull();
                    stream.close();
                }
                bench.server.breakWith(Fault.Dead.REFUSED);
                bench.server.heal();

                assertThat(bench.hear().failure()).isNull();

                assertThat(bench.server.attempts()).hasSize(3 * (i + 1));
            }
        }
    }

    @Test
    void asksNoThirdTime() {
        try (Bench bench = new Bench(Wire.OPENAI)) {
            bench.server.breakNext(Fault.status(500), 1);
            bench.hear();
            bench.server.breakWith(Fault.Dead.CLOSED);

            assertThat(bench.hear().failure())
                    .isEqualTo(new ProviderFailure.Unreachable("connection_closed"));

            assertThat(bench.server.attempts()).hasSize(3);
        }
    }

    @Test
    void closesTheConnectionOfAnAnswerThatIsNotReadToItsEnd() throws Exception {
        try (Bench bench = new Bench(Wire.OPENAI)) {
            bench.server.answer(Bench.TEXT, Duration.ZERO, Duration.ofSeconds(10));
            ChatStream stream = bench.call();
            StreamEvent event = stream.next();
            while (!(event instanceof StreamEvent.TextDelta)) {
                event = stream.next();
            }

            stream.close();
            stream.close();

            Bench.await("no connection", () -> bench.server.openConnections() == 0);
            assertThat(bench.server.attempts()).singleElement().matches(Attempt::clientLeft);
            assertCutOff(stream);
        }
    }

    @Test
    void sendsNothingWhenItIsClosedBeforeItIsRead() {
        try (Bench bench = new Bench(Wire.OPENAI)) {
            ChatStream stream = bench.call();

            stream.close();

            assertCutOff(stream);
            assertThat(bench.server.attempts()).isEmpty();
            assertThat(bench.server.openConnections()).isZero();
        }
    }

    @Test
    void holdsManyStreamsAtOnce() throws Exception {
        int streams = 120;
        try (Bench bench = new Bench(Wire.OPENAI);
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            bench.server.answer(Bench.TEXT, Duration.ofMillis(400), Duration.ofMillis(5));
            List<Future<Heard>> heard = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                heard.add(readers.submit(bench::hear));
            }

            Bench.await("all at once", () -> bench.server.activeRequests() == streams);

            for (Future<Heard> one : heard) {
                assertThat(one.get().summary()).isEqualTo(Bench.TEXT + " -> STOP");
            }
            Bench.await("all answered", () -> bench.server.activeRequests() == 0);
        }
    }

    @Test
    void sendsTheKeyWithoutTheSpaceAroundItAndAsksForNoCompression() {
        try (Bench bench = new Bench(Wire.ANTHROPIC)) {
            bench.hear();

            assertThat(bench.server.attempts().getFirst().headers())
                    .containsEntry("x-api-key", "present")
                    .containsEntry("anthropic-version", "2023-06-01")
                    .containsEntry("accept-encoding", "identity")
                    .containsEntry("accept", "text/event-stream")
                    .doesNotContainKey("authorization");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "sk-two\nlines", "sk-\u00fcml\u00e4ut", "sk with space"})
    void hasNoKeyWhereTheKeyCannotBeSent(String key) {
        try (Bench bench = new Bench(Wire.OPENAI)) {
            ChatProvider provider = provider(bench.providers, bench.server.baseUrl(), () -> key);
            try (ChatStream stream = provider.call(Bench.request(), Duration.ofSeconds(1))) {
                assertThatExceptionOfType(ProviderException.class)
                        .isThrownBy(stream::next)
                        .satisfies(
                                e ->
                                        assertThat(e.failure())
                                                .isEqualTo(new ProviderFailure.KeyMissing()));
            }
            assertThat(bench.server.attempts()).isEmpty();
        }
    }

    @Test
    void letsGoOfEverythingWhenTheKeyCannotBeRead() {
        try (Bench bench = new Bench(Wire.OPENAI)) {
            ChatProvider provider =
                    provider(
                            bench.providers,
                            bench.server.baseUrl(),
                            () -> {
                                throw new IllegalStateException("a bug");
                            });
            ChatStream stream = provider.call(Bench.request(), Duration.ofSeconds(1));

            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(stream::next);

            assertCutOff(stream);
        }
    }

    @Test
    void givesUpConnectingInTime() throws IOException {
        try (FullServer full = new FullServer();
                Providers providers = new Providers(Clock.systemUTC())) {
            ChatProvider provider = provider(providers, full.url(), () -> "sk-key");
            long start = System.nanoTime();

            try (ChatStream stream = provider.call(Bench.request(), Duration.ofMillis(300))) {
                assertThat(Heard.of(stream).failure())
                        .isEqualTo(
                                new ProviderFailure.TimedOut(
                                        ProviderFailure.Phase.CONNECT, Duration.ofMillis(300)));
            }

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(250), Duration.ofSeconds(2));
        }
    }

    @Test
    void stopsConnectingWhenItIsClosed() throws Exception {
        try (FullServer full = new FullServer();
                Providers providers = new Providers(Clock.systemUTC())) {
            ChatProvider provider = provider(providers, full.url(), () -> "sk-key");
            ChatStream stream = provider.call(Bench.request(), Duration.ofSeconds(20));
            Heard[] heard = new Heard[1];
            Thread reader = Thread.startVirtualThread(() -> heard[0] = Heard.of(stream));
            assertThat(reader.join(Duration.ofMillis(100))).as("still connecting").isFalse();

            stream.close();

            assertThat(reader.join(Duration.ofSeconds(1))).as("awake within 1 s").isTrue();
            assertThat(heard[0].summary()).isEqualTo("-> cut_off closed_by_reader");
        }
    }

    @Test
    void stopsAgreeingOnTlsWhenItIsClosed() throws Exception {
        try (RawServer silent = new RawServer();
                Providers providers = new Providers(Clock.systemUTC())) {
            ChatProvider provider = provider(providers, silent.url("https"), () -> "sk-key");
            ChatStream stream = provider.call(Bench.request(), Duration.ofSeconds(20));
            Heard[] heard = new Heard[1];
            Thread reader = Thread.startVirtualThread(() -> heard[0] = Heard.of(stream));
            assertThat(reader.join(Duration.ofMillis(300))).as("still waiting").isFalse();

            stream.close();

            assertThat(reader.join(Duration.ofSeconds(1))).as("awake within 1 s").isTrue();
            assertThat(heard[0].summary()).isEqualTo("-> cut_off closed_by_reader");
        }
    }

    @Test
    void stopsWhenItsThreadIsInterrupted() throws Exception {
        try (Bench bench = new Bench(Wire.OPENAI)) {
            bench.server.breakWith(new Fault.Stall(2));
            ChatStream stream = bench.call();
            Heard[] heard = new Heard[1];
            Thread reader = Thread.startVirtualThread(() -> heard[0] = Heard.of(stream));
            Bench.await("the request", () -> bench.server.activeRequests() == 1);
            assertThat(reader.join(Duration.ofMillis(100))).isFalse();

            reader.interrupt();

            assertThat(reader.join(Duration.ofSeconds(1))).as("awake within 1 s").isTrue();
            assertThat(heard[0].failure()).isInstanceOf(ProviderFailure.CutOff.class);
            Bench.await("no connection", () -> bench.server.openConnections() == 0);
        }
    }

    @Test
    void refusesSettingsThatCannotWork() {
        try (Providers providers = new Providers(Clock.systemUTC())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    provider(
                                            providers,
                                            URI.create("ftp://u:secret@host/x"),
                                            () -> ""))
                    .withMessage(
                            "the base URL is ftp://host; one like https://api.example.com/v1 is"
                                    + " needed");
            ChatProvider provider =
                    provider(providers, URI.create("http://127.0.0.1:1"), () -> "sk");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> provider.call(Bench.request(), Duration.ofNanos(5)))
                    .withMessageContaining("at least 1 ms");
        }
    }

    @Test
    void playsAScriptWithoutANetwork() {
        try (Providers providers = new Providers(Clock.systemUTC())) {
            ChatProvider provider =
                    providers.of(
                            new ProviderSettings(
                                    "s", Kind.SCRIPTED, URI.create("script:local"), ""),
                            () -> {
                                throw new AssertionError("a script needs no key");
                            });

            try (ChatStream stream = provider.call(Bench.request(), Duration.ofSeconds(1))) {
                assertThat(Heard.of(stream).summary()).contains("model-1").endsWith("-> STOP");
            }
        }
    }

    private static void assertCutOff(ChatStream stream) {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(stream::next)
                .satisfies(
                        e ->
                                assertThat(e.failure())
                                        .isEqualTo(new ProviderFailure.CutOff("closed_by_reader")));
    }

    private static ChatProvider provider(Providers providers, URI url, ApiKey key) {
        return providers.of(new ProviderSettings("p", Kind.OPENAI, url, "KEY"), key);
    }
}
