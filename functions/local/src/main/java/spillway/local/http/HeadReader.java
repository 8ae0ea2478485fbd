package spillway.local.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the request line and the headers of RFC 9112, and takes no liberties: what two readers
 * could understand differently is refused.
 */
final class HeadReader {
    /** A request line and its headers. */
    record Head(String method, String path, String query, boolean http11, List<Header> headers) {}

    private final Incoming in;
    private final Limits limits;
    private final byte[] line;
    private int left;

    HeadReader(Incoming in, Limits limits) {
        this.in = in;
        this.limits = limits;
        this.line = new byte[limits.head()];
    }

    /**
     * @param first the first byte of the head
     */
    Head read(int first) throws IOException, Refusal {
        left = limits.head();
        String requestLine = line(first, 414);
        // A client may send an empty line after a body: RFC 9112, 2.2.
        if (requestLine.isEmpty()) {
            requestLine = line(in.read(), 414);
        }
        String[] parts = requestLine.split(" ", -1);
        if (parts.length != 3 || !Header.isToken(parts[0])) {
            throw new Refusal(
                    400, "the request line is not: method, space, target, space, version");
        }
        boolean http11 = isHttp11(parts[2]);
        String target = originForm(parts[1]);
        int question = target.indexOf('?');
        return new Head(
                parts[0],
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                http11,
                headers());
    }

    /** The lines of a head, or those after a chunked body. */
    List<Header> headers() throws IOException, Refusal {
        List<Header> headers = new ArrayList<>(16);
        for (String text = line(in.read(), 431); !text.isEmpty(); text = line(in.read(), 431)) {
            if (headers.size() == limits.headers()) {
                throw new Refusal(431, "more than " + limits.headers() + " header lines");
            }
            headers.add(header(text));
        }
        return headers;
    }

    /** For the lines after a chunked body, which count anew. */
    void startOver() {
        left = limits.head();
    }

    private static Header header(String text) throws Refusal {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new Refusal(400, "a header line has no colon");
        }
        try {
            return new Header(text.substring(0, colon), text.substring(colon + 1).strip());
        } catch (IllegalArgumentException notAHeader) {
            throw new Refusal(
                    400, "a header line is not: name, colon, value without control characters");
        }
    }

    private static boolean isHttp11(String version) throws Refusal {
        return switch (version) {
            case "HTTP/1.1" -> true;
            case "HTTP/1.0" -> false;
            default -> {
                if (version.startsWith("HTTP/")) {
                    throw new Refusal(505, "this server speaks HTTP/1.1");
                }
                throw new Refusal(400, "the request line does not end with HTTP/1.1");
            }
        };
    }

    private static String originForm(String target) throws Refusal {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                throw new Refusal(400, "the target holds a character that must be percent-encoded");
            }
        }
        if (target.startsWith("/") || target.equals("*")) {
            return target;
        }
        int authority = target.indexOf("://");
        int path = authority < 0 ? -1 : target.indexOf('/', authority + 3);
        if (path < 0) {
            throw new Refusal(400, "the target does not start with a slash");
        }
        return target.substring(path);
    }

    private String line(int first, int tooLong) throws IOException, Refusal {
        int length = 0;
        for (int b = first; ; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the client closed within a head");
            }
            if (left-- == 0) {
                throw new Refusal(
                        tooLong, "request line and headers exceed " + limits.head() + " bytes");
            }
            if (b == '\n') {
                break;
            }
            line[length++] = (byte) b;
        }
        if (length == 0 || line[length - 1] != '\r') {
            throw new Refusal(400, "a line does not end with CR LF");
        }
        return new String(line, 0, length - 1, StandardCharsets.ISO_8859_1);
    }
}
