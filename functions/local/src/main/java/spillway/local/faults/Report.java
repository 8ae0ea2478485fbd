package spillway.local.faults;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes down what was observed; every verdict in it is computed. */
final class Report {
    /** No reader waits longer for another target. */
    static final Duration LIMIT = Duration.ofSeconds(5);

    static final long LIMIT_NANOS = LIMIT.toNanos();

    /** The same where the provider says that it failed. */
    static final Duration EXPLICIT_LIMIT = Duration.ofMillis(100);

    private final List<String> lines = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final String environment;

    Report(String environment) {
        this.environment = environment;
    }

    /** One row of the bench. */
    record BenchRow(String id, String fault, Verdict verdict, String seen) {}

    void bench(List<BenchRow> rows) {
        heading("The sixteen of Failover Bench");
        say(
                """
                The faults, rules and verdicts of the public catalogue (methodology v0.1, profile full), re-created before our
                gateway with the same durations (but silence lasts for ever, where theirs ends after 30 s or 120 s): **pass**, the
                reader got what was right and the system behaved; **partial**, the same, but some advice was not followed;
                **safe**, a clean error within bounds; **fail**, a hang, a cut answer presented as whole, or a rule broken.
                The columns of the others are the bench's own scorecard of 2026-09-12, *Failover Bench (failoverbench.dev), Saksham
                Kumar*, [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/),
                shortened to the verdicts; their versions and settings stand there. Ours were not run by the bench's makers.
                """);
        StringBuilder head = new StringBuilder("| | fault | **Spillway** |");
        StringBuilder rule = new StringBuilder("|---|---|---|");
        for (Peers peer : Peers.values()) {
            head.append(' ').append(peer.title()).append(" |");
            rule.append("---|");
        }
        lines.add(head.toString());
        lines.add(rule.toString());
        for (int i = 0; i < rows.size(); i++) {
            BenchRow row = rows.get(i);
            StringBuilder line = new StringBuilder();
            line.append("| ").append(row.id()).append(" | ").append(row.fault());
            line.append(" | ").append(row.verdict().words()).append(" |");
            for (Peers peer : Peers.values()) {
                line.append(' ').append(peer.verdicts().get(i).words()).append(" |");
            }
            lines.add(line.toString());
            if (row.verdict() != Verdict.PASS) {
                failures.add(row.id() + " is " + row.verdict().words() + ": " + row.seen());
            }
        }
        lines.add(tally(rows));
        lines.add("");
        lines.add("| | what was seen of ours |");
        lines.add("|---|---|");
        rows.forEach(row -> lines.add("| " + row.id() + " | " + row.seen() + " |"));
    }

    private static String tally(List<BenchRow> rows) {
        StringBuilder line = new StringBuilder("| | **pass / partial / safe / fail** | **");
        line.append(tallyOf(rows.stream().map(BenchRow::verdict))).append("** |");
        for (Peers peer : Peers.values()) {
            line.append(' ').append(tallyOf(peer.verdicts().stream())).append(" |");
        }
        return line.toString();
    }

    private static String tallyOf(Stream<Verdict> verdicts) {
        Map<Verdict, Long> counts =
                verdicts.collect(
                        Collectors.groupingBy(
                                verdict -> verdict,
                                () -> new EnumMap<>(Verdict.class),
                                Collectors.counting()));
        return Stream.of(Verdict.values())
                .map(verdict -> counts.getOrDefault(verdict, 0L).toString())
                .collect(Collectors.joining(" / "));
    }

    void scenarios(String title, String words, List<Played> played) {
        heading(title);
        say(words);
        lines.add(
                "| fault | first target | must end as | the reader saw | failover ms | attempts | |");
        lines.add("|---|---|---|---|--:|--:|---|");
        for (Played one : played) {
            List<String> against = one.objections();
            lines.add(
                    "| "
                            + String.join(
                                    " | ",
                                    title(one.scenario()),
                                    Wall.kind(one.scenario().legs().getFirst().wire()),
                                    one.scenario().contract().words(),
                                    one.seen(),
                                    millis(one),
                                    attempts(one),
                                    against.isEmpty()
                                            ? "ok"
                                            : "**no**: " + String.join("; ", against))
                            + " |");
            if (!against.isEmpty()) {
                failures.add(one.scenario().id() + ": " + String.join("; ", against));
            }
        }
    }

    private static String title(Scenario scenario) {
        return scenario.what() + (scenario.onBreak() == null ? "" : ", " + scenario.onBreak());
    }

    private static String millis(Played played) {
        boolean isFailover =
                switch (played.scenario().contract()) {
                    case NEXT_ANSWERS, GOES_ON, STARTS_AGAIN -> true;
                    case FIRST_ANSWERS,
                            SAME_ANSWERS,
                            CLIENT_ERROR,
                            FAILS_OPENLY,
                            HTTP_ERROR,
                            EXPLICIT_ERROR,
                            WHOLE_OR_ERROR ->
                            false;
                };
        return isFailover && played.failover().isPresent()
                ? Long.toString(played.failover().getAsLong() / 1_000_000)
                : "";
    }

    private static String attempts(Played played) {
        return played.attempts().stream()
                .map(attempts -> Integer.toString(attempts.size()))
                .collect(Collectors.joining("+"));
    }

    /**
     * The promises about time.
     *
     * @param quick played one after the other
     * @param again the explicit ones for a second and a third time
     * @param slow those that a timer has to find, side by side
     */
    void times(List<Played> quick, List<Played> again, List<Played> slow) {
        heading("How long a reader waits");
        say(
                """
                *Before the first content*: from asking to it, where another target took over. *Inside an answer*: from the break to
                the next content. *Said*: the provider says that it failed, or breaks the connection; asked one after the other,
                after a warm-up. Before the first content each such fault is met three times, with fresh targets, and the best of
                three is judged: the others may have waited for a processor. *Silent*: a timer has to find it, inside an answer
                `next_event`, which is 10 s without saying, so that a model may pause.
                """);
        lines.add("| | faults | median ms | slowest ms | slowest is | must be under ms | |");
        lines.add("|---|--:|--:|--:|---|--:|---|");
        time(
                "said, before the first content",
                waits(Stream.concat(quick.stream(), again.stream()), Contract.NEXT_ANSWERS),
                EXPLICIT_LIMIT);
        time(
                "silent, before the first content",
                waits(slow.stream(), Contract.NEXT_ANSWERS),
                LIMIT);
        time("said, inside an answer", waits(quick.stream(), Contract.GOES_ON), LIMIT);
        time("silent, inside an answer", waits(slow.stream(), Contract.GOES_ON), null);
    }

    /** The shortest wait for each fault that was met, in nanoseconds. */
    private static Map<String, Long> waits(Stream<Played> played, Contract contract) {
        Map<String, Long> waits = new HashMap<>();
        played.filter(one -> one.scenario().contract() == contract)
                .filter(one -> one.failover().isPresent())
                .forEach(
                        one ->
                                waits.merge(
                                        one.scenario().id().replaceFirst("^(second|third)-", ""),
                                        one.failover().getAsLong(),
                                        Math::min));
        return waits;
    }

    private void time(String name, Map<String, Long> nanos, @Nullable Duration limit) {
        List<Map.Entry<String, Long>> all =
                nanos.entrySet().stream().sorted(Map.Entry.comparingByValue()).toList();
        if (all.isEmpty()) {
            failures.add(name + ": no fault led to another target's answer");
            return;
        }
        long slowest = all.getLast().getValue();
        boolean isKept = limit == null || slowest < limit.toNanos();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "| %s | %d | %d | %d | %s | %s | %s |",
                        name,
                        all.size(),
                        all.get(all.size() / 2).getValue() / 1_000_000,
                        slowest / 1_000_000,
                        all.getLast().getKey(),
                        limit == null ? "" : limit.toMillis(),
                        limit == null ? "" : isKept ? "ok" : "**no**"));
        if (!isKept) {
            failures.add(name + ", " + all.getLast().getKey() + ": " + slowest / 1_000_000 + " ms");
        }
    }

    void storm(Storm.Outcome storm) {
        heading("200 streams at once");
        long kept = storm.played().stream().filter(one -> one.objections().isEmpty()).count();
        say(
                """
                The faults above, all at the same moment, each with targets of its own; then everything is counted.
                """);
        lines.add("| | before | after |");
        lines.add("|---|--:|--:|");
        lines.add(
                "| streams that ended as their contract says | | "
                        + kept
                        + " of "
                        + storm.played().size()
                        + " |");
        lines.add("| seconds until the last had ended | | " + seconds(storm.took()) + " |");
        lines.add(
                "| streams that hung | | "
                        + storm.played().stream()
                                .filter(one -> one.heard().end() == Heard.End.TOO_LATE)
                                .count()
                        + " |");
        lines.add("| requests that run at the providers | | " + storm.activeAfter() + " |");
        lines.add(
                "| connections to providers, by the gateway's process | "
                        + storm.before().connections()
                        + " | "
                        + storm.after().connections()
                        + " |");
        lines.add(
                "| the same, by the providers (all idle, kept for the next request) | | "
                        + storm.openAfter()
                        + " |");
        lines.add(
                "| workers that wait for an invocation | "
                        + storm.idleBefore()
                        + " | "
                        + storm.idleAfter()
                        + " |");
        lines.add(
                "| virtual threads of the function's process | "
                        + storm.before().virtualThreads()
                        + " | "
                        + storm.after().virtualThreads()
                        + " |");
        lines.add(
                "| platform threads of it | "
                        + storm.before().platformThreads()
                        + " | "
                        + storm.after().platformThreads()
                        + " |");
        storm.left().forEach(left -> failures.add("after the storm: " + left));
        storm.played().stream()
                .filter(one -> !one.objections().isEmpty())
                .forEach(
                        one ->
                                failures.add(
                                        one.scenario().id()
                                                + " (at once): "
                                                + String.join("; ", one.objections())));
    }

    /** What did not end as it must; empty when all did. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    String text(Duration took) {
        List<String> all = new ArrayList<>();
        all.add("# Every way a provider can fail");
        all.add("");
        all.add(
                "Written by `functions/run --faults` on "
                        + LocalDate.now(ZoneOffset.UTC)
                        + " in "
                        + seconds(took)
                        + " s. "
                        + environment);
        all.add("");
        all.add(
                """
                Each scenario went the whole real way: a reader on a socket, the front door, the Lambda Runtime API, the packaged
                function in a process of its own, the state table, and providers that speak their wire over raw sockets and break on
                command. Every setting is its default, but for the sixteen: their routes wait for a `Retry-After` of up to 3 s (`retry_after`;
                otherwise another target is asked at once) and ask the next target with what is too long for one (`too_long`;
                otherwise that is the caller's matter), as the bench's advice wants it; and the breaker of the target that flaps in
                S15 stays open for 10 s at most instead of 60 s, since the bench stops asking 16 s after the outage. The scheduled health probe is off, since it would ask the
                targets, too. The reader's text is compared with the provider's to the byte: an answer is whole, or it ends by an
                explicit error.
                Attempts are counted at the providers, in the order of the targets.
                """);
        all.add(
                failures.isEmpty()
                        ? "**All of it ended as it must.**"
                        : "**" + failures.size() + " did not end as it must:**");
        all.add("");
        failures.forEach(failure -> all.add("- " + failure));
        all.addAll(lines);
        all.add("");
        return String.join("\n", all);
    }

    private void heading(String title) {
        lines.add("");
        lines.add("## " + title);
        lines.add("");
    }

    private void say(String words) {
        lines.add(words.strip());
        lines.add("");
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
    }
}
