package spillway.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a streamed response begins: the request's head and, for an HTTP integration, the prelude and
 * eight NULs, each a chunk of its own. The bytes are those of AWS's own client.
 */
final class ResponseOpening {
    private static final String INTEGRATION = "application/vnd.awslambda.http-integration-response";
    private static final String NULS = "8\r\n\0\0\0\0\0\0\0\0\r\n";
    // API Gateway wants the NULs within the first 16 KB.
    private static final int LONGEST_PRELUDE = 16 * 1024 - 8;

    private String contentType = "application/octet-stream";
    private byte @Nullable [] prelude;
    private boolean eventStream;

    boolean hasPrelude() {
        return prelude != null;
    }

    /** What a reader of this content may be sent when there is no content at all. */
    String filler() {
        return eventStream ? ":\n\n" : "\n";
    }

    void contentType(String value) {
        contentType = headerValue("Content-Type", value);
        eventStream = isEventStream(value);
    }

    void prelude(int status, Map<String, String> headers, List<String> cookies) {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("status is " + status + ", and must be 100 to 599");
        }
        StringBuilder json = new StringBuilder(256);
        json.append("{\"statusCode\":").append(status).append(",\"headers\":{");
        String comma = "";
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String name = headerName(header.getKey());
            String value = headerValue(name, header.getValue());
            if (name.equalsIgnoreCase("content-type")) {
                eventStream = isEventStream(value);
            }
            json.append(comma);
            JsonText.quote(json, name);
            json.append(':');
            JsonText.quote(json, value);
            comma = ",";
        }
        json.append("},\"cookies\":[");
        comma = "";
        for (String cookie : cookies) {
            json.append(comma);
            JsonText.quote(json, headerValue("set-cookie", cookie));
            comma = ",";
        }
        byte[] bytes = json.append("]}").toString().getBytes(UTF_8);
        if (bytes.length > LONGEST_PRELUDE) {
            throw new IllegalArgumentException(
                    "status, headers and cookies take "
                            + bytes.length
                            + " bytes, and may take "
                            + LONGEST_PRELUDE);
        }
        prelude = bytes;
        contentType = INTEGRATION;
    }

    /** The bytes that go before the first chunk of content. */
    byte[] bytes(ApiAddress address, String requestId, ChunkBuffer content) {
        String lines =
                "POST "
                        + address.base()
                        + "/runtime/invocation/"
                        + requestId
                        + "/response HTTP/1.1\r\n"
                        + "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
                        + "Trailer: Lambda-Runtime-Function-Error-Type\r\n"
                        + "Trailer: Lambda-Runtime-Function-Error-Body\r\n"
                        + "Content-Type: "
                        + contentType
                        + "\r\nTransfer-Encoding: chunked\r\nHost: "
                        + address.authority()
                        + "\r\nConnection: keep-alive\r\n\r\n";
        byte[] head = lines.getBytes(ISO_8859_1);
        if (prelude == null) {
            return joined(head, content);
        }
        byte[] size = (Integer.toHexString(prelude.length) + "\r\n").getBytes(ISO_8859_1);
        byte[] nuls = ("\r\n" + NULS).getBytes(ISO_8859_1);
        return joined(head, size, prelude, nuls, content);
    }

    private static byte[] joined(byte[] head, ChunkBuffer content) {
        return joined(head, new byte[0], new byte[0], new byte[0], content);
    }

    private static byte[] joined(
            byte[] head, byte[] size, byte[] prelude, byte[] nuls, ChunkBuffer content) {
        int length = head.length + size.length + prelude.length + nuls.length + content.length();
        byte[] all = new byte[length];
        int at = append(all, 0, head);
        at = append(all, at, size);
        at = append(all, at, prelude);
        at = append(all, at, nuls);
        System.arraycopy(content.bytes(), content.start(), all, at, content.length());
        return all;
    }

    private static int append(byte[] all, int at, byte[] part) {
        System.arraycopy(part, 0, all, at, part.length);
        return at + part.length;
    }

    private static boolean isEventStream(String contentType) {
        return contentType.regionMatches(true, 0, "text/event-stream", 0, 17);
    }

    private static String headerName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letterOrDigit =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                throw new IllegalArgumentException(
                        "a header name has a character at " + i + " that no HTTP token may have");
            }
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a header has no name");
        }
        if (name.equalsIgnoreCase("set-cookie")) {
            throw new IllegalArgumentException(
                    "set-cookie is not passed on as a header; give it as a cookie");
        }
        return name;
    }

    /**
     * The value, when it is one line; it is not told in the exception, since it may be a secret.
     */
    private static String headerValue(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new IllegalArgumentException(
                        "the value of "
                                + name
                                + " has a control character at "
                                + i
                                + ", and must be one line of text");
            }
        }
        return value;
    }
}
