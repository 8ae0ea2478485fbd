package spillway.relay;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Joins a continuation to the text it continues, while it comes: drops exactly what it repeats and
 * lets through all that follows.
 *
 * <p>A continuation that was told to repeat the last words may repeat more or fewer of them, or all
 * of the text. Each is the same to the matcher: what it repeats must be an end of the text, and one
 * long enough to stand in it only once, so that there is one place only where it can end. It is
 * decided at the first character that settles it. Memory is bounded: what was repeated is not kept.
 */
final class Splice {
    /** What is known after a piece of the continuation. */
    sealed interface Step {}

    /** It still repeats. */
    record Repeating() implements Step {}

    /** It has joined: this is the first that is new, and may be empty. All that comes is new. */
    record Joined(String fresh) implements Step {
        @Override
        public String toString() {
            return "Joined[" + fresh.length() + " chars]";
        }
    }

    /** It does not join. */
    record Apart() implements Step {}

    /** How far from its end a repetition may begin, unless it repeats the whole text. */
    private static final int WINDOW = 4096;

    /** The longest text that may be repeated from its beginning. */
    private static final int LONGEST_WHOLE = 64 * 1024;

    /** White space before the first word, of which no more is waited through. */
    private static final int MOST_BLANK = 256;

    private static final Repeating REPEATING = new Repeating();

    private final Seam seam;

    /** Where in the text the repetition may have begun. */
    private int[] starts;

    private int repeated;
    private int blank;
    private boolean atTheEnd;
    private int loose;

    private Splice(Seam seam, int[] starts) {
        this.seam = seam;
        this.starts = starts;
        this.atTheEnd = starts.length == 0;
    }

    /** For a continuation that goes on where {@link Seam#said} ends. */
    static Splice afterPrefill(Seam seam) {
        return new Splice(seam, new int[0]);
    }

    /** For a continuation that repeats the last words of {@link Seam#said}. */
    static Splice afterRepetition(Seam seam) {
        return new Splice(seam, seam.said().isEmpty() ? new int[0] : startsIn(seam));
    }

    /** Takes the next piece; nothing is taken after it has joined or come apart. */
    Step add(String piece) {
        for (int i = 0; i < piece.length(); i++) {
            char next = piece.charAt(i);
            if (!atTheEnd) {
                if (!repeats(next)) {
                    return new Apart();
                }
            } else if (isLoose(next)) {
                loose++;
            } else {
                return ending(piece.substring(i));
            }
        }
        return atTheEnd && loose == seam.loose().length() ? new Joined("") : REPEATING;
    }

    /** Whether a continuation that ends here has joined. */
    boolean joinsIfItEnds() {
        return atTheEnd && !isHalfLeft();
    }

    private Step ending(String fresh) {
        return isHalfLeft() ? new Apart() : new Joined(fresh);
    }

    private boolean isLoose(char next) {
        return loose < seam.loose().length() && seam.loose().charAt(loose) == next;
    }

    /** Whether half a character has been delivered that nothing would complete. */
    private boolean isHalfLeft() {
        String rest = seam.loose().substring(loose);
        return !rest.isEmpty() && Character.isHighSurrogate(rest.charAt(rest.length() - 1));
    }

    private boolean repeats(char next) {
        if (repeated == 0 && Seam.isBlank(next)) {
            // A model may begin with an empty line; the key does not.
            return ++blank <= MOST_BLANK;
        }
        int kept = 0;
        for (int start : starts) {
            if (seam.said().charAt(start + repeated) == next) {
                starts[kept++] = start;
                atTheEnd |= start + repeated + 1 == seam.said().length();
            }
        }
        starts = kept == starts.length ? starts : Arrays.copyOf(starts, kept);
        repeated++;
        return kept > 0;
    }

    private static int[] startsIn(Seam seam) {
        int last = seam.said().length() - seam.key();
        int first = Math.max(0, last - WINDOW);
        IntStream near = IntStream.rangeClosed(first, last);
        boolean farFromBeginning = first > seam.first();
        return farFromBeginning && seam.said().length() <= LONGEST_WHOLE
                ? IntStream.concat(IntStream.of(seam.first()), near).toArray()
                : near.toArray();
    }
}
