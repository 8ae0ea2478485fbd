package spillway.local.http;

import java.util.Objects;

/** One header line. Names compare without case; values hold no line end. */
public record Header(String name, String value) {
    public Header {
        Objects.requireNonNull(name);
        Objects.requireNonNull(value);
        if (!isToken(name)) {
            throw new IllegalArgumentException("a header's name is not a token");
        }
        if (!isText(value)) {
            throw new IllegalArgumentException(
                    "the value of header " + name + " holds a control character");
        }
    }

    /** Whether the text is a token of RFC 9110, 5.6.2. */
    static boolean isToken(String text) {
        if (text.isEmpty()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return true;
    }
}
