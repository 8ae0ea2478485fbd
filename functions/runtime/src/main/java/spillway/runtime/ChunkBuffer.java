package spillway.runtime;

/**
 * Collects the bytes of one HTTP chunk in a single array, with room before them for the size line
 * and after them for the line end and the end of the body, so that a chunk leaves in one write and
 * without a copy. Used again for each chunk and each response of a worker; not thread-safe.
 */
final class ChunkBuffer {
    private static final int CAPACITY = 16 * 1024;
    // Four hexadecimal digits hold the capacity.
    private static final int HEADROOM = 4 + 2;
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};
    private static final String HEX = "0123456789abcdef";

    private final byte[] bytes = new byte[HEADROOM + CAPACITY + 2 + LAST_CHUNK.length];
    private int start = HEADROOM;
    private int end = HEADROOM;

    byte[] bytes() {
        return bytes;
    }

    /** Where the framed chunk begins. */
    int start() {
        return start;
    }

    /** How long the framed chunk is. */
    int length() {
        return end - start;
    }

    boolean isEmpty() {
        return end == HEADROOM;
    }

    boolean isFull() {
        return end == HEADROOM + CAPACITY;
    }

    void clear() {
        start = HEADROOM;
        end = HEADROOM;
    }

    void put(byte b) {
        bytes[end++] = b;
    }

    /** Takes as many of the bytes as there is room for, and says how many. */
    int put(byte[] from, int offset, int length) {
        int count = Math.min(length, HEADROOM + CAPACITY - end);
        System.arraycopy(from, offset, bytes, end, count);
        end += count;
        return count;
    }

    /**
     * Puts the size line before the data and the line end after them; nothing if there are none.
     */
    void frame() {
        int size = end - HEADROOM;
        if (size == 0) {
            return;
        }
        bytes[end++] = '\r';
        bytes[end++] = '\n';
        bytes[--start] = '\n';
        bytes[--start] = '\r';
        for (int left = size; left > 0; left >>= 4) {
            bytes[--start] = (byte) HEX.charAt(left & 15);
        }
    }

    /** Ends the chunked body, after a framed chunk or without one. */
    void endBody() {
        System.arraycopy(LAST_CHUNK, 0, bytes, end, LAST_CHUNK.length);
        end += LAST_CHUNK.length;
    }
}
