package spillway.http;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.time.Deadline;

/**
 * A request at the edge, whatever brought it. {@code toString} tells neither query nor body: they
 * hold prompts.
 *
 * @param id names it in logs and answers
 * @param path percent-decoded, from {@code /}
 * @param query percent-decoded, each name once
 * @param headers names in lower case; of a name given twice, the values joined by a comma
 * @param body as it came, not to be changed; empty when there was none
 */
// The array is shared, not copied: a body has up to 6 MB.
@SuppressWarnings("ArrayRecordComponent")
public record Request(
        String id,
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        byte[] body,
        Deadline deadline) {
    public Request {
        Objects.requireNonNull(id);
        Objects.requireNonNull(method);
        Objects.requireNonNull(path);
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
        Objects.requireNonNull(body);
        Objects.requireNonNull(deadline);
    }

    /** The header of that lower-case name, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    @Override
    public String toString() {
        return "Request[" + id + " " + method + " " + path + ", " + body.length + " bytes]";
    }
}
