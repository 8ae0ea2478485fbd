package spillway.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Gathers what is wrong with a document, so that all of it can be told at once. Not for use by
 * several threads.
 */
public final class Mistakes {
    /** How many are told; a document with more is not what its writer meant it to be. */
    public static final int MOST = 50;

    private final List<Mistake> found = new ArrayList<>();

    /** Notes one, unless there are too many already. */
    public void add(Json.Place place, String detail) {
        if (!isFull()) {
            found.add(new Mistake(place, detail));
        }
    }

    /** Notes one about a value. */
    public void add(Json value, String detail) {
        add(value.place(), detail);
    }

    /** Whether nothing is wrong. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** Whether no more are noted. */
    public boolean isFull() {
        return found.size() >= MOST;
    }

    /** Those noted, in the order of the document. */
    public List<Mistake> inOrder() {
        List<Mistake> sorted = new ArrayList<>(found);
        sorted.sort(
                java.util.Comparator.comparingInt((Mistake m) -> m.place().line())
                        .thenComparingInt(m -> m.place().column()));
        return Collections.unmodifiableList(sorted);
    }
}
