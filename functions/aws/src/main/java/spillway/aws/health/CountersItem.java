package spillway.aws.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import spillway.health.Counters;
import spillway.health.Evidence;
import spillway.health.Latencies;
import spillway.health.Tally;

/**
 * A target's counters, {@code pk = H#<target>}, {@code sk = C}. Apart from the board, so that a
 * storm of failures does not rewrite that.
 *
 * <p>Times are in the names, so that adding is all a write does. For the breaker, with the number
 * of half a window: {@code f} failures, {@code s} successes, {@code i} the reporters of failures;
 * {@code g} with a version, the failures of that state. For reports, with the number of a {@link
 * Tally#SPAN}: {@code S} successes, {@code F} failures that count, {@code L} the sum of times to
 * first content, {@code H<span>:<bucket>} how many of them, {@code R<span>:<reason>} failures. And
 * {@code z} when anything was told, {@code q} and {@code k} when a probe ended and whether well.
 */
final class CountersItem {
    private static final Duration KEPT = Duration.ofHours(1);

    private CountersItem() {}

    static Map<String, AttributeValue> key(String target) {
        return Map.of("pk", Values.text("H#" + target), "sk", Values.text("C"));
    }

    /**
     * Adds, and removes what has left the window.
     *
     * @param stale more names to remove
     */
    static Update adding(Evidence evidence, Instant now, Set<String> stale) {
        long half = halfOf(evidence, now);
        long span = Tally.spanOf(now);
        Update update =
                new Update()
                        .set("z", Values.moment(now))
                        .set("ttl", Values.number(now.plus(KEPT).getEpochSecond()))
                        .add("s" + half, evidence.successes())
                        .add("S" + span, evidence.successes())
                        .add("L" + span, evidence.firstContent().sumMillis());
        if (evidence.failures() > 0) {
            update.add("f" + half, evidence.failures())
                    .add("i" + half, AttributeValue.fromSs(List.of(evidence.reporter())))
                    .add("g" + evidence.version(), evidence.failures())
                    .add("F" + span, evidence.failures());
        }
        evidence.reasons().forEach((reason, count) -> update.add("R" + span + ":" + reason, count));
        List<Long> counts = evidence.firstContent().counts();
        for (int i = 0; i < counts.size(); i++) {
            update.add("H" + span + ":" + i, counts.get(i));
        }
        Boolean probeOk = evidence.probeOk();
        if (probeOk != null) {
            update.set("q", Values.moment(now)).set("k", AttributeValue.fromBool(probeOk));
        }
        Set<String> gone = new LinkedHashSet<>(stale);
        for (String kind : List.of("f", "s", "i")) {
            gone.add(kind + (half - 2));
            gone.add(kind + (half - 3));
        }
        // What this very write adds to is not gone: an attempt may end late, a clock be set back.
        gone.stream().filter(name -> !update.names(name)).forEach(update::remove);
        return update;
    }

    static Counters counters(Map<String, AttributeValue> item, Evidence evidence, Instant now) {
        long half = halfOf(evidence, now);
        Set<String> reporters = new HashSet<>();
        for (String name : List.of("i" + half, "i" + (half - 1))) {
            AttributeValue set = item.get(name);
            if (set != null) {
                reporters.addAll(set.ss());
            }
        }
        return new Counters(
                Values.number(item, "f" + half) + Values.number(item, "f" + (half - 1)),
                Values.number(item, "s" + half) + Values.number(item, "s" + (half - 1)),
                reporters.size(),
                Values.number(item, "g" + evidence.version()));
    }

    /** The names of the item that nobody asks for any more. */
    static Set<String> stale(Map<String, AttributeValue> item, Evidence evidence, Instant now) {
        long half = halfOf(evidence, now);
        long span = Tally.spanOf(now);
        Set<String> stale = new HashSet<>();
        for (String name : item.keySet()) {
            boolean isStale =
                    switch (name.charAt(0)) {
                        case 'f', 's', 'i' -> !name.equals("sk") && number(name) < half - 1;
                        case 'g' -> number(name) < evidence.version();
                        case 'S', 'F', 'L', 'H', 'R' -> number(name) < span - 1;
                        default -> false;
                    };
            if (isStale) {
                stale.add(name);
            }
        }
        return stale;
    }

    static Tally tally(Map<String, AttributeValue> item, Instant now) {
        long span = Tally.spanOf(now);
        AttributeValue probeOk = item.get("k");
        return new Tally(
                span(item, span),
                span(item, span - 1),
                Values.moment(item, "z"),
                Values.moment(item, "q"),
                probeOk == null ? null : probeOk.bool());
    }

    private static Tally.Span span(Map<String, AttributeValue> item, long span) {
        String reasons = "R" + span + ":";
        Map<String, Long> failuresByReason = new HashMap<>();
        for (String name : item.keySet()) {
            if (name.startsWith(reasons)) {
                failuresByReason.put(name.substring(reasons.length()), Values.number(item, name));
            }
        }
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < Latencies.NONE.counts().size(); i++) {
            counts.add(Values.number(item, "H" + span + ":" + i));
        }
        return new Tally.Span(
                Values.number(item, "S" + span),
                Values.number(item, "F" + span),
                failuresByReason,
                new Latencies(counts, Values.number(item, "L" + span)));
    }

    private static long halfOf(Evidence evidence, Instant now) {
        return Math.floorDiv(now.toEpochMilli(), evidence.halfMillis());
    }

    private static long number(String name) {
        int colon = name.indexOf(':');
        return Long.parseLong(name, 1, colon < 0 ? name.length() : colon, 10);
    }
}
