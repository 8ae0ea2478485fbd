package spillway.provider.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import spillway.attempt.Attempt;
import spillway.attempt.AttemptListener;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.Call;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.chat.ProviderException;
import spillway.chat.StreamEvent;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.provider.ProviderSettings;
import spillway.provider.ProviderSettings.Kind;
import spillway.time.Ticker;

/** However far a call has come, closing its attempt closes its connection at once. */
@Timeout(20)
class CancellationTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final String HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    private static final String TOKEN =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a word \"}}]}\n\n";

    /** As many as are handed over ahead of the reader. */
    private static final int AHEAD = 32;

    private final Providers providers = new Providers(Clock.systemUTC());
    private final List<AttemptReport> reports = new CopyOnWriteArrayList<>();
    private final AtomicInteger pulled = new AtomicInteger();
    private final List<Thread> readers = new CopyOnWriteArrayList<>();

    /** How far a call has come that answers on one connection. */
    enum Phase {
        NO_HEADERS("", 0),
        NO_CONTENT(HEAD, 1),
        PINGS(HEAD + ": ping\n\n: ping\n\n", 3),
        MID_STREAM(HEAD + TOKEN + TOKEN, 3),
        INSIDE_AN_EVENT(HEAD + TOKEN + "data: {\"cho", 2),
        /** More than all buffers on the way hold. */
        SLOW_READER(HEAD + TOKEN.repeat(200_000), 1 + AHEAD);

        private final String response;
        private final int events;

        Phase(String response, int events) {
            this.response = response;
            this.events = events;
        }
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        providers.close();
        for (Thread reader : readers) {
            assertThat(reader.join(AT_ONCE)).as("the reading thread has ended").isTrue();
        }
        assertThat(reports)
                .extracting(AttemptReport::outcome)
                .containsExactly(new AttemptOutcome.Cancelled());
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void closesTheConnection(Phase phase) throws Exception {
        try (RawServer server = new RawServer()) {
            server.respond(phase.response, false);
            Attempt attempt = start(server.url("http"));
            if (phase != Phase.NO_HEADERS) {
                assertThat(attempt.next(LONG)).contains(new StreamEvent.Opened());
            }
            Bench.await("all that comes", () -> pulled.get() >= phase.events);
            Bench.await("the request", () -> server.answered.get() == 1);

            assertAtOnce(attempt, () -> server.clientsLeft.get() == 1);
        }
    }

    @Test
    void stopsConnecting() throws Exception {
        try (FullServer server = new FullServer()) {
            Attempt attempt = start(server.url());
            assertThat(attempt.next(Duration.ofMillis(50))).isEmpty();

            assertAtOnce(attempt, this::readersEnded);
        }
    }

    @Test
    void stopsAgreeingOnTls() throws Exception {
        try (RawServer server = new RawServer()) {
            Attempt attempt = start(server.url("https"));
            Bench.await("a connection", () -> server.accepted.get() == 1);

            assertAtOnce(attempt, () -> server.clientsLeft.get() == 1);
        }
    }

    private void assertAtOnce(Attempt attempt, BooleanSupplier gone) {
        long start = System.nanoTime();

        attempt.close();
        Duration closing = Duration.ofNanos(System.nanoTime() - start);
        Bench.await("the end of the connection", gone);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
        assertThat(closing).as("closing waits for nobody").isLessThan(Duration.ofMillis(200));
    }

    private boolean readersEnded() {
        return !readers.isEmpty() && readers.stream().noneMatch(Thread::isAlive);
    }

    private Attempt start(URI url) {
        ChatProvider provider =
                providers.of(new ProviderSettings("p", Kind.OPENAI, url, "KEY"), () -> "sk-key");
        var call =
                new Call(
                        1,
                        new Target("p", "m"),
                        watched(provider),
                        Bench.request(),
                        new Timers(LONG, LONG, LONG, LONG, LONG),
                        LONG);
        return Attempt.start(call, new Listener(), Ticker.SYSTEM);
    }

    /** The same, counted: what was pulled, and by which threads. */
    private ChatProvider watched(ChatProvider provider) {
        return (request, connectTimeout) -> {
            ChatStream stream = provider.call(request, connectTimeout);
            return new ChatStream() {
                @Override
                public StreamEvent next() throws ProviderException {
                    if (!readers.contains(Thread.currentThread())) {
                        readers.add(Thread.currentThread());
                    }
                    StreamEvent event = stream.next();
                    pulled.incrementAndGet();
                    return event;
                }

                @Override
                public void close() {
                    stream.close();
                }
            };
        };
    }

    private final class Listener implements AttemptListener {
        @Override
        public void firstContent(Duration afterStart) {}

        @Override
        public void ended(AttemptReport report) {
            reports.add(report);
        }
    }
}
