package spillway.json;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** How a mistake is put into words. */
public final class Words {
    private static final int MOST_COMPARED = 40;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_./:@-]{0,40}");

    private Words() {}

    /** The text in quotes if it is one short word; else only its length: it may be a prompt. */
    public static String quote(String text) {
        return WORD.matcher(text).matches()
                ? '"' + text + '"'
                : "a string of " + text.length() + " characters";
    }

    /** {@code ; did you mean "…"?} when one of the known words is near, else nothing. */
    public static String suggestion(String word, Collection<String> known) {
        return nearest(word, known).map(near -> "; did you mean \"" + near + "\"?").orElse("");
    }

    /** The known word that is nearest, if a slip of the hand leads from one to the other. */
    static Optional<String> nearest(String word, Collection<String> known) {
        if (word.isEmpty() || word.length() > MOST_COMPARED) {
            return Optional.empty();
        }
        String folded = fold(word);
        record Near(String word, int distance) {}
        return known.stream()
                .filter(candidate -> candidate.length() <= 2 * MOST_COMPARED)
                .map(candidate -> new Near(candidate, distance(folded, fold(candidate))))
                .filter(near -> near.distance <= Math.max(1, near.word.length() / 3))
                .min(Comparator.comparingInt(Near::distance))
                .map(Near::word);
    }

    /** {@code maxTokens}, {@code max-tokens} and {@code max_tokens} are one word. */
    private static String fold(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
