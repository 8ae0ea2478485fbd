package spillway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import spillway.http.Endpoint;
import spillway.http.Request;

class EndpointTableTest {
    private final RecordingSink sink = new RecordingSink();
    private final List<String> bugs = new ArrayList<>();
    private final EndpointTable table =
            new EndpointTable(
                    List.of(
                            entry("GET", "/a", (_, out) -> out.start(200, Map.of())),
                            entry("PUT", "/a", (_, out) -> out.start(201, Map.of())),
                            entry(
                                    "GET",
                                    "/own",
                                    (_, out) ->
                                            out.start(200, Map.of("cache-control", "max-age=1"))),
                            entry("GET", "/bug", EndpointTableTest::bug),
                            entry(
                                    "GET",
                                    "/late-bug",
                                    (request, out) -> {
                                        out.start(200, Map.of());
                                        bug(request, out);
                                    }),
                            entry(
                                    "GET",
                                    "/gone",
                                    (_, _) -> {
                                        throw new IOException("gone");
                                    })),
                    (id, bug) -> bugs.add(id + " " + bug.getMessage()));

    @Test
    void findsTheEndpointOfAMethodAndAPath() throws IOException {
        ask("PUT", "/a");

        assertThat(sink.status).isEqualTo(201);
    }

    @Test
    void everyAnswerHasTheSecurityHeadersAndTheRequestId() throws IOException {
        ask("GET", "/a");

        assertThat(sink.headers)
                .isEqualTo(
                        Map.of(
                                "cache-control", "no-store",
                                "content-security-policy",
                                        "default-src 'none'; frame-ancestors 'none'",
                                "cross-origin-resource-policy", "same-origin",
                                "referrer-policy", "no-referrer",
                                "strict-transport-security", "max-age=63072000; includeSubDomains",
                                "x-content-type-options", "nosniff",
                                "x-request-id", "req-1"));
    }

    @Test
    void anEndpointsOwnHeadersWin() throws IOException {
        ask("GET", "/own");

        assertThat(sink.headers).containsEntry("cache-control", "max-age=1");
    }

    @Test
    void saysWhatIsServedWhereThereIsNothing() throws IOException {
        ask("GET", "/a/");

        assertThat(sink.status).isEqualTo(404);
        assertThat(sink.body())
                .contains(
                        "urn:spillway:problem:not-found", "served here: GET /a, PUT /a, GET /own");
        assertThat(sink.headers).containsEntry("x-content-type-options", "nosniff");
    }

    @Test
    void saysWhichMethodsAPathTakes() throws IOException {
        ask("DELETE", "/a");

        assertThat(sink.status).isEqualTo(405);
        assertThat(sink.headers).containsEntry("allow", "GET, PUT");
        assertThat(sink.body()).contains("This path takes GET, PUT only.");
    }

    @Test
    void aBugIsToldOnceAndWithoutItsMessage() throws IOException {
        ask("GET", "/bug");

        assertThat(sink.status).isEqualTo(500);
        assertThat(sink.body())
                .contains("urn:spillway:problem:internal-error")
                .doesNotContain("secret");
        assertThat(bugs).containsExactly("req-1 secret");
    }

    @Test
    void aBugAfterTheStatusIsSpentFailsTheAnswer() throws IOException {
        ask("GET", "/late-bug");

        assertThat(sink.status).isEqualTo(200);
        assertThat(sink.failure).isEqualTo("InternalError");
        assertThat(bugs).containsExactly("req-1 secret");
    }

    @Test
    void aReaderWhoIsGoneIsNoBug() {
        assertThatThrownBy(() -> ask("GET", "/gone")).isInstanceOf(IOException.class);

        assertThat(bugs).isEmpty();
    }

    private static void bug(Request request, spillway.http.ResponseSink out) {
        throw new IllegalStateException("secret");
    }

    private static EndpointTable.Entry entry(String method, String path, Endpoint endpoint) {
        return new EndpointTable.Entry(method, path, endpoint);
    }

    private void ask(String method, String path) throws IOException {
        table.handle(Samples.request(method, path, Map.of(), Map.of(), null), sink);
    }
}
