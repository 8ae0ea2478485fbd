package spillway.provider.http;

import java.nio.charset.StandardCharsets;

/**
 * A vendor's stream, recorded or broken.
 *
 * @param name for reports
 * @param text with LF at the ends of lines
 * @param decisive the beginning of the event that makes the answer whole, which stands in the text
 *     once; empty when the answer never is
 */
public record WireSample(String name, String text, String decisive) {
    public WireSample {
        if (!decisive.isEmpty() && text.indexOf(decisive) != text.lastIndexOf(decisive)) {
            throw new IllegalArgumentException(name + " has " + decisive + " more than once");
        }
        if (!text.contains(decisive)) {
            throw new IllegalArgumentException(name + " is without " + decisive);
        }
    }

    /** Whether it makes a whole answer. */
    boolean isWhole() {
        return !decisive.isEmpty();
    }

    byte[] bytes(String lineEnd) {
        return text.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
    }

    /** Where the event that makes it whole begins, in bytes. */
    int decisiveFrom(String lineEnd) {
        return length(text.substring(0, text.indexOf(decisive)), lineEnd);
    }

    /** With how many bytes it is whole: of the CRLF after the decisive event the CR is enough. */
    int wholeFrom(String lineEnd) {
        int end = text.indexOf("\n\n", text.indexOf(decisive)) + 2;
        int length = length(text.substring(0, end), lineEnd);
        return lineEnd.equals("\r\n") ? length - 1 : length;
    }

    private static int length(String part, String lineEnd) {
        return part.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public String toString() {
        return name;
    }
}
