package spillway.sse;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes Server-Sent Events into one buffer that is used again: {@link #clear}, write, hand {@link
 * #buffer} with {@link #length} on.
 *
 * <p>Lines end in LF and every block in an empty line, as all clients read it (WHATWG HTML, 9.2).
 * Not safe for several threads.
 */
public final class SseEncoder {
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] ID = ascii("id: ");
    private static final byte[] DATA = ascii("data: ");
    private static final byte[] RETRY = ascii("retry: ");
    private static final byte[] COMMENT = ascii(": ");

    private byte[] buffer = new byte[1024];
    private int length;

    /**
     * An event.
     *
     * @param name its name; empty for one without a name
     * @param id its id; null for one without
     * @param data its data; each line of it becomes a line on the wire
     * @throws IllegalArgumentException when name or id holds a line break, or the id a NUL: the
     *     wire cannot carry them
     */
    public void event(String name, @Nullable String id, String data) {
        head(name, id);
        lines(DATA, data);
        put('\n');
    }

    /**
     * An event whose data is UTF-8 already, such as JSON straight from its writer.
     *
     * @param name its name; empty for one without a name
     * @param id its id; null for one without
     * @throws IllegalArgumentException when name or id holds a line break, or the id a NUL: the
     *     wire cannot carry them
     */
    public void event(String name, @Nullable String id, byte[] data, int offset, int count) {
        head(name, id);
        put(DATA);
        int from = offset;
        int end = offset + count;
        for (int at = offset; at < end; at++) {
            if (data[at] == '\n' || data[at] == '\r') {
                put(data, from, at - from);
                put('\n');
                put(DATA);
                if (data[at] == '\r' && at + 1 < end && data[at + 1] == '\n') {
                    at++;
                }
                from = at + 1;
            }
        }
        put(data, from, end - from);
        put('\n');
        put('\n');
    }

    /** A comment, which readers skip; it shows that the stream is alive. */
    public void comment(String text) {
        lines(COMMENT, text);
        put('\n');
    }

    /** How long a reader should wait before it connects again, in whole milliseconds. */
    public void retry(Duration wait) {
        if (wait.isNegative()) {
            throw new IllegalArgumentException("wait is " + wait + "; at least 0 is needed");
        }
        field(RETRY, Long.toString(wait.toMillis()));
        put('\n');
    }

    /**
     * What was written since {@link #clear}, from 0 to {@link #length}; valid until the next write.
     */
    public byte[] buffer() {
        return buffer;
    }

    /** How many bytes of {@link #buffer} are written. */
    public int length() {
        return length;
    }

    /** Begins anew. */
    public void clear() {
        length = 0;
    }

    private void head(String name, @Nullable String id) {
        requireOneLine(name, "name");
        if (id != null) {
            requireOneLine(id, "id");
            if (id.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("the id of an event holds a NUL");
            }
        }
        if (!name.isEmpty()) {
            field(EVENT, name);
        }
        if (id != null) {
            field(ID, id);
        }
    }

    private void field(byte[] prefix, String value) {
        put(prefix);
        text(value, 0, value.length());
        put('\n');
    }

    private void lines(byte[] prefix, String value) {
        put(prefix);
        int from = 0;
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c == '\n' || c == '\r') {
                text(value, from, at);
                put('\n');
                put(prefix);
                if (c == '\r' && at + 1 < value.length() && value.charAt(at + 1) == '\n') {
                    at++;
                }
                from = at + 1;
            }
        }
        text(value, from, value.length());
        put('\n');
    }

    /** UTF-8 without an array in between; a lone surrogate becomes a question mark. */
    private void text(String value, int from, int to) {
        // A char needs at most three bytes; a surrogate pair has two chars and four bytes.
        reserve(3 * (to - from));
        int at = from;
        while (at < to) {
            char c = value.charAt(at++);
            if (c < 0x80) {
                buffer[length++] = (byte) c;
            } else if (c < 0x800) {
                buffer[length++] = (byte) (0xC0 | (c >> 6));
                buffer[length++] = continuation(c);
            } else if (!Character.isSurrogate(c)) {
                buffer[length++] = (byte) (0xE0 | (c >> 12));
                buffer[length++] = continuation(c >> 6);
                buffer[length++] = continuation(c);
            } else if (at < to && Character.isSurrogatePair(c, value.charAt(at))) {
                int point = Character.toCodePoint(c, value.charAt(at++));
                buffer[length++] = (byte) (0xF0 | (point >> 18));
                buffer[length++] = continuation(point >> 12);
                buffer[length++] = continuation(point >> 6);
                buffer[length++] = continuation(point);
            } else {
                buffer[length++] = '?';
            }
        }
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | (bits & 0x3F));
    }

    private void put(char c) {
        reserve(1);
        buffer[length++] = (byte) c;
    }

    private void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    private void put(byte[] bytes, int offset, int count) {
        reserve(count);
        System.arraycopy(bytes, offset, buffer, length, count);
        length += count;
    }

    private void reserve(int count) {
        if (buffer.length - length < count) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + count));
        }
    }

    private static void requireOneLine(String value, String what) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("the " + what + " of an event holds a line break");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
