package spillway.json;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Says in our words what the parser says of broken syntax. The parser's own words speak of its
 * settings, and repeat text of the document, which may be a prompt without its quotes.
 */
final class SyntaxWords {
    private static final String WORD =
            "a word stands where a string in double quotes, a number, an object, an array, true, false or null is needed";

    /** What a message of the parser's contains, and what is said for it; the first that fits. */
    private static final SequencedMap<String, String> BY_PART = byPart();

    private SyntaxWords() {}

    static String of(String message) {
        return BY_PART.entrySet().stream()
                .filter(entry -> message.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("its syntax is broken there");
    }

    private static SequencedMap<String, String> byPart() {
        var words = new LinkedHashMap<String, String>();
        words.put(
                "was expecting double-quote to start",
                "the name of a member is needed, in double quotes");
        words.put("was expecting a colon", "a colon is needed between a name and its value");
        words.put("to separate Object entries", "a comma or the end of the object is needed");
        words.put("to separate Array entries", "a comma or the end of the array is needed");
        words.put("(non-standard) comment", "comments are not allowed");
        words.put("Unexpected close marker", "a bracket closes what another kind has opened");
        words.put(
                "CTRL-CHAR", "a control character stands there; in a string it is escaped, as \\n");
        words.put("hex-digit", "four hexadecimal digits are needed after \\u");
        words.put("character escape", "a backslash begins no escape that JSON knows");
        words.put("numeric value", "a number is not written as JSON has it");
        words.put(
                "expected a valid value",
                "a value is needed: a string in double quotes, a number, an object, an array, true, false or null");
        words.put("Unrecognized token", WORD);
        words.put("Non-standard token", WORD);
        return words;
    }
}
