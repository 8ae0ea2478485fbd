package spillway.aws.url;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Percent-decoding that refuses what is not exactly an encoding of UTF-8 text. */
final class PercentDecoder {
    private PercentDecoder() {}

    /** Decodes a path, in which a plus is a plus. */
    static String path(String raw) throws MalformedEventException {
        return decode(raw, false, "the path");
    }

    /** Decodes a query, in which a plus is a space and each name stands once. */
    static Map<String, String> query(String raw) throws MalformedEventException {
        Map<String, String> query = new LinkedHashMap<>();
        int start = 0;
        while (start < raw.length()) {
            int end = raw.indexOf('&', start);
            end = end < 0 ? raw.length() : end;
            if (end > start) {
                parameter(raw.substring(start, end), query);
            }
            start = end + 1;
        }
        return query;
    }

    private static void parameter(String raw, Map<String, String> query)
            throws MalformedEventException {
        int equals = raw.indexOf('=');
        String name =
                decode(
                        equals < 0 ? raw : raw.substring(0, equals),
                        true,
                        "a query parameter's name");
        String value = equals < 0 ? "" : raw.substring(equals + 1);
        if (query.put(name, decode(value, true, "the query parameter " + name)) != null) {
            throw new MalformedEventException(
                    "the query parameter " + name + " is given twice; once is right");
        }
    }

    private static String decode(String raw, boolean form, String what)
            throws MalformedEventException {
        if (raw.indexOf('%') < 0 && (!form || raw.indexOf('+') < 0)) {
            return raw;
        }
        byte[] encoded = raw.getBytes(StandardCharsets.UTF_8);
        byte[] decoded = new byte[encoded.length];
        int length = 0;
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] == '%') {
                decoded[length++] = octet(encoded, i, what);
                i += 2;
            } else {
                decoded[length++] = form && encoded[i] == '+' ? (byte) ' ' : encoded[i];
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedEventException(what + " is not UTF-8 once percent-decoded");
        }
    }

    private static byte octet(byte[] encoded, int at, String what) throws MalformedEventException {
        int high = at + 2 < encoded.length ? Character.digit(encoded[at + 1], 16) : -1;
        int low = at + 2 < encoded.length ? Character.digit(encoded[at + 2], 16) : -1;
        if (high < 0 || low < 0) {
            throw new MalformedEventException(
                    what + " has a % that no two hexadecimal digits follow; a % itself is %25");
        }
        return (byte) (high << 4 | low);
    }
}
