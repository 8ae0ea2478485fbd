package spillway.testkit.lambda;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 requests off a connection, strictly: a bare line feed, a folded header, a chunk
 * extension or a bad size is a {@link ProtocolException}. One thread uses it.
 */
final class WireReader {
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MOST_FIELDS = 64;

    /**
     * The first lines of a request; header names in lower case, repeated ones joined by a comma.
     */
    record Head(String method, String target, Map<String, String> headers) {
        boolean chunked() throws ProtocolException {
            String coding = headers.get("transfer-encoding");
            if (coding != null && !coding.equals("chunked")) {
                throw new ProtocolException("transfer-encoding is not chunked but " + coding);
            }
            return coding != null;
        }

        long length() throws ProtocolException {
            String length = headers.getOrDefault("content-length", "0");
            if (length.isEmpty()
                    || length.length() > 12
                    || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw new ProtocolException("content-length is no number: " + length);
            }
            return Long.parseLong(length);
        }
    }

    private final InputStream in;
    private final byte[] buffer = new byte[16 * 1024];
    private int at;
    private int end;
    private int taken;
    private final @Nullable ByteArrayOutputStream tape;

    WireReader(InputStream in, boolean recording) {
        this.in = in;
        this.tape = recording ? new ByteArrayOutputStream() : null;
    }

    /** What was read since the last call; empty unless recording. */
    byte[] takeTape() {
        if (tape == null) {
            return new byte[0];
        }
        byte[] taken = tape.toByteArray();
        tape.reset();
        return taken;
    }

    /** The next request's head, or null when the connection ended before one. */
    @Nullable Head head() throws IOException {
        if (at == end && !fill()) {
            return null;
        }
        String[] parts = line().split(" ", -1);
        if (parts.length != 3 || !parts[2].equals("HTTP/1.1")) {
            throw new ProtocolException("not a request of HTTP/1.1");
        }
        Map<String, String> headers = fields();
        if (!headers.containsKey("host")) {
            throw new ProtocolException("no Host header");
        }
        return new Head(parts[0], parts[1], headers);
    }

    /** Headers or trailers, to the empty line. */
    Map<String, String> fields() throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (int count = 0; count <= MOST_FIELDS; count++) {
            String line = line();
            if (line.isEmpty()) {
                return fields;
            }
            int colon = line.indexOf(':');
            if (colon < 1 || line.substring(0, colon).contains(" ")) {
                throw new ProtocolException("not a header: " + line);
            }
            fields.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (first, second) -> first + ", " + second);
        }
        throw new ProtocolException("more than " + MOST_FIELDS + " header lines");
    }

    /** The size of the next chunk; 0 for the last. */
    int chunkSize() throws IOException {
        String line = line();
        if (line.isEmpty() || line.length() > 7) {
            throw new ProtocolException("not a chunk size: " + line);
        }
        int size = 0;
        for (int i = 0; i < line.length(); i++) {
            int digit = Character.digit(line.charAt(i), 16);
            if (digit < 0) {
                throw new ProtocolException("not a chunk size: " + line);
            }
            size = size * 16 + digit;
        }
        return size;
    }

    /** The line end after a chunk's data. */
    void chunkEnd() throws IOException {
        if (!line().isEmpty()) {
            throw new ProtocolException("a chunk is longer than its size");
        }
    }

    /**
     * Waits for at least one byte and takes at most that many, as they come. They are in {@link
     * #buffer} from {@link #taken} on until the next call.
     *
     * @return how many
     */
    int take(long most) throws IOException {
        if (at == end && !fill()) {
            throw new EOFException("the connection ended inside a body");
        }
        int count = (int) Math.min(most, end - at);
        taken = at;
        at += count;
        if (tape != null) {
            tape.write(buffer, taken, count);
        }
        return count;
    }

    byte[] buffer() {
        return buffer;
    }

    int taken() {
        return taken;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (line.length() < LONGEST_LINE) {
            int b = next();
            if (b == '\r') {
                if (next() != '\n') {
                    throw new ProtocolException("a bare CR in a line");
                }
                return line.toString();
            }
            if (b == '\n' || b == 0) {
                throw new ProtocolException("a bare LF or NUL in a line");
            }
            line.append((char) b);
        }
        throw new ProtocolException("a line longer than " + LONGEST_LINE);
    }

    private int next() throws IOException {
        if (at == end && !fill()) {
            throw new EOFException("the connection ended inside a line");
        }
        byte b = buffer[at++];
        if (tape != null) {
            tape.write(b);
        }
        return b & 0xff;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    /** Drops what still comes, for a while, so that a refusal can be read before the end. */
    void linger(long mostBytes) throws IOException {
        long left = mostBytes;
        while (left > 0 && fill()) {
            left -= end;
        }
        at = end;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
