package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;
import static spillway.attempt.TapeProvider.tape;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.TapeProvider;
import spillway.attempt.Timers;
import spillway.audit.AuditEvent;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.routing.Candidate.Standing;
import spillway.routing.OnBreak;
import spillway.routing.Route;
import spillway.routing.Tries;

/**
 * Random faults, random readers, many at once: whatever happens, each thing happens exactly once.
 */
@Timeout(60)
class RelayStormTest {
    private static final Duration SHORT = Duration.ofMillis(60);
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void everyScheduleEndsEachThingExactlyOnce() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            new Play(seed).run();
        }
    }

    @Test
    void fiveHundredAnswersAtOnceReturnAllTheyTook() throws Exception {
        List<Play> plays = new ArrayList<>();
        List<Future<?>> running = new ArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                Play play = new Play(1_000 + i);
                plays.add(play);
                running.add(
                        readers.submit(
                                () -> {
                                    go.await();
                                    play.run();
                                    return null;
                                }));
            }
            go.countDown();
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }

        assertThat(plays).allSatisfy(play -> assertThat(play.answered + play.refused).isEqualTo(1));
        assertThat(plays).extracting(play -> play.answered).contains(0, 1);
    }

    /** One request with the faults and the reader that its seed gives. */
    private static final class Play {
        private final Random random;
        private final int seed;
        private final Stage stage = new Stage();
        int answered;
        int refused;

        Play(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
            stage.timers = new Timers(SHORT, SHORT, SHORT, SHORT, SHORT);
            List<OnBreak> contracts = List.of(OnBreak.values());
            stage.onBreak = contracts.get(random.nextInt(contracts.size()));
            stage.prefill = random.nextBoolean();
            stage.contract =
                    new Route.Contract(
                            random.nextBoolean() ? LONG : Duration.ofMillis(5), OnBreak.ERROR);
            stage.tries = randomTries();
            int targets = 1 + random.nextInt(4);
            for (int i = 0; i < targets; i++) {
                String id = "t" + i;
                boolean isHeldBack = random.nextInt(5) == 0;
                stage.with(
                        id,
                        playing(randomTape()),
                        isHeldBack ? Standing.HELD_BACK : Standing.READY);
                if (random.nextInt(8) == 0) {
                    stage.health.refusing(id + "/model-" + id);
                }
            }
        }

        void run() throws Exception {
            switch (stage.play()) {
                case Opening.Refused _ -> refused++;
                case Opening.Answering(var answer) -> {
                    answered++;
                    read(answer);
                }
            }
            assertThat(stage.health.outcomes())
                    .as("seed %s", seed)
                    .hasSameSizeAs(stage.health.given());
            assertThat(stage.audit.all(AuditEvent.Attempted.class))
                    .as("seed %s", seed)
                    .hasSameSizeAs(stage.health.given());
            assertThat(stage.audit.all(AuditEvent.Ended.class)).as("seed %s", seed).hasSize(1);
            assertThat(stage.health.drains()).as("seed %s", seed).hasSize(1);
            for (TapeProvider provider : stage.tapes) {
                assertThat(provider.open()).as("seed %s", seed).isZero();
                assertThat(provider.threadsLeftAfter(LONG)).as("seed %s", seed).isEmpty();
            }
        }

        private void read(Answer answer) throws InterruptedException {
            switch (random.nextInt(4)) {
                case 0 -> readSome(answer, random.nextInt(6));
                case 1 -> readWhileAnotherCloses(answer);
                default -> readAll(answer);
            }
        }

        private void readAll(Answer answer) {
            try (answer) {
                List<AnswerEvent> events = Stage.drain(answer);

                assertThat(events.getFirst()).isInstanceOf(AnswerEvent.Start.class);
                assertThat(events.stream().filter(Stage::isLast)).as("seed %s", seed).hasSize(1);
                assertThat(events.stream().filter(AnswerEvent.Start.class::isInstance)).hasSize(1);
            }
        }

        private static void readSome(Answer answer, int steps) {
            try (answer) {
                boolean last = false;
                for (int i = 0; i < steps && !last; i++) {
                    last = answer.next(LONG).filter(Stage::isLast).isPresent();
                }
            }
        }

        private void readWhileAnotherCloses(Answer answer) throws InterruptedException {
            long pause = random.nextInt(2_000_000);
            Thread closer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        LockSupport.parkNanos(pause);
                                        answer.close();
                                    });
            try {
                Stage.drain(answer);
            } catch (IllegalStateException _) {
                // Closed under the reader's hands, as it was meant to be.
            }
            closer.join();
        }

        private Tries randomTries() {
            var after = Duration.ofMillis(1 + random.nextInt(40));
            var hedge = new Tries.Hedge(after, after, new Tries.DailyCap.Count(1));
            return new Tries(random.nextInt(2), random.nextBoolean() ? hedge : null);
        }

        private TapeProvider.Tape randomTape() {
            TapeProvider.Tape tape = random.nextInt(6) == 0 ? tape() : opened();
            int words = random.nextInt(3) == 0 ? 0 : random.nextInt(60);
            for (int i = 0; i < words; i++) {
                tape.say(
                        switch (random.nextInt(6)) {
                            case 0 -> new StreamEvent.Alive();
                            case 1 -> new StreamEvent.ReasoningDelta("hm");
                            default -> new StreamEvent.TextDelta("word ");
                        });
            }
            return switch (random.nextInt(8)) {
                case 6 -> tape.fail(new ProviderFailure.Unavailable(500, ""));
                case 7 -> tape.fail(new ProviderFailure.RateLimited(Duration.ofMillis(3), ""));
                case 0 -> tape.fail(new ProviderFailure.CutOff("eof"));
                case 1 -> tape.fail(new ProviderFailure.Rejected(400, ""));
                case 2 -> tape.crash(new IllegalStateException("bug"));
                case 3 -> tape;
                case 4 -> tape.finish(FinishReason.LENGTH);
                default -> tape.cost(3, 4).finish();
            };
        }
    }
}
