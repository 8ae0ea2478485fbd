package spillway.provider.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One thing that goes wrong with bytes on their way.
 *
 * @param at where, modulo how many there are
 * @param length of how many, where it matters
 * @param with what, where it matters; a byte for each character, in Latin-1
 */
record Edit(Kind kind, int at, int length, String with) {

    /** What goes wrong. */
    enum Kind {
        FLIP,
        OVERWRITE,
        INSERT,
        DELETE,
        DUPLICATE,
        TRUNCATE
    }

    byte[] of(byte[] bytes) {
        if (bytes.length == 0) {
            return bytes;
        }
        int from = at % bytes.length;
        int to = Math.min(bytes.length, from + length);
        return switch (kind) {
            case FLIP -> {
                byte[] flipped = bytes.clone();
                flipped[from] ^= (byte) (1 << (length % 8));
                yield flipped;
            }
            case OVERWRITE ->
                    joined(bytes, from, more(), Math.min(bytes.length, from + more().length));
            case INSERT -> joined(bytes, from, more(), from);
            case DELETE -> joined(bytes, from, new byte[0], to);
            case DUPLICATE -> joined(bytes, from, Arrays.copyOfRange(bytes, from, to), from);
            case TRUNCATE -> Arrays.copyOf(bytes, from);
        };
    }

    private byte[] more() {
        return with.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] joined(byte[] bytes, int until, byte[] between, int from) {
        var all = new ByteArrayOutputStream();
        all.write(bytes, 0, until);
        all.writeBytes(between);
        all.write(bytes, from, bytes.length - from);
        return all.toByteArray();
    }
}
