package spillway.local.faults;

import static spillway.testkit.provider.Wire.ANTHROPIC;
import static spillway.testkit.provider.Wire.OPENAI;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import spillway.local.faults.Scenario.Expected;
import spillway.local.faults.Scenario.Form;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.ScriptedProviderServer;
import spillway.testkit.provider.Wire;

/** Our own scenarios: every fault of the catalogue, first, and at both targets, and in between. */
final class Scenarios {
    /** Models of this name take a beginning of their answer. */
    private static final String TAKES_A_BEGINNING = "claude-3-";

    private static final Fault CUT = new Fault.Cut(20, Fault.How.FIN);

    private Scenarios() {}

    /** Every fault at the first target, before a healthy one, on both wires. */
    static List<Scenario> healthyNext() {
        List<Scenario> all = new ArrayList<>();
        for (Map.Entry<String, Fault> entry : Fault.catalogue().entrySet()) {
            for (Wire wire : Wire.values()) {
                all.add(withHealthyNext(entry.getKey(), entry.getValue(), wire, null));
            }
        }
        return all;
    }

    /**
     * Those that say at once that they failed, again with targets of their own: what is measured
     * thrice is not the machine's bad moment.
     */
    static List<Scenario> explicitAgain(List<Scenario> healthyNext) {
        List<Scenario> all = new ArrayList<>();
        for (String time : List.of("second-", "third-")) {
            healthyNext.stream()
                    .filter(one -> one.contract() == Contract.NEXT_ANSWERS && !one.takesTime())
                    .forEach(one -> all.add(one.again(time)));
        }
        return all;
    }

    /** Every fault inside an answer, with the two other contracts, on both wires. */
    static List<Scenario> otherContracts() {
        List<Scenario> all = new ArrayList<>();
        for (Map.Entry<String, Fault> entry : Fault.catalogue().entrySet()) {
            for (Wire wire : Wire.values()) {
                switch (Nature.of(entry.getValue(), wire)) {
                    case LATE, LATE_SILENT, INSIDE -> {
                        for (String onBreak : List.of("error", "restart")) {
                            all.add(
                                    withHealthyNext(
                                            entry.getKey(), entry.getValue(), wire, onBreak));
                        }
                    }
                    case LEGAL, CLIENT, EARLY, EARLY_SILENT, UNENDED, UNENDED_SILENT -> {}
                }
            }
        }
        return all;
    }

    /** Every fault at both targets, each on another wire. */
    static List<Scenario> bothFail() {
        List<Scenario> all = new ArrayList<>();
        for (Map.Entry<String, Fault> entry : Fault.catalogue().entrySet()) {
            Fault fault = entry.getValue();
            Nature nature = Nature.of(fault, OPENAI);
            if (nature != Nature.LEGAL) {
                String id = "both-" + entry.getKey();
                all.add(
                        new Scenario(
                                id,
                                entry.getKey() + ", both",
                                List.of(
                                        Leg.of(OPENAI, id + "-1", fault),
                                        Leg.of(ANTHROPIC, id + "-2", fault)),
                                null,
                                form(fault),
                                whenBothFail(fault, nature),
                                expected(fault, OPENAI),
                                takesTime(fault, nature)));
            }
        }
        return all;
    }

    /** What no single fault shows. */
    static List<Scenario> combined() {
        return List.of(
                text(
                        "then-rejected",
                        "503, and the next finds fault with the request",
                        Contract.HTTP_ERROR,
                        Leg.of(OPENAI, "then-rejected-1", Fault.status(503)),
                        Leg.of(ANTHROPIC, "then-rejected-2", Fault.status(400))),
                text(
                        "once-500",
                        "500 once, then well",
                        Contract.WHOLE_OR_ERROR,
                        Leg.of(OPENAI, "once-500-1", Fault.status(500)).times(1),
                        Leg.of(ANTHROPIC, "once-500-2", null)),
                text(
                        "only-500",
                        "500 once, and no other target",
                        Contract.SAME_ANSWERS,
                        Leg.of(OPENAI, "only-500-1", Fault.status(500)).times(1)),
                text(
                        "only-429",
                        "429 with Retry-After: 2, once, and no other target",
                        Contract.SAME_ANSWERS,
                        Leg.of(
                                        OPENAI,
                                        "only-429-1",
                                        new Fault.Status(
                                                429, Duration.ofSeconds(2), Fault.Kind.RATE_LIMIT))
                                .times(1)),
                text(
                        "cut-prefilled",
                        "cut; the next takes a beginning",
                        Contract.GOES_ON,
                        Leg.of(OPENAI, "cut-prefilled-1", CUT),
                        Leg.of(ANTHROPIC, TAKES_A_BEGINNING + "cut-prefilled-2", null)),
                text(
                        "cut-refused",
                        "cut; the next refuses a beginning, the third goes on",
                        Contract.GOES_ON,
                        Leg.of(OPENAI, "cut-refused-1", CUT),
                        Leg.of(
                                ANTHROPIC,
                                TAKES_A_BEGINNING + "cut-refused-2",
                                Fault.Continuing.REFUSES_PREFILL),
                        Leg.of(OPENAI, "cut-refused-3", null)),
                text(
                        "cut-only-refused",
                        "cut; the next refuses a beginning, nobody else",
                        Contract.WHOLE_OR_ERROR,
                        Leg.of(OPENAI, "cut-only-refused-1", CUT),
                        Leg.of(
                                ANTHROPIC,
                                TAKES_A_BEGINNING + "cut-only-refused-2",
                                Fault.Continuing.REFUSES_PREFILL)),
                text(
                        "cut-twice",
                        "cut; the next is cut, too; the third goes on",
                        Contract.GOES_ON,
                        Leg.of(OPENAI, "cut-twice-1", CUT),
                        Leg.of(ANTHROPIC, "cut-twice-2", CUT),
                        Leg.of(OPENAI, "cut-twice-3", null)),
                text(
                        "cut-at-the-point",
                        "cut; the next goes on at the point, though told to repeat",
                        Contract.WHOLE_OR_ERROR,
                        Leg.of(OPENAI, "cut-at-the-point-1", CUT),
                        Leg.of(ANTHROPIC, "cut-at-the-point-2", Fault.Continuing.AT_THE_POINT)),
                text(
                        "cut-from-the-start",
                        "cut; the next begins again",
                        Contract.GOES_ON,
                        Leg.of(OPENAI, "cut-from-the-start-1", CUT),
                        Leg.of(ANTHROPIC, "cut-from-the-start-2", Fault.Continuing.FROM_THE_START)),
                text(
                        "cut-elsewhere",
                        "cut; the next says something else",
                        Contract.FAILS_OPENLY,
                        Leg.of(OPENAI, "cut-elsewhere-1", CUT),
                        Leg.of(ANTHROPIC, "cut-elsewhere-2", Fault.Continuing.ELSEWHERE)),
                text(
                        "cut-then-503",
                        "cut; the next answers 503",
                        Contract.FAILS_OPENLY,
                        Leg.of(OPENAI, "cut-then-503-1", CUT),
                        Leg.of(ANTHROPIC, "cut-then-503-2", Fault.status(503))));
    }

    private static Scenario text(String id, String what, Contract contract, Leg... legs) {
        return new Scenario(
                id, what, List.of(legs), null, Form.TEXT, contract, Expected.USUAL, false);
    }

    private static Scenario withHealthyNext(
            String name, Fault fault, Wire wire, @Nullable String onBreak) {
        Nature nature = Nature.of(fault, wire);
        String id = name + "-" + Wall.kind(wire) + (onBreak == null ? "" : "-" + onBreak);
        Wire other = wire == OPENAI ? ANTHROPIC : OPENAI;
        return new Scenario(
                id,
                name,
                List.of(Leg.of(wire, id + "-1", fault), Leg.of(other, id + "-2", healthy(fault))),
                onBreak,
                form(fault),
                contract(nature, onBreak),
                expected(fault, wire),
                takesTime(fault, nature));
    }

    private static Contract contract(Nature nature, @Nullable String onBreak) {
        return switch (nature) {
            case LEGAL -> Contract.FIRST_ANSWERS;
            case CLIENT -> Contract.CLIENT_ERROR;
            case EARLY, EARLY_SILENT -> Contract.NEXT_ANSWERS;
            case UNENDED, UNENDED_SILENT -> Contract.WHOLE_OR_ERROR;
            case LATE, LATE_SILENT, INSIDE ->
                    switch (onBreak) {
                        case "error" -> Contract.FAILS_OPENLY;
                        case "restart" -> Contract.STARTS_AGAIN;
                        case null, default ->
                                nature == Nature.INSIDE ? Contract.FAILS_OPENLY : Contract.GOES_ON;
                    };
        };
    }

    private static Contract whenBothFail(Fault fault, Nature nature) {
        return switch (nature) {
            case LEGAL -> Contract.FIRST_ANSWERS;
            case CLIENT -> Contract.CLIENT_ERROR;
            case EARLY -> Contract.HTTP_ERROR;
            case EARLY_SILENT ->
                    switch (fault) {
                        // A model that is late is waited for when nobody else is left.
                        case Fault.LateFirstToken _ -> Contract.WHOLE_OR_ERROR;
                        // Whoever shows life just before the hold is over begins a 200.
                        case Fault.PreludeThen _ -> Contract.EXPLICIT_ERROR;
                        default -> Contract.HTTP_ERROR;
                    };
            case LATE, LATE_SILENT, INSIDE -> Contract.FAILS_OPENLY;
            case UNENDED, UNENDED_SILENT -> Contract.WHOLE_OR_ERROR;
        };
    }

    private static boolean takesTime(Fault fault, Nature nature) {
        return nature.isSilent()
                || fault instanceof Fault.Drip
                || fault == Fault.Ending.REASON_THEN_SILENCE
                || fault == Fault.Ending.WHOLE_THEN_SILENCE;
    }

    private static Form form(Fault fault) {
        return switch (fault) {
            case Fault.Content.TOOL_CALLS, Fault.Content.CUT_IN_TOOL_CALL -> Form.TOOL;
            case Fault.Content.JSON, Fault.Content.CUT_IN_JSON -> Form.JSON;
            default -> Form.TEXT;
        };
    }

    /** What the healthy target does, so that its answer is of the kind that was asked for. */
    private static @Nullable Fault healthy(Fault broken) {
        return switch (form(broken)) {
            case TEXT -> null;
            case TOOL -> Fault.Content.TOOL_CALLS;
            case JSON -> Fault.Content.JSON;
        };
    }

    private static Expected expected(Fault fault, Wire wire) {
        return switch (fault) {
            case Fault.Content.REFUSAL ->
                    new Expected("", wire == OPENAI ? "I cannot help with that." : "", 0);
            case Fault.Content.TOOL_CALLS, Fault.Content.CUT_IN_TOOL_CALL ->
                    new Expected("Looking.", "", 2);
            case Fault.Content.JSON, Fault.Content.CUT_IN_JSON ->
                    Expected.text(ScriptedProviderServer.JSON_ANSWER);
            case Fault.Framing.LONG_LINE -> Expected.text(Text.WHOLE + "x".repeat(300_000));
            default -> Expected.USUAL;
        };
    }
}
