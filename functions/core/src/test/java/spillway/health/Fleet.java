package spillway.health;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import spillway.attempt.AttemptOutcome;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;

/** Processes that share a store and a clock, and what one hears of them. */
final class Fleet {
    static final String A = "openai/gpt";
    static final String B = "anthropic/claude";
    static final Duration PATIENCE = Duration.ofSeconds(10);

    static final AttemptOutcome ANSWERED = new AttemptOutcome.Answered(FinishReason.STOP);
    static final AttemptOutcome SICK = failed(new ProviderFailure.Unavailable(503, ""));
    static final AttemptOutcome CANCELLED = new AttemptOutcome.Cancelled();

    final ManualTime time = new ManualTime();
    final BreakableStore store = new BreakableStore();
    final List<String> heard = new CopyOnWriteArrayList<>();

    FleetHealth process(String name) {
        SequencedMap<String, BreakerSettings> breakers = new LinkedHashMap<>();
        breakers.put(A, BreakerSettings.DEFAULT);
        breakers.put(B, BreakerSettings.DEFAULT);
        return new FleetHealth(
                breakers,
                store,
                FleetHealthSettings.DEFAULT,
                () -> name,
                time,
                time,
                new Random(1),
                listener());
    }

    static AttemptOutcome failed(ProviderFailure failure) {
        return new AttemptOutcome.Failed(failure, false);
    }

    /** One attempt that ends so, and what follows from it. */
    static void attempt(FleetHealth process, String target, AttemptOutcome outcome) {
        end(process, admit(process, target), outcome);
    }

    /** As a request does: looks at a fresh board, then asks. */
    static Permit admit(FleetHealth process, String target) {
        process.board();
        return process.admit(target, false).granted().orElseThrow();
    }

    /** The same for a probe; empty when another has it. */
    static Optional<Permit> probe(FleetHealth process, String target) {
        process.board();
        return process.admit(target, true).granted();
    }

    static void end(FleetHealth process, Permit permit, AttemptOutcome outcome) {
        if (outcome instanceof AttemptOutcome.Answered) {
            permit.firstContent(Duration.ofMillis(250));
        }
        permit.settle(outcome);
        process.drain(PATIENCE);
    }

    /** What the table says of it now. */
    TargetHealth shared(String target) {
        return store.board(java.util.Set.of(target))
                .getOrDefault(target, TargetHealth.well(target));
    }

    /** Lets both see it fail until it opens. */
    void open(FleetHealth one, FleetHealth other) {
        for (int i = 0; i < 3; i++) {
            attempt(one, A, SICK);
        }
        attempt(other, A, SICK);
        attempt(other, A, SICK);
    }

    /** Past the longest that a first opening can last. */
    void waitUntilDue() {
        time.advance(Duration.ofSeconds(7));
    }

    private HealthListener listener() {
        return new HealthListener() {
            @Override
            public void stateChanged(
                    String target, TargetHealth.State from, TargetHealth.State to, String reason) {
                heard.add(target + " " + from + " " + to + " " + reason);
            }

            @Override
            public void accountRefused(String target, ProviderFailure failure) {
                heard.add(target + " refuses: " + failure.reason());
            }

            @Override
            public void tableReachable(boolean reachable) {
                heard.add("table " + (reachable ? "back" : "gone"));
            }
        };
    }
}
