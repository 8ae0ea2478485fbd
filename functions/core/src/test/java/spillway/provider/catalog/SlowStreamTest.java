package spillway.provider.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import spillway.attempt.Attempt;
import spillway.attempt.AttemptListener;
import spillway.attempt.AttemptReport;
import spillway.attempt.Call;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.ProviderFailure.Phase;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.Wire;
import spillway.time.Ticker;

/** The timers before real streams that are alive but bring too little. */
@Timeout(20)
class SlowStreamTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofMillis(300);

    private final List<AttemptReport> reports = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @EnumSource(Wire.class)
    void endsADripAndItsConnection(Wire wire) {
        try (Bench bench = new Bench(wire)) {
            // Some 50 characters a second, without ever being silent for long.
            bench.server.answer("word ".repeat(500), Duration.ZERO, Duration.ZERO);
            bench.server.breakWith(new Fault.Drip(Duration.ofMillis(100)));
            Timers timers = new Timers(LONG, LONG, LONG, LONG, WINDOW).withThroughput(500);

            ProviderFailure failure = failureOf(start(bench, timers, LONG));

            assertThat(failure).isEqualTo(new ProviderFailure.TimedOut(Phase.THROUGHPUT, WINDOW));
            assertThat(reports.getFirst().elapsed()).as("of 50 s").isLessThan(LONG);
            assertThat(reports.getFirst().usage().outputTokens()).isPositive();
            Bench.await("no connection", () -> bench.server.openConnections() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Wire.class)
    void pingsForEverAreWaitedForOnlyWhereAModelMayThink(Wire wire) {
        try (Bench bench = new Bench(wire)) {
            // What only the first call needs must not count here.
            bench.hear();
            bench.server.breakWith(Fault.PreludeThen.PINGS);
            Timers timers = new Timers(LONG, LONG, LONG, LONG, LONG);
            Duration wait = Duration.ofSeconds(1);
            Duration limit = Duration.ofMillis(1500);

            assertThat(failureOf(start(bench, timers, wait)))
                    .isEqualTo(new ProviderFailure.TimedOut(Phase.FIRST_CONTENT, wait));
            assertThat(failureOf(start(bench, timers.withThinking(limit), wait)))
                    .isEqualTo(new ProviderFailure.TimedOut(Phase.FIRST_CONTENT, limit));

            Bench.await("no connection", () -> bench.server.openConnections() == 0);
        }
    }

    private Attempt start(Bench bench, Timers timers, Duration firstContent) {
        var call =
                new Call(
                        1,
                        new Target("p", "m"),
                        bench.provider,
                        Bench.request(),
                        timers,
                        firstContent);
        return Attempt.start(call, new Listener(), Ticker.SYSTEM);
    }

    private static ProviderFailure failureOf(Attempt attempt) {
        return catchThrowableOfType(
                        ProviderException.class,
                        () -> {
                            while (true) {
                                attempt.next(LONG);
                            }
                        })
                .failure();
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
