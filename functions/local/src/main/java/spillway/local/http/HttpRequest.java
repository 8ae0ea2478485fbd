package spillway.local.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request, as it came. {@code toString} tells neither query nor headers nor body: they hold
 * prompts and keys.
 *
 * @param path still percent-encoded, from {@code /}
 * @param query still percent-encoded, without the question mark; empty when there was none
 * @param body whole and without transfer coding, not to be changed; empty when there was none
 * @param http11 whether the client speaks HTTP/1.1 and so understands chunks
 * @param keepAlive whether the client will send more on this connection
 */
// The array is shared, not copied: a body has up to 6 MB.
@SuppressWarnings("ArrayRecordComponent")
public record HttpRequest(
        String method,
        String path,
        String query,
        List<Header> headers,
        byte[] body,
        boolean http11,
        boolean keepAlive) {
    public HttpRequest {
        Objects.requireNonNull(method);
        Objects.requireNonNull(path);
        Objects.requireNonNull(query);
        headers = List.copyOf(headers);
        Objects.requireNonNull(body);
    }

    /** The header's value, several joined by a comma; null when it was not sent. */
    public @Nullable String header(String name) {
        List<String> values = values(headers, name);
        return values.isEmpty() ? null : String.join(",", values);
    }

    static List<String> values(List<Header> headers, String name) {
        List<String> values = new ArrayList<>(1);
        for (Header header : headers) {
            if (header.name().equalsIgnoreCase(name)) {
                values.add(header.value());
            }
        }
        return values;
    }

    @Override
    public String toString() {
        return "HttpRequest[" + method + " " + path + ", " + body.length + " bytes]";
    }
}
