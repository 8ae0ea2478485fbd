package spillway.local.faults;

import java.time.Duration;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.Wire;

/** What a fault means to a reader: when it strikes, and whether it is one at all. */
enum Nature {
    /** Rare and legal: the answer is whole. */
    LEGAL,
    /** The provider finds fault with the request. */
    CLIENT,
    /** Before the first content, and said. */
    EARLY,
    /** Before the first content, and found by a timer. */
    EARLY_SILENT,
    /** Inside plain text, and said. */
    LATE,
    /** Inside plain text, and found by a timer. */
    LATE_SILENT,
    /** Inside a tool call, a document or a thought, where nobody else can go on. */
    INSIDE,
    /** All the text came, but not the end of it. */
    UNENDED,
    /** The same, and a timer has to find it. */
    UNENDED_SILENT;

    /** A model that says a word in so long a time is slow; one that needs longer is broken. */
    private static final Duration SLOW = Duration.ofSeconds(2);

    boolean isSilent() {
        return this == EARLY_SILENT || this == LATE_SILENT || this == UNENDED_SILENT;
    }

    static Nature of(Fault fault, Wire wire) {
        return switch (fault) {
            case Fault.Dead dead ->
                    switch (dead) {
                        case REFUSED, RESET, CLOSED, CUT_IN_HEADERS -> EARLY;
                        case SILENT, SILENT_IN_HEADERS -> EARLY_SILENT;
                    };
            case Fault.Status(var code, _, _) ->
                    code == 400 || code == 413 || code == 422 ? CLIENT : EARLY;
            case Fault.WrongBody _, Fault.ErrorFirst _, Fault.LargeHeaders _ -> EARLY;
            case Fault.HeadersOnly _, Fault.LateFirstToken _ -> EARLY_SILENT;
            case Fault.PreludeThen then ->
                    switch (then) {
                        case ERROR, CLEAN_END -> EARLY;
                        case SILENCE, PINGS -> EARLY_SILENT;
                    };
            case Fault.ErrorEvent _, Fault.Cut _, Fault.MalformedChunk _ -> LATE;
            case Fault.Stall _, Fault.PingsAfter _, Fault.DripAfter _ -> LATE_SILENT;
            case Fault.Drip(var gap) -> gap.compareTo(SLOW) < 0 ? LEGAL : EARLY_SILENT;
            case Fault.Ending ending -> of(ending, wire);
            case Fault.Content content ->
                    switch (content) {
                        case REFUSAL, LENGTH, TOOL_CALLS, REASONING, JSON -> LEGAL;
                        case CUT_IN_TOOL_CALL, CUT_IN_JSON, CUT_IN_REASONING -> INSIDE;
                        case NOTHING -> EARLY;
                    };
            case Fault.Framing _, Fault.Continuing _ -> LEGAL;
        };
    }

    /** OpenAI's answer is whole once its reason is told, Anthropic's only with its last event. */
    private static Nature of(Fault.Ending ending, Wire wire) {
        return switch (ending) {
            case WHOLE_THEN_SILENCE -> LEGAL;
            case TERMINAL_WITHOUT_REASON -> UNENDED;
            case REASON_THEN_CLEAN_END, REASON_THEN_RESET -> wire == Wire.OPENAI ? LEGAL : UNENDED;
            case REASON_THEN_SILENCE -> wire == Wire.OPENAI ? LEGAL : UNENDED_SILENT;
        };
    }
}
