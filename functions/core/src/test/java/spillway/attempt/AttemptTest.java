package spillway.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;
import static spillway.attempt.TapeProvider.tape;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import spillway.chat.ChatRequest;
import spillway.chat.FinishReason;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.ProviderFailure.Phase;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.time.Ticker;

@Timeout(20)
class AttemptTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(40);
    private static final Timers PATIENT = new Timers(SHORT, LONG, LONG, LONG, LONG);

    private final RecordingListener listener = new RecordingListener();
    private TapeProvider provider = TapeProvider.silent();

    @AfterEach
    void nothingIsLeftOpen() throws InterruptedException {
        assertThat(provider.open()).isZero();
        assertThat(provider.threadsLeftAfter(Duration.ofSeconds(2))).isEmpty();
    }

    @Test
    void handsOnWhatTheProviderSaysAndReportsTheAnswer() throws ProviderException {
        provider = playing(opened().say("hel", "lo").cost(7, 2).finish(FinishReason.LENGTH));

        List<StreamEvent> events = drain(start(PATIENT, LONG));

        assertThat(events)
                .containsExactly(
                        new StreamEvent.Opened(),
                        new StreamEvent.TextDelta("hel"),
                        new StreamEvent.TextDelta("lo"),
                        new StreamEvent.UsageReport(new Usage(7, 2, 0, 0, 0, false)),
                        new StreamEvent.Finish(FinishReason.LENGTH));
        AttemptReport report = listener.only();
        assertThat(report.number()).isEqualTo(3);
        assertThat(report.outcome()).isEqualTo(new AttemptOutcome.Answered(FinishReason.LENGTH));
        assertThat(report.usage()).isEqualTo(new Usage(7, 2, 0, 0, 0, false));
        assertThat(listener.firstContents).containsExactly(report.firstContent());
        assertThat(provider.connectTimeouts()).containsExactly(SHORT);
        assertThat(provider.modelsAsked()).containsExactly("m");
    }

    @Test
    void estimatesTheCostWhereTheProviderTellsNone() throws ProviderException {
        provider = playing(opened().say("12345678").finish());

        drain(start(PATIENT, LONG));

        assertThat(listener.only().usage()).isEqualTo(new Usage(2, 2, 0, 0, 0, true));
    }

    @Test
    void failsAsTheProviderFails() {
        var failure = new ProviderFailure.Unavailable(503, "overloaded");
        provider = playing(tape().fail(failure));

        ProviderFailure seen = failureOf(start(PATIENT, LONG));

        assertThat(seen).isEqualTo(failure);
        assertFailed(failure, false);
        assertThat(listener.only().usage()).isEqualTo(Usage.NONE);
    }

    @Test
    void countsAsSpentWhatCameBeforeACut() {
        var failure = new ProviderFailure.CutOff("eof");
        provider = playing(opened().say("1234").fail(failure));

        failureOf(start(PATIENT, LONG));

        assertFailed(failure, true);
        assertThat(listener.only().usage()).isEqualTo(new Usage(2, 1, 0, 0, 0, true));
    }

    @ParameterizedTest
    @EnumSource(
            value = FinishReason.class,
            names = {"LENGTH", "REFUSAL", "TOOL_CALLS"})
    void takesAnEndThatExplainsItselfForAnAnswerWithoutContent(FinishReason reason)
            throws ProviderException {
        provider = playing(opened().finish(reason));

        drain(start(PATIENT, LONG));

        assertThat(listener.only().outcome()).isEqualTo(new AttemptOutcome.Answered(reason));
        assertThat(listener.only().firstContent()).isNull();
    }

    @Test
    void takesAnEndWithoutAWordForAFailure() {
        provider = playing(opened().say(new StreamEvent.Alive()).cost(5, 0).finish());

        failureOf(start(PATIENT, LONG));

        assertFailed(new ProviderFailure.Empty(), false);
        assertThat(listener.only().usage()).isEqualTo(new Usage(5, 0, 0, 0, 0, false));
    }

    @Test
    void waitsForTheHeadersNoLongerThanTheirTimer() {
        ProviderFailure seen = failureOf(start(new Timers(LONG, SHORT, LONG, LONG, LONG), LONG));

        assertThat(seen).isEqualTo(new ProviderFailure.TimedOut(Phase.HEADERS, SHORT));
        assertFailed(seen, false);
        assertThat(listener.only().elapsed()).isBetween(SHORT, LONG);
    }

    @Test
    void waitsForTheHeadersNoLongerThanForTheFirstContent() {
        ProviderFailure seen = failureOf(start(PATIENT, SHORT));

        assertThat(seen).isEqualTo(new ProviderFailure.TimedOut(Phase.HEADERS, SHORT));
    }

    @Test
    void signsOfLifeDoNotPutOffTheTimerOfTheFirstContent() {
        provider = playing(opened().say(new StreamEvent.Alive()).cost(1, 0));

        ProviderFailure seen = failureOf(start(PATIENT, SHORT));

        assertThat(seen).isEqualTo(new ProviderFailure.TimedOut(Phase.FIRST_CONTENT, SHORT));
        assertFailed(seen, false);
    }

    @Test
    void notEvenAFloodOfSignsOfLifePutsItOff() {
        provider = playing(opened().say(new StreamEvent.Alive()).forEver());

        ProviderFailure seen = failureOf(start(PATIENT, SHORT));

        assertThat(seen).isEqualTo(new ProviderFailure.TimedOut(Phase.FIRST_CONTENT, SHORT));
    }

    @Test
    void waitsBetweenEventsNoLongerThanTheirTimer() {
        provider = playing(opened().say("hel"));

        ProviderFailure seen = failureOf(start(new Timers(LONG, LONG, LONG, LONG, SHORT), LONG));

        assertThat(seen).isEqualTo(new ProviderFailure.TimedOut(Phase.NEXT_EVENT, SHORT));
        assertFailed(seen, true);
        assertThat(listener.only().usage().outputTokens()).isEqualTo(1);
    }

    @Test
    void silenceCountsAcrossShortWaits() {
        provider = playing(opened().say("hel"));
        Attempt attempt = start(new Timers(LONG, LONG, LONG, LONG, SHORT), LONG);

        ProviderException seen =
                catchThrowableOfType(
                        ProviderException.class,
                        () -> {
                            while (true) {
                                attempt.next(Duration.ofMillis(5));
                            }
                        });

        assertThat(seen.failure()).isEqualTo(new ProviderFailure.TimedOut(Phase.NEXT_EVENT, SHORT));
    }

    @Test
    void whatIsThereBeatsATimerThatRanOutWhileNobodyAsked() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        provider = playing(opened().say("hel").await(later, new StreamEvent.TextDelta("lo")));
        var time = new java.util.concurrent.atomic.AtomicLong();
        Attempt attempt = Attempt.start(call(provider, PATIENT, LONG), listener, time::get);
        assertThat(attempt.next(LONG)).contains(new StreamEvent.Opened());
        assertThat(attempt.next(LONG)).contains(new StreamEvent.TextDelta("hel"));

        later.countDown();
        provider.awaitPulled(3);
        time.addAndGet(LONG.toNanos() - 1);

        assertThat(attempt.next(LONG)).contains(new StreamEvent.TextDelta("lo"));
        attempt.close();
    }

    @Test
    void answersEmptyWhenPatienceEndsBeforeTheTimer() throws ProviderException {
        try (Attempt attempt = start(PATIENT, LONG)) {
            assertThat(attempt.next(Duration.ofMillis(5))).isEmpty();
            assertThat(attempt.next(Duration.ZERO)).isEmpty();
        }

        assertThat(listener.only().outcome()).isEqualTo(new AttemptOutcome.Cancelled());
    }

    @Test
    void givesWithoutAWaitWhatIsAlreadyThere() throws ProviderException {
        provider = playing(opened().say("a", "b", "c"));
        try (Attempt attempt = start(PATIENT, LONG)) {
            assertThat(attempt.next(LONG)).isPresent();
            provider.awaitPulled(4);

            Optional<StreamEvent> next = attempt.next(Duration.ZERO);
            List<StreamEvent> there = new ArrayList<>();
            while (next.isPresent()) {
                there.add(next.get());
                next = attempt.next(Duration.ZERO);
            }

            assertThat(there).hasSizeBetween(2, 3);
        }
    }

    @Test
    void closingAtAnyPhaseEndsItOnceAndCancelsTheCall() throws Exception {
        for (int phase = 0; phase < 4; phase++) {
            var told = new RecordingListener();
            provider = playing(opened().say(new StreamEvent.Alive()).say("hel"));
            Attempt attempt = Attempt.start(call(provider, PATIENT, LONG), told, Ticker.SYSTEM);
            for (int i = 0; i < phase; i++) {
                attempt.next(LONG);
            }

            attempt.close();
            attempt.close();
            attempt.lose();

            assertThat(told.only().outcome()).isEqualTo(new AttemptOutcome.Cancelled());
            assertThat(provider.open()).isZero();
            assertThat(provider.threadsLeftAfter(LONG)).isEmpty();
            assertThatIllegalStateException().isThrownBy(() -> attempt.next(LONG));
        }
    }

    @Test
    void countsAsSpentWhatACancelledReaderDidNotTake() throws ProviderException {
        provider = playing(opened().say("1234", "5678").cost(9, 1));
        Attempt attempt = start(PATIENT, LONG);
        attempt.next(LONG);
        provider.awaitPulled(4);
        assertThat(attempt.next(LONG)).contains(new StreamEvent.TextDelta("1234"));

        attempt.close();

        assertThat(listener.only().usage().outputTokens()).isIn(1L, 2L);
        assertThat(listener.only().outcome()).isEqualTo(new AttemptOutcome.Cancelled());
    }

    @Test
    void aFailureBehindACancelledReaderChangesNothing() throws Exception {
        provider = playing(opened().say("1234").fail(new ProviderFailure.CutOff("eof")));
        Attempt attempt = start(PATIENT, LONG);
        assertThat(attempt.next(LONG)).isPresent();
        assertThat(provider.threadsLeftAfter(LONG)).isEmpty();

        attempt.close();

        assertThat(listener.only().outcome()).isEqualTo(new AttemptOutcome.Cancelled());
    }

    @Test
    void canLoseARace() {
        Attempt attempt = start(PATIENT, LONG);

        attempt.lose();
        attempt.close();

        assertThat(listener.only().outcome()).isEqualTo(new AttemptOutcome.LostRace());
        assertThat(attempt.target()).isEqualTo(new Target("p", "m"));
    }

    @Test
    void closingFromAnotherThreadWakesTheReader() throws InterruptedException {
        Attempt attempt = start(PATIENT, LONG);
        var seen = new AtomicReference<Throwable>();
        Thread reader =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        attempt.next(LONG);
                                    } catch (ProviderException | RuntimeException e) {
                                        seen.set(e);
                                    }
                                });

        TapeProvider.await(() -> reader.getState() == Thread.State.TIMED_WAITING);
        attempt.close();

        assertThat(reader.join(LONG)).isTrue();
        assertThat(seen.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cancelled");
    }

    @Test
    void aSlowReaderStopsTheProvider() throws Exception {
        TapeProvider.Tape tape = opened();
        for (int i = 0; i < 1000; i++) {
            tape.say("x");
        }
        provider = playing(tape.finish());
        Attempt attempt = start(PATIENT, LONG);
        attempt.next(LONG);

        provider.awaitAllWaiting();
        int ahead = provider.pulled();
        List<StreamEvent> rest = drain(attempt);

        assertThat(ahead).isLessThan(64);
        assertThat(rest).hasSize(1001);
    }

    @Test
    void aBugInAProviderIsAFailedAttemptThatNamesIt() {
        provider = playing(opened().crash(new IllegalStateException("the secret prompt")));

        ProviderException seen = exceptionOf(start(PATIENT, LONG));

        assertThat(seen.failure()).isInstanceOf(ProviderFailure.Malformed.class);
        assertThat(seen.failure().detail())
                .startsWith("bug IllegalStateException")
                .doesNotContain("secret");
        assertThat(seen).hasRootCauseMessage("the secret prompt");
        assertFailed(seen.failure(), false);
    }

    @Test
    void aProviderThatThrowsWhenCalledIsAFailedAttempt() {
        ChatProvider broken =
                (_, _) -> {
                    throw new TracelessException();
                };

        ProviderException seen =
                exceptionOf(Attempt.start(call(broken, PATIENT, LONG), listener, Ticker.SYSTEM));

        assertThat(seen.failure())
                .isEqualTo(new ProviderFailure.Malformed("bug TracelessException"));
        assertFailed(seen.failure(), false);
    }

    @Test
    void anErrorOfTheVirtualMachineIsAFailedAttempt() {
        ChatProvider broken =
                (_, _) ->
                        new ChatStream() {
                            @Override
                            public StreamEvent next() {
                                throw new StackOverflowError();
                            }

                            @Override
                            public void close() {}
                        };

        ProviderException seen =
                exceptionOf(Attempt.start(call(broken, PATIENT, LONG), listener, Ticker.SYSTEM));

        assertThat(seen.failure().detail())
                .matches("bug StackOverflowError AttemptTest\\.[0-9] next");
    }

    @Test
    void anUndeclaredCheckedExceptionIsAFailedAttempt() {
        ChatProvider broken =
                (_, _) ->
                        new ChatStream() {
                            @Override
                            public StreamEvent next() {
                                throw AttemptTest.<RuntimeException>undeclared(
                                        new java.io.IOException("reset"));
                            }

                            @Override
                            public void close() {}
                        };

        ProviderException seen =
                exceptionOf(Attempt.start(call(broken, PATIENT, LONG), listener, Ticker.SYSTEM));

        assertThat(seen.failure().detail()).startsWith("bug IOException");
    }

    @Test
    void aStreamThatCannotBeClosedStillSettles() throws InterruptedException {
        var heard = new CountDownLatch(2);
        ChatProvider broken =
                (_, _) ->
                        new ChatStream() {
                            @Override
                            public StreamEvent next() throws ProviderException {
                                throw new ProviderException(new ProviderFailure.CutOff("eof"));
                            }

                            @Override
                            public void close() {
                                throw new IllegalStateException("cannot close");
                            }
                        };
        var before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler(
                (_, bug) -> {
                    if (String.valueOf(bug.getMessage()).startsWith("bug IllegalStateException")) {
                        heard.countDown();
                    }
                });
        try {
            Attempt attempt = Attempt.start(call(broken, PATIENT, LONG), listener, Ticker.SYSTEM);

            assertThat(failureOf(attempt)).isEqualTo(new ProviderFailure.CutOff("eof"));

            assertFailed(new ProviderFailure.CutOff("eof"), false);
            assertThat(heard.await(5, TimeUnit.SECONDS)).isTrue();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void anAttemptForWhichThereIsNoThreadIsCancelledAndClosed() {
        Throwable seen =
                catchThrowable(
                        () ->
                                Attempt.start(
                                        call(provider, PATIENT, LONG),
                                        listener,
                                        Ticker.SYSTEM,
                                        _ -> {
                                            throw new OutOfMemoryError("no thread");
                                        }));

        assertThat(seen).isInstanceOf(OutOfMemoryError.class);
        assertThat(listener.only().outcome()).isEqualTo(new AttemptOutcome.Cancelled());
        assertThat(provider.modelsAsked()).hasSize(1);
    }

    @Test
    void anInterruptIsKeptAndEndsNoWait() throws ProviderException {
        CountDownLatch never = new CountDownLatch(1);
        provider = playing(opened().await(never, new StreamEvent.Alive()));
        try (Attempt attempt = start(PATIENT, LONG)) {
            attempt.next(LONG);
            Thread.currentThread().interrupt();

            Optional<StreamEvent> next = attempt.next(SHORT);

            assertThat(next).isEmpty();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void refusesALimitBelowAMillisecond() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> call(provider, PATIENT, Duration.ZERO))
                .withMessageContaining("PT0S");
    }

    // The compiler must not see what is thrown: that is the point.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> E undeclared(Exception checked) throws E {
        throw (E) checked;
    }

    private Attempt start(Timers timers, Duration firstContent) {
        return Attempt.start(call(provider, timers, firstContent), listener, Ticker.SYSTEM);
    }

    private static Call call(ChatProvider provider, Timers timers, Duration firstContent) {
        return new Call(
                3,
                new Target("p", "m"),
                provider,
                ChatRequest.of("m", "prompt"),
                timers,
                firstContent);
    }

    private static List<StreamEvent> drain(Attempt attempt) throws ProviderException {
        List<StreamEvent> events = new ArrayList<>();
        while (events.isEmpty() || !(events.getLast() instanceof StreamEvent.Finish)) {
            attempt.next(LONG).ifPresent(events::add);
        }
        return events;
    }

    private static ProviderException exceptionOf(Attempt attempt) {
        return catchThrowableOfType(ProviderException.class, () -> drain(attempt));
    }

    private static ProviderFailure failureOf(Attempt attempt) {
        return exceptionOf(attempt).failure();
    }

    private void assertFailed(ProviderFailure failure, boolean afterContent) {
        assertThat(listener.only().outcome())
                .isEqualTo(new AttemptOutcome.Failed(failure, afterContent));
    }

    private static final class TracelessException extends RuntimeException {
        TracelessException() {
            super("no trace", null, false, false);
        }
    }
}
