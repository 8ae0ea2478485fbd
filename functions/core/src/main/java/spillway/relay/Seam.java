package spillway.relay;

import java.util.Optional;

/**
 * The end of a text that was cut, as far as it can be joined to.
 *
 * <p>A continuation begins by repeating the last words, and where they end is where it goes on.
 * That is certain only for words that stand once in the text: the key.
 *
 * @param said the text up to its last character that is neither white space nor half of a pair
 * @param loose what follows that, which a model may repeat or leave out
 * @param key how many characters at the end of {@code said} a continuation must repeat at least
 */
record Seam(String said, String loose, int key) {
    /** Words a model will hardly repeat by chance. */
    private static final int SHORTEST_KEY = 16;

    /** More than this no model is asked to repeat. */
    private static final int LONGEST_KEY = 1024;

    /** What is asked for beyond the key, so that a few words left out do no harm. */
    private static final int ANCHOR = 60;

    /**
     * The end of that text; empty if its last words stand in it so often that no end is certain.
     */
    static Optional<Seam> of(String text) {
        int end = text.length();
        if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        while (end > 0 && isBlank(text.charAt(end - 1))) {
            end--;
        }
        String said = text.substring(0, end);
        int key = keyOf(said);
        return key < 0 ? Optional.empty() : Optional.of(new Seam(said, text.substring(end), key));
    }

    /**
     * The words to repeat: the key and some before it, from the beginning of a word if possible.
     */
    String anchor() {
        int latest = said.length() - key;
        int from = Math.max(first(), said.length() - Math.max(key, ANCHOR));
        if (from == first()) {
            return said.substring(from);
        }
        for (int word = from; word < latest; word++) {
            if (isBlank(said.charAt(word - 1)) && isBeginning(said, word)) {
                return said.substring(word);
            }
        }
        return said.substring(isBeginning(said, from) ? from : latest);
    }

    /** Tells sizes only: an answer never reaches a log. */
    @Override
    public String toString() {
        return "Seam[" + said.length() + " chars, " + loose.length() + " loose, key " + key + "]";
    }

    /** Where its first word begins. */
    int first() {
        return firstOf(said);
    }

    private static int keyOf(String said) {
        int first = firstOf(said);
        int length = SHORTEST_KEY;
        int start = said.length();
        while (start > first && length <= LONGEST_KEY) {
            start = Math.max(first, said.length() - length);
            while (start > first && !isBeginning(said, start)) {
                start--;
            }
            if (said.length() - start > 2 * LONGEST_KEY) {
                return -1;
            }
            if (said.lastIndexOf(said.substring(start), start - 1) < 0) {
                return said.length() - start;
            }
            length *= 2;
        }
        return said.isEmpty() ? 0 : -1;
    }

    private static int firstOf(String text) {
        int first = 0;
        while (first < text.length() && isBlank(text.charAt(first))) {
            first++;
        }
        return first;
    }

    private static boolean isBeginning(String text, int at) {
        return !isBlank(text.charAt(at)) && !Character.isLowSurrogate(text.charAt(at));
    }

    /** Also what does not break a line: a model leaves out the one like the other. */
    static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
}
