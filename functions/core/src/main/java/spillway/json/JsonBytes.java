package spillway.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON as UTF-8 into a buffer that is used again and again. Puts the commas; whether objects
 * and arrays are closed is the caller's care. Not for use by several threads.
 *
 * <p>Half of a surrogate pair is escaped, so that a character which a provider cut into two texts
 * is whole again when the reader joins them.
 */
public final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] buffer;
    private int length;
    private boolean comma;

    public JsonBytes() {
        this(1024);
    }

    JsonBytes(int capacity) {
        buffer = new byte[capacity];
    }

    /** The buffer, valid up to {@link #length} and until the next write. */
    public byte[] buffer() {
        return buffer;
    }

    /** How many bytes were written since the last {@link #clear}. */
    public int length() {
        return length;
    }

    /** Forgets what was written. */
    public void clear() {
        length = 0;
        comma = false;
    }

    public JsonBytes beginObject() {
        return open('{');
    }

    public JsonBytes endObject() {
        return close('}');
    }

    public JsonBytes beginArray() {
        return open('[');
    }

    public JsonBytes endArray() {
        return close(']');
    }

    /** The name of the member whose value comes next. */
    public JsonBytes name(String name) {
        value(name);
        put(':');
        comma = false;
        return this;
    }

    public JsonBytes value(@Nullable String text) {
        if (text == null) {
            return literal("null");
        }
        separate();
        room(text.length() + 2);
        buffer[length++] = '"';
        int end = text.length();
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                buffer[length++] = (byte) c;
            } else {
                // What is left takes at least a byte a character, and the closing quote.
                room(6 + end - i);
                if (Character.isHighSurrogate(c)
                        && i + 1 < end
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    supplementary(Character.toCodePoint(c, text.charAt(++i)));
                } else {
                    special(c);
                }
            }
        }
        buffer[length++] = '"';
        comma = true;
        return this;
    }

    public JsonBytes value(long number) {
        return literal(Long.toString(number));
    }

    /** A number; null in place of what JSON has no number for. */
    public JsonBytes value(double number) {
        return literal(Double.isFinite(number) ? Double.toString(number) : "null");
    }

    public JsonBytes value(boolean truth) {
        return literal(truth ? "true" : "false");
    }

    /** A value that was read. */
    public JsonBytes value(Json json) {
        switch (json) {
            case Json.Obj object -> {
                beginObject();
                object.members().forEach((name, member) -> name(name).value(member));
                endObject();
            }
            case Json.Arr array -> {
                beginArray();
                array.elements().forEach(this::value);
                endArray();
            }
            case Json.Text(_, var text) -> value(text);
            case Json.Num(_, var text) -> literal(text);
            case Json.Bool(_, var truth) -> value(truth);
            case Json.Null _ -> literal("null");
        }
        return this;
    }

    public JsonBytes field(String name, @Nullable String text) {
        return name(name).value(text);
    }

    public JsonBytes field(String name, long number) {
        return name(name).value(number);
    }

    public JsonBytes field(String name, double number) {
        return name(name).value(number);
    }

    public JsonBytes field(String name, boolean truth) {
        return name(name).value(truth);
    }

    private JsonBytes literal(String ascii) {
        separate();
        room(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            buffer[length++] = (byte) ascii.charAt(i);
        }
        comma = true;
        return this;
    }

    private JsonBytes open(char bracket) {
        separate();
        put(bracket);
        comma = false;
        return this;
    }

    private JsonBytes close(char bracket) {
        put(bracket);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            put(',');
        }
    }

    private void put(char ascii) {
        room(1);
        buffer[length++] = (byte) ascii;
    }

    /** A character that does not stand for itself in one byte. */
    private void special(char c) {
        switch (c) {
            case '"', '\\' -> escape((byte) c);
            case '\n' -> escape((byte) 'n');
            case '\r' -> escape((byte) 'r');
            case '\t' -> escape((byte) 't');
            default -> {
                if (c < ' ' || Character.isSurrogate(c)) {
                    hex(c);
                } else if (c < 0x80) {
                    buffer[length++] = (byte) c;
                } else if (c < 0x800) {
                    buffer[length++] = (byte) (0xc0 | c >> 6);
                    continuation(c);
                } else {
                    buffer[length++] = (byte) (0xe0 | c >> 12);
                    continuation(c >> 6);
                    continuation(c);
                }
            }
        }
    }

    private void supplementary(int codePoint) {
        buffer[length++] = (byte) (0xf0 | codePoint >> 18);
        continuation(codePoint >> 12);
        continuation(codePoint >> 6);
        continuation(codePoint);
    }

    /** The lowest six bits, as UTF-8 has them after the first byte. */
    private void continuation(int bits) {
        buffer[length++] = (byte) (0x80 | (bits & 0x3f));
    }

    private void escape(byte letter) {
        buffer[length++] = '\\';
        buffer[length++] = letter;
    }

    private void hex(char c) {
        escape((byte) 'u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            buffer[length++] = HEX[c >> shift & 0xf];
        }
    }

    private void room(int bytes) {
        if (buffer.length - length < bytes) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + bytes));
        }
    }
}
