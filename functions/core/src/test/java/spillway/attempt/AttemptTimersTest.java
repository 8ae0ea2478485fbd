package spillway.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.ProviderFailure.Phase;
import spillway.chat.StreamEvent;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.time.Ticker;

/** The timers that weigh what comes, on a clock of their own. */
@Timeout(20)
class AttemptTimersTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(40);
    private static final StreamEvent ALIVE = new StreamEvent.Alive();
    private static final StreamEvent TOKEN = new StreamEvent.TextDelta(" word");

    private final RecordingListener listener = new RecordingListener();
    private final AtomicLong time = new AtomicLong();

    /** One step of the provider for each that is asked for. */
    private final Semaphore steps = new Semaphore(0);

    @Test
    void endsAStreamThatPingsAloneKeepOpen() throws ProviderException {
        try (Attempt attempt = start(patient(), Duration.ofSeconds(1), TOKEN, ALIVE)) {
            ProviderFailure failure = failureOf(attempt);

            assertThat(failure).isEqualTo(new ProviderFailure.TimedOut(Phase.THROUGHPUT, LONG));
            assertThat(listener.only().outcome())
                    .isEqualTo(new AttemptOutcome.Failed(failure, true));
            assertThat(listener.only().elapsed()).isBetween(LONG, LONG.plusSeconds(2));
        }
    }

    @Test
    void endsADrip() throws ProviderException {
        try (Attempt attempt = start(patient(), Duration.ofSeconds(3), TOKEN)) {
            assertThat(failureOf(attempt))
                    .isEqualTo(new ProviderFailure.TimedOut(Phase.THROUGHPUT, LONG));
        }
    }

    @Test
    void letsADripBeWhereNothingIsAskedOfIt() throws ProviderException {
        try (Attempt attempt = start(patient().withThroughput(0), Duration.ofSeconds(3), TOKEN)) {
            for (int i = 0; i < 100; i++) {
                steps.release();
                assertThat(attempt.next(LONG)).isPresent();
            }
        }
    }

    @Test
    void aSlowReaderIsNoSlowProvider() throws ProviderException {
        TapeProvider.Tape tape = opened();
        for (int i = 0; i < 200; i++) {
            tape.say("x");
        }
        TapeProvider provider = playing(tape.finish());
        Attempt attempt = Attempt.start(call(patient(), provider), listener, time::get);
        StreamEvent event = ALIVE;

        while (!(event instanceof StreamEvent.Finish)) {
            provider.awaitAllWaiting();
            time.addAndGet(Duration.ofSeconds(5).toNanos());
            event = attempt.next(LONG).orElse(ALIVE);
        }

        assertThat(listener.only().outcome()).isInstanceOf(AttemptOutcome.Answered.class);
    }

    @Test
    void lifePutsOffTheFirstContentOfAModelThatMayThink() throws ProviderException {
        Timers timers = thinking(Duration.ofSeconds(60));
        try (Attempt attempt = start(timers, Duration.ofMillis(1500), ALIVE)) {
            for (int i = 0; i < 30; i++) {
                steps.release();
                assertThat(attempt.next(LONG)).isPresent();
            }

            assertThat(time.get()).isGreaterThan(Duration.ofSeconds(40).toNanos());
        }
    }

    @Test
    void butNotBeyondTheLimitOfThinking() throws ProviderException {
        Duration limit = Duration.ofSeconds(4);
        try (Attempt attempt = start(thinking(limit), Duration.ofMillis(1500), ALIVE)) {
            assertThat(failureOf(attempt))
                    .isEqualTo(new ProviderFailure.TimedOut(Phase.FIRST_CONTENT, limit));
        }
    }

    @Test
    void silenceEndsAModelThatMayThink() {
        Timers timers = new Timers(LONG, LONG, SHORT, LONG, LONG).withThinking(LONG);
        TapeProvider provider = playing(opened().say(ALIVE));
        var call =
                new Call(
                        1, new Target("p", "m"), provider, ChatRequest.of("m", "x"), timers, SHORT);

        ProviderFailure failure = failureOf(Attempt.start(call, listener, Ticker.SYSTEM));

        assertThat(failure).isEqualTo(new ProviderFailure.TimedOut(Phase.FIRST_CONTENT, SHORT));
        assertThat(provider.open()).isZero();
    }

    @Test
    void headersAloneAreNoSignOfLife() {
        Timers timers = new Timers(LONG, LONG, LONG, LONG, LONG).withThinking(LONG.multipliedBy(6));
        TapeProvider provider = playing(opened());
        var call =
                new Call(
                        1, new Target("p", "m"), provider, ChatRequest.of("m", "x"), timers, SHORT);

        assertThat(failureOf(Attempt.start(call, listener, Ticker.SYSTEM)))
                .isEqualTo(new ProviderFailure.TimedOut(Phase.FIRST_CONTENT, SHORT));
    }

    private static Timers patient() {
        return new Timers(LONG, LONG, LONG, LONG, LONG);
    }

    private static Timers thinking(Duration limit) {
        Duration wait = Duration.ofSeconds(2);
        return new Timers(LONG, LONG, wait, LONG, LONG).withThinking(limit);
    }

    private Attempt start(Timers timers, Duration gap, StreamEvent... events) {
        return Attempt.start(call(timers, paced(gap, events)), listener, time::get);
    }

    private static Call call(Timers timers, ChatProvider provider) {
        return new Call(
                1,
                new Target("p", "m"),
                provider,
                ChatRequest.of("m", "x"),
                timers,
                timers.firstContent());
    }

    /** Says these, the last for ever, one for each step and each that much later. */
    private ChatProvider paced(Duration gap, StreamEvent... events) {
        return (_, _) ->
                new ChatStream() {
                    private int said = -1;

                    @Override
                    public StreamEvent next() {
                        steps.acquireUninterruptibly();
                        said++;
                        if (said == 0) {
                            return new StreamEvent.Opened();
                        }
                        time.addAndGet(gap.toNanos());
                        return events[Math.min(said, events.length) - 1];
                    }

                    @Override
                    public void close() {
                        steps.release(1000);
                    }
                };
    }

    private ProviderFailure failureOf(Attempt attempt) {
        return catchThrowableOfType(
                        ProviderException.class,
                        () -> {
                            while (true) {
                                steps.release();
                                attempt.next(LONG);
                            }
                        })
                .failure();
    }
}
