package spillway.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import spillway.local.http.Header;
import spillway.local.http.HttpResponse;

/** Answers that say what was wrong, in the form of RFC 9457. */
final class Problems {
    private Problems() {}

    /**
     * @param detail our own words, without anything that JSON would need escaped
     */
    static void send(HttpResponse response, int status, String title, String detail, Header... more)
            throws IOException {
        String body =
                "{\"type\":\"about:blank\",\"title\":\""
                        + title
                        + "\",\"status\":"
                        + status
                        + ",\"detail\":\""
                        + detail
                        + "\"}\n";
        List<Header> headers = new ArrayList<>(List.of(more));
        headers.add(new Header("content-type", "application/problem+json"));
        headers.add(new Header("x-content-type-options", "nosniff"));
        headers.add(new Header("cache-control", "no-store"));
        response.send(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }
}
