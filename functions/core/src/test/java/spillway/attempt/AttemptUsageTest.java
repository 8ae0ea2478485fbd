package spillway.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;
import static spillway.attempt.TapeProvider.tape;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import spillway.chat.ChatRequest;
import spillway.chat.FinishReason;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.time.Ticker;

/** What each end of an attempt costs, told once. */
@Timeout(20)
class AttemptUsageTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(40);
    private static final ProviderFailure CUT = new ProviderFailure.CutOff("eof");
    private static final Usage REPORTED = new Usage(90, 1, 0, 0, 0, false);

    /** Two tokens of input and two of output, when we count ourselves. */
    private static final String TEXT = "12345678";

    private static final Usage ESTIMATED = new Usage(2, 2, 0, 0, 0, true);
    private static final Usage INPUT_REPORTED = new Usage(90, 2, 0, 0, 0, true);

    /** What the reader does once it has taken all that the provider says. */
    enum Reader {
        READS_ON,
        CLOSES,
        LOSES
    }

    record Case(
            String name,
            TapeProvider.Tape tape,
            Timers timers,
            Reader reader,
            String outcome,
            Usage usage) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> ends() {
        Timers patient = new Timers(LONG, LONG, LONG, LONG, LONG);
        Timers hasty = new Timers(LONG, LONG, SHORT, LONG, SHORT);
        Reader on = Reader.READS_ON;
        return Stream.of(
                new Case(
                        "a whole answer costs what the provider reports last",
                        opened().cost(90, 1).say(TEXT).cost(90, 7).finish(),
                        patient,
                        on,
                        "answered",
                        new Usage(90, 7, 0, 0, 0, false)),
                new Case(
                        "a whole answer without a report is estimated",
                        opened().say(TEXT).finish(),
                        patient,
                        on,
                        "answered",
                        ESTIMATED),
                new Case(
                        "a refusal without a report costs its input",
                        opened().finish(FinishReason.REFUSAL),
                        patient,
                        on,
                        "answered",
                        new Usage(2, 0, 0, 0, 0, true)),
                new Case(
                        "a failure before the headers costs nothing",
                        tape().fail(new ProviderFailure.Unavailable(503, "")),
                        patient,
                        on,
                        "unavailable",
                        Usage.NONE),
                new Case(
                        "a failover before content costs what was reported",
                        opened().cost(90, 1)
                                .fail(new ProviderFailure.ErrorEvent("overloaded_error")),
                        patient,
                        on,
                        "error_event",
                        REPORTED),
                new Case(
                        "an error before content without a report costs nothing",
                        opened().fail(new ProviderFailure.ErrorEvent("overloaded_error")),
                        patient,
                        on,
                        "error_event",
                        Usage.NONE),
                new Case(
                        "an empty answer costs what was reported",
                        opened().cost(90, 1).finish(),
                        patient,
                        on,
                        "empty",
                        REPORTED),
                new Case(
                        "a cut after content is estimated",
                        opened().say(TEXT).fail(CUT),
                        patient,
                        on,
                        "cut_off",
                        ESTIMATED),
                new Case(
                        "a cut after content keeps the reported input",
                        opened().cost(90, 1).say(TEXT).fail(CUT),
                        patient,
                        on,
                        "cut_off",
                        INPUT_REPORTED),
                new Case(
                        "a cut after the last report costs that",
                        opened().say(TEXT).cost(90, 7).fail(CUT),
                        patient,
                        on,
                        "cut_off",
                        new Usage(90, 7, 0, 0, 0, false)),
                new Case(
                        "no first content in time costs what was reported",
                        opened().cost(90, 1),
                        hasty,
                        on,
                        "timeout_first_content",
                        REPORTED),
                new Case(
                        "no next event in time is estimated",
                        opened().say(TEXT),
                        hasty,
                        on,
                        "timeout_next_event",
                        ESTIMATED),
                new Case(
                        "a cancelled call without a word costs its input",
                        opened(),
                        patient,
                        Reader.CLOSES,
                        "cancelled",
                        new Usage(2, 0, 0, 0, 0, true)),
                new Case(
                        "a cancelled call without headers costs nothing",
                        tape(),
                        patient,
                        Reader.CLOSES,
                        "cancelled",
                        Usage.NONE),
                new Case(
                        "a lost race without a word costs its input",
                        opened(),
                        patient,
                        Reader.LOSES,
                        "lost_race",
                        new Usage(2, 0, 0, 0, 0, true)),
                new Case(
                        "no first content in time without a report costs the input",
                        opened(),
                        hasty,
                        on,
                        "timeout_first_content",
                        new Usage(2, 0, 0, 0, 0, true)),
                new Case(
                        "a cut before content without a report costs the input",
                        opened().fail(CUT),
                        patient,
                        on,
                        "cut_off",
                        new Usage(2, 0, 0, 0, 0, true)),
                new Case(
                        "a cancelled call before content costs what was reported",
                        opened().cost(90, 1),
                        patient,
                        Reader.CLOSES,
                        "cancelled",
                        REPORTED),
                new Case(
                        "a cancelled answer is estimated",
                        opened().cost(90, 1).say(TEXT),
                        patient,
                        Reader.CLOSES,
                        "cancelled",
                        INPUT_REPORTED),
                new Case(
                        "a lost race costs what was reported",
                        opened().cost(90, 1),
                        patient,
                        Reader.LOSES,
                        "lost_race",
                        REPORTED),
                new Case(
                        "a lost race is estimated where content came",
                        opened().say(TEXT),
                        patient,
                        Reader.LOSES,
                        "lost_race",
                        ESTIMATED));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void settles(Case end) throws Exception {
        TapeProvider provider = playing(end.tape());
        var listener = new RecordingListener();
        var call =
                new Call(
                        1,
                        new Target("p", "m"),
                        provider,
                        ChatRequest.of("m", TEXT),
                        end.timers(),
                        end.timers().firstContent());

        try (Attempt attempt = Attempt.start(call, listener, Ticker.SYSTEM)) {
            play(attempt, end.reader());
            // Whatever follows the end changes nothing.
            attempt.lose();
        }

        AttemptReport report = listener.only();
        String outcome =
                report.outcome() instanceof AttemptOutcome.Failed(var failure, _)
                        ? failure.reason()
                        : report.outcome().wireName();
        assertThat(outcome).isEqualTo(end.outcome());
        assertThat(report.usage()).isEqualTo(end.usage());
        assertThat(provider.open()).isZero();
        assertThat(provider.threadsLeftAfter(LONG)).isEmpty();
    }

    private static void play(Attempt attempt, Reader reader) {
        List<StreamEvent> events = new ArrayList<>();
        try {
            if (reader == Reader.READS_ON) {
                while (events.isEmpty() || !(events.getLast() instanceof StreamEvent.Finish)) {
                    attempt.next(LONG).ifPresent(events::add);
                }
                return;
            }
            while (attempt.next(SHORT).isPresent()) {
                // Until the provider is silent.
            }
        } catch (ProviderException _) {
            // The report says which.
        }
        switch (reader) {
            case READS_ON -> {}
            case CLOSES -> attempt.close();
            case LOSES -> attempt.lose();
        }
    }
}
