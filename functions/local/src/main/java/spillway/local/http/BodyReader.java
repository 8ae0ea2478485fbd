package spillway.local.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a request's body whole, by length or by chunks. */
final class BodyReader {
    private static final byte[] NONE = new byte[0];

    private final Incoming in;
    private final HeadReader heads;
    private final Limits limits;

    BodyReader(Incoming in, HeadReader heads, Limits limits) {
        this.in = in;
        this.heads = heads;
        this.limits = limits;
    }

    /** How a body's end is known. */
    sealed interface Framing {
        record Length(int bytes) implements Framing {}

        record Chunks() implements Framing {}
    }

    /** What the headers say of the body; they are refused when they say two things. */
    Framing framing(HeadReader.Head head) throws Refusal {
        List<String> codings = HttpRequest.values(head.headers(), "transfer-encoding");
        List<String> lengths = HttpRequest.values(head.headers(), "content-length");
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty() || !head.http11()) {
                throw new Refusal(
                        400, "a body has either a content-length or, in HTTP/1.1, chunks");
            }
            if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                throw new Refusal(501, "the only transfer coding understood is chunked");
            }
            return new Framing.Chunks();
        }
        if (lengths.stream().distinct().count() > 1) {
            throw new Refusal(400, "two values of content-length");
        }
        return new Framing.Length(lengths.isEmpty() ? 0 : length(lengths.getFirst()));
    }

    byte[] read(Framing framing) throws IOException, Refusal {
        return switch (framing) {
            case Framing.Length(var bytes) -> {
                if (bytes == 0) {
                    yield NONE;
                }
                byte[] body = new byte[bytes];
                in.readFully(body, 0, bytes);
                yield body;
            }
            case Framing.Chunks _ -> chunks();
        };
    }

    private int length(String text) throws Refusal {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new Refusal(400, "content-length is not a number of bytes");
        }
        if (text.length() > 18 || Long.parseLong(text) > limits.body()) {
            throw tooLarge();
        }
        return Integer.parseInt(text);
    }

    private byte[] chunks() throws IOException, Refusal {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] chunk = NONE;
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            if (size > limits.body() - body.size()) {
                throw tooLarge();
            }
            chunk = chunk.length < size ? new byte[size] : chunk;
            in.readFully(chunk, 0, size);
            body.write(chunk, 0, size);
            if (in.read() != '\r' || in.read() != '\n') {
                throw new Refusal(400, "a chunk is longer than it says");
            }
        }
        heads.startOver();
        heads.headers();
        return body.toByteArray();
    }

    private int chunkSize() throws IOException, Refusal {
        @Nullable Integer size = null;
        int b = in.read();
        for (int digit = Character.digit(b, 16); digit >= 0; digit = Character.digit(b, 16)) {
            int before = size == null ? 0 : size;
            if (before > limits.body()) {
                throw tooLarge();
            }
            size = before * 16 + digit;
            b = in.read();
        }
        skipExtension(b);
        if (size == null) {
            throw new Refusal(400, "a chunk does not start with its size in hexadecimal digits");
        }
        return size;
    }

    private void skipExtension(int first) throws IOException, Refusal {
        int b = first;
        if (b == ';') {
            for (int i = 0; b != '\r' && b >= 0; i++) {
                if (i == 1024 || b == '\n') {
                    throw new Refusal(400, "a chunk's extension is malformed or too long");
                }
                b = in.read();
            }
        }
        if (b < 0) {
            throw new EOFException("the client closed within a body");
        }
        if (b != '\r' || in.read() != '\n') {
            throw new Refusal(400, "a chunk's size is not followed by CR LF");
        }
    }

    private Refusal tooLarge() {
        return new Refusal(
                413, "The body has more than the " + limits.body() + " bytes of an event.");
    }
}
