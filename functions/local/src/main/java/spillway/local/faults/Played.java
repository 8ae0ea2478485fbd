package spillway.local.faults;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import spillway.testkit.provider.Attempt;
import spillway.testkit.provider.Fault;

/**
 * A scenario that has been played.
 *
 * @param attempts at each leg, as its provider logged them
 * @param targets the legs by the names that answers tell
 */
record Played(Scenario scenario, Heard heard, List<List<Attempt>> attempts, List<String> targets) {
    Played {
        attempts = List.copyOf(attempts);
        targets = List.copyOf(targets);
    }

    /** What is against it; empty when it ended as its contract says. */
    List<String> objections() {
        return scenario.contract().objections(this);
    }

    int asked(int leg) {
        return attempts.get(leg).size();
    }

    int askedBeside(int leg) {
        return IntStream.range(0, attempts.size()).filter(i -> i != leg).map(this::asked).sum();
    }

    /**
     * Whether that leg was asked, as far as can be known: where nobody listens nothing is logged.
     */
    boolean wasAsked(int leg) {
        return !attempts.get(leg).isEmpty()
                || scenario.legs().get(leg).fault() == Fault.Dead.REFUSED;
    }

    /** Whether the reader has all of the answer and nothing else, to the byte. */
    boolean isWhole() {
        return heard.text().equals(scenario.expected().text())
                && heard.refusal().equals(scenario.expected().refusal())
                && heard.wholeCalls() == scenario.expected().calls();
    }

    boolean isBeginning() {
        return scenario.expected().text().startsWith(heard.text());
    }

    /** How much of the answer the reader has. */
    String extent() {
        int has = heard.text().length();
        int all = scenario.expected().text().length();
        return isWhole()
                ? "whole"
                : (isBeginning() ? "" : "NOT the provider's text, ")
                        + has
                        + " of "
                        + all
                        + " characters";
    }

    /**
     * How long the reader had nothing new because of the fault, in nanoseconds: from asking to the
     * first content; where another target took over inside the text, from the break to the next
     * content. Empty where nothing came.
     */
    OptionalLong failover() {
        OptionalLong afterTheBreak = heard.contentAfterTheBreak();
        if (afterTheBreak.isEmpty()) {
            return since(heard.asked(), heard.firstContent());
        }
        return since(
                attempts.getFirst().stream().mapToLong(Attempt::struck).max().orElse(heard.asked()),
                afterTheBreak);
    }

    private static OptionalLong since(long start, OptionalLong moment) {
        return moment.isPresent()
                ? OptionalLong.of(moment.getAsLong() - start)
                : OptionalLong.empty();
    }

    /** The answer in short, as its reader met it. */
    String seen() {
        if (heard.status() != 200) {
            return heard.status() == 0 ? "nothing" : heard.status() + problem();
        }
        StringBuilder seen = new StringBuilder("200");
        for (Heard.Event event : heard.events()) {
            if (event.name().equals("switch") || event.name().equals("reset")) {
                seen.append(", ").append(event.name()).append(" at ").append(event.field("at"));
            }
        }
        seen.append(", ").append(extent());
        heard.last().forEach(event -> seen.append(", ").append(ending(event)));
        return seen.append(heard.last().findAny().isEmpty() ? ", no last event" : "").toString();
    }

    private static String ending(Heard.Event event) {
        return event.name().equals("done")
                ? "done (" + event.field("finish_reason") + ")"
                : "failed";
    }

    private String problem() {
        StringBuilder reasons = new StringBuilder();
        heard.attempts()
                .forEach(
                        attempt ->
                                reasons.append(reasons.isEmpty() ? ": " : ", ")
                                        .append(attempt.path("reason").asText()));
        return reasons.toString();
    }
}
