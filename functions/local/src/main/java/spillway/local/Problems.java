package spillway.local;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import spillway.local.http.Header;
import spillway.local.http.HttpResponse;
import spillway.local.http.ProblemBody;

/** Answers that say what was wrong, in the form of RFC 9457. */
final class Problems {
    private Problems() {}

    /**
     * @param detail our own words, without anything that JSON would need escaped
     */
    static void send(HttpResponse response, int status, String detail, Header... more)
            throws IOException {
        List<Header> headers = new ArrayList<>(List.of(more));
        headers.add(ProblemBody.TYPE);
        headers.add(new Header("x-content-type-options", "nosniff"));
        headers.add(new Header("cache-control", "no-store"));
        response.send(status, headers, ProblemBody.of(status, detail));
    }
}
