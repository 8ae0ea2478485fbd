package spillway.local.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import spillway.local.faults.Scenario.Expected;
import spillway.local.faults.Scenario.Form;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.Wire;

/** S15: 503 for 60 s, then well; twenty requests, one every 4 s. */
final class Flap {
    /**
     * The sequence ends 16 s after the outage: a breaker that stays open longer cannot be back by
     * then.
     */
    static final Duration LONGEST_OPEN = Duration.ofSeconds(10);

    private static final int REQUESTS = 20;
    private static final Duration EVERY = Duration.ofSeconds(4);
    private static final Duration OUTAGE = Duration.ofSeconds(60);
    private static final double BACK_WITHIN = 30;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    static final Scenario SCENARIO =
            new Scenario(
                    "bench-S15",
                    "503 for 60 s, then well; 20 requests, one every 4 s",
                    List.of(
                            Leg.of(Wire.OPENAI, "s15-first", Fault.status(503)).lasting(OUTAGE),
                            Leg.of(Wire.OPENAI, "s15-ok", null)),
                    null,
                    Form.TEXT,
                    Contract.NEXT_ANSWERS,
                    Expected.USUAL,
                    true);

    private Flap() {}

    /**
     * How it went.
     *
     * @param backAfter seconds from the end of the outage to the first answer of the first target;
     *     negative when there was none
     * @param probes attempts at the first target while it was down
     */
    record Outcome(int asked, int answered, boolean hung, double backAfter, int probes) {
        Verdict verdict() {
            boolean isBack = backAfter >= 0 && backAfter <= BACK_WITHIN;
            return !hung && asked > 0 && answered == asked && isBack ? Verdict.PASS : Verdict.FAIL;
        }

        String words() {
            return answered
                    + " of "
                    + asked
                    + " answered in the outage by "
                    + probes
                    + " attempts at the broken target; back "
                    + (backAfter < 0 ? "never" : String.format("after %.0f s", backAfter));
        }
    }

    static Outcome play(Stage stage) {
        long start = System.nanoTime();
        List<Played> all = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            waitUntil(start + EVERY.toNanos() * i);
            all.add(stage.play(SCENARIO));
        }
        long down = all.getFirst().heard().asked() + OUTAGE.toNanos();
        List<Played> inOutage = all.stream().filter(one -> one.heard().asked() < down).toList();
        double back =
                all.stream()
                        .filter(one -> one.heard().asked() >= down && isByTheFirst(one))
                        .mapToDouble(one -> (one.heard().asked() - down) / 1e9)
                        .findFirst()
                        .orElse(-1);
        return new Outcome(
                inOutage.size(),
                (int) inOutage.stream().filter(Played::isWhole).count(),
                all.stream().anyMatch(Flap::hung),
                back,
                (int)
                        all.getLast().attempts().getFirst().stream()
                                .filter(attempt -> attempt.nanos() < down)
                                .count());
    }

    private static boolean hung(Played played) {
        return played.heard().end() == Heard.End.TOO_LATE
                || BenchScenario.wall(played).compareTo(LIMIT) > 0;
    }

    private static boolean isByTheFirst(Played played) {
        return played.isWhole()
                && played.heard().named("start").stream()
                        .anyMatch(start -> start.field("model").equals("s15-first"));
    }

    private static void waitUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
