package spillway.routing;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/** What becomes of an answer whose target breaks after its reader has begun to read. */
public enum OnBreak {
    /** Another target goes on from the exact point, where that can be done; else {@link #ERROR}. */
    CONTINUE,
    /** The answer ends, and says how far it came. */
    ERROR,
    /** The reader is told to throw away what he has, and another target begins anew. */
    RESTART;

    private static final SequencedMap<String, OnBreak> BY_NAME = names();

    /** The name on our own wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All of them by that name. */
    public static SequencedMap<String, OnBreak> byName() {
        return BY_NAME;
    }

    private static SequencedMap<String, OnBreak> names() {
        var names = new LinkedHashMap<String, OnBreak>();
        Arrays.stream(values()).forEach(value -> names.put(value.wireName(), value));
        return Collections.unmodifiableSequencedMap(names);
    }
}
