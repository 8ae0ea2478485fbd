package spillway.sse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow up to a limit and are used again. */
final class Bytes {
    private final String what;
    private final int limit;
    private byte[] array = new byte[256];
    private int length;

    Bytes(String what, int limit) {
        this.what = what;
        this.limit = limit;
    }

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    String text() {
        return new String(array, 0, length, StandardCharsets.UTF_8);
    }

    void append(byte[] bytes, int from, int to) throws SseReader.TooLargeException {
        reserve(to - from);
        System.arraycopy(bytes, from, array, length, to - from);
        length += to - from;
    }

    void append(char ascii) throws SseReader.TooLargeException {
        reserve(1);
        array[length++] = (byte) ascii;
    }

    void requireRoomFor(int count) throws SseReader.TooLargeException {
        if (count > limit - length) {
            throw new SseReader.TooLargeException(what, limit);
        }
    }

    private void reserve(int count) throws SseReader.TooLargeException {
        requireRoomFor(count);
        if (array.length - length < count) {
            array = Arrays.copyOf(array, Math.max(2 * array.length, length + count));
        }
    }
}
