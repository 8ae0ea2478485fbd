package spillway.local.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import spillway.local.faults.Scenario.Expected;
import spillway.local.faults.Scenario.Form;
import spillway.testkit.provider.Attempt;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.Wire;

/**
 * A scenario of Failover Bench, by its public catalogue (methodology v0.1): the fault, and the
 * rules by which it is judged. The targets of all speak OpenAI's wire, as the bench's do.
 *
 * @param errorIsRight whether the right outcome is an error, not an answer
 */
record BenchScenario(
        String id,
        String fault,
        Scenario scenario,
        Duration limit,
        boolean errorIsRight,
        List<Rule> rules) {

    /** One that is broken fails a required rule, or makes an advisory one's pass a partial. */
    record Rule(String name, boolean isRequired, Predicate<Played> holds) {}

    /** What the routes of all sixteen say, as the bench's advice wants it. */
    static final Map<String, String> ROUTE = Map.of("retry_after", "3s", "too_long", "next");

    static BenchScenario of(
            String id,
            String fault,
            Leg first,
            Leg next,
            int limitSeconds,
            boolean errorIsRight,
            Rule... rules) {
        return new BenchScenario(
                id,
                fault,
                new Scenario(
                        "bench-" + id,
                        fault,
                        List.of(first, next),
                        null,
                        Form.TEXT,
                        errorIsRight ? Contract.CLIENT_ERROR : Contract.WHOLE_OR_ERROR,
                        Expected.USUAL,
                        false),
                Duration.ofSeconds(limitSeconds),
                errorIsRight,
                List.of(rules));
    }

    /**
     * What the bench would say.
     *
     * @param isAliveAfter whether a healthy request was answered afterwards
     */
    Verdict judge(Played played, boolean isAliveAfter) {
        boolean hung =
                played.heard().end() == Heard.End.TOO_LATE || wall(played).compareTo(limit) > 0;
        boolean falseCompletion = played.heard().isDone() && !played.isWhole();
        if (hung || falseCompletion || !isAliveAfter || !broken(played, true).isEmpty()) {
            return Verdict.FAIL;
        }
        boolean isAnswered = played.heard().isDone() && played.isWhole();
        if (isAnswered == errorIsRight) {
            // To route around what a provider refuses on principle is counted as partial.
            return isAnswered ? Verdict.PARTIAL : Verdict.SAFE;
        }
        return broken(played, false).isEmpty() ? Verdict.PASS : Verdict.PARTIAL;
    }

    /** The rules that do not hold. */
    List<String> broken(Played played, boolean required) {
        return rules.stream()
                .filter(rule -> rule.isRequired == required && !rule.holds.test(played))
                .map(Rule::name)
                .toList();
    }

    static Duration wall(Played played) {
        return Duration.ofNanos(played.heard().ended() - played.heard().asked());
    }

    /** All but S15, which is a sequence of requests. */
    static List<BenchScenario> all() {
        return List.of(
                of(
                        "S01",
                        "429 with Retry-After: 2, once",
                        first(
                                        "s01",
                                        new Fault.Status(
                                                429, Duration.ofSeconds(2), Fault.Kind.RATE_LIMIT))
                                .times(1),
                        next("s01"),
                        20,
                        false,
                        within(1.5, 2),
                        advice("retried", played -> played.asked(0) >= 2),
                        advice("retried after 1.8 s", played -> gap(played) >= 1.8)),
                of(
                        "S02",
                        "429 without Retry-After, always",
                        first("s02", Fault.status(429)),
                        next("s02"),
                        40,
                        false,
                        within(3, 4),
                        atMost(6)),
                of(
                        "S03",
                        "500 once, then well",
                        first("s03", Fault.status(500)).times(1),
                        next("s03"),
                        20,
                        false,
                        advice("same provider retried", played -> played.asked(0) >= 2)),
                of(
                        "S04",
                        "503 always",
                        first("s04", Fault.status(503)),
                        next("s04"),
                        40,
                        false,
                        atMost(6)),
                of(
                        "S05",
                        "reset before headers, once",
                        first("s05", Fault.Dead.RESET).times(1),
                        next("s05"),
                        20,
                        false),
                of(
                        "S06",
                        "accepts, then silence",
                        first("s06", Fault.Dead.SILENT),
                        next("s06"),
                        130,
                        false,
                        ends("within 100 s", 100),
                        advice("silent route not retried", played -> played.asked(0) <= 1)),
                of(
                        "S07",
                        "headers at once, first token after 20 s",
                        first("s07", new Fault.LateFirstToken(Duration.ofSeconds(20))),
                        next("s07"),
                        60,
                        false,
                        advice("answered within 15 s", played -> seconds(played) <= 15)),
                of(
                        "S08",
                        "cut after 40 of 60 tokens",
                        first("s08", new Fault.Cut(40, Fault.How.FIN)),
                        next("s08"),
                        40,
                        false),
                of(
                        "S09",
                        "silent after 20 tokens",
                        first("s09", new Fault.Stall(20)),
                        next("s09"),
                        70,
                        false,
                        ends("within 45 s", 45)),
                of(
                        "S10",
                        "the tenth event is no JSON",
                        first("s10", new Fault.MalformedChunk(9)),
                        next("s10"),
                        30,
                        false,
                        advice("the answer is whole", Played::isWhole)),
                of(
                        "S11",
                        "no [DONE]",
                        first("s11", Fault.Ending.REASON_THEN_CLEAN_END),
                        next("s11"),
                        30,
                        false,
                        ends("finalised within 8 s", 8),
                        advice("usage is told", BenchScenario::tellsUsage)),
                of(
                        "S12",
                        "400 context_length_exceeded",
                        first("s12", new Fault.Status(400, null, Fault.Kind.CONTEXT_LENGTH)),
                        next("s12"),
                        20,
                        false,
                        must("one attempt at that model", played -> played.asked(0) == 1)),
                of(
                        "S13",
                        "400 content_policy_violation",
                        first("s13", new Fault.Status(400, null, Fault.Kind.CONTENT_POLICY)),
                        next("s13"),
                        20,
                        true,
                        must("one attempt at that model", played -> played.asked(0) == 1)),
                of(
                        "S14",
                        "cut after 40 tokens; the fallback refuses a prefill",
                        first("s14", new Fault.Cut(40, Fault.How.FIN)),
                        Leg.of(Wire.OPENAI, "s14-ok-noprefill", Fault.Continuing.REFUSES_PREFILL),
                        40,
                        false,
                        must(
                                "no prefill refusal is the outcome",
                                played ->
                                        played.heard().isDone()
                                                || played.attempts().get(1).stream()
                                                        .noneMatch(Attempt::endsWithAssistant))),
                of(
                        "S16",
                        "503 always: who is told to have answered",
                        first("s16", Fault.status(503)),
                        next("s16"),
                        40,
                        false,
                        atMost(6),
                        must("names the fallback's model", BenchScenario::namesTheFallback),
                        advice("usage is told", BenchScenario::tellsUsage)));
    }

    private static Leg first(String id, Fault fault) {
        return Leg.of(Wire.OPENAI, id + "-first", fault);
    }

    private static Leg next(String id) {
        return Leg.of(Wire.OPENAI, id + "-ok", null);
    }

    private static Rule must(String name, Predicate<Played> holds) {
        return new Rule(name, true, holds);
    }

    private static Rule advice(String name, Predicate<Played> holds) {
        return new Rule(name, false, holds);
    }

    private static Rule within(double seconds, int attempts) {
        return must(
                "at most " + attempts + " attempts in " + seconds + " s",
                played -> {
                    List<Attempt> all = played.attempts().getFirst();
                    return all.isEmpty()
                            || all.stream()
                                            .filter(
                                                    one ->
                                                            one.nanos() - all.getFirst().nanos()
                                                                    <= seconds * 1e9)
                                            .count()
                                    <= attempts;
                });
    }

    private static Rule atMost(int attempts) {
        return must("at most " + attempts + " attempts", played -> played.asked(0) <= attempts);
    }

    private static Rule ends(String name, int seconds) {
        return must(name, played -> seconds(played) <= seconds);
    }

    private static double seconds(Played played) {
        return wall(played).toNanos() / 1e9;
    }

    /** Between the first two attempts at the first target, in seconds; 0 without a second. */
    private static double gap(Played played) {
        List<Attempt> all = played.attempts().getFirst();
        return all.size() < 2 ? 0 : (all.get(1).nanos() - all.getFirst().nanos()) / 1e9;
    }

    private static boolean tellsUsage(Played played) {
        return played.heard().named("done").stream()
                .anyMatch(done -> done.data().path("usage").path("output_tokens").asInt() > 0);
    }

    private static boolean namesTheFallback(Played played) {
        String model = Objects.requireNonNull(played.scenario().legs().get(1)).model();
        return played.heard().named("start").stream()
                .anyMatch(start -> start.field("model").equals(model));
    }
}
