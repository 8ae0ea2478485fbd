package spillway.local.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import spillway.local.http.Header;
import spillway.local.http.HttpHandler;
import spillway.local.http.HttpRequest;
import spillway.local.http.HttpResponse;

/** One static page: ask, see who answers, break a provider. Nothing is loaded from elsewhere. */
public final class ConsolePage implements HttpHandler {
    private static final String RESOURCE = "console.html";

    private final byte[] page;
    private final List<Header> headers;

    public ConsolePage() {
        this.page = read();
        String html = new String(page, StandardCharsets.UTF_8);
        this.headers =
                List.of(
                        new Header("content-type", "text/html; charset=utf-8"),
                        new Header("content-security-policy", policy(html)),
                        new Header("x-content-type-options", "nosniff"),
                        new Header("referrer-policy", "no-referrer"),
                        new Header("cross-origin-opener-policy", "same-origin"),
                        new Header("cross-origin-resource-policy", "same-origin"),
                        new Header("cache-control", "no-store"));
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws IOException {
        response.send(200, headers, page);
    }

    /** Only this page's own script and style run, known by their hashes. */
    private static String policy(String html) {
        return "default-src 'none'; script-src '"
                + hash(html, "script")
                + "'; style-src '"
                + hash(html, "style")
                + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
                + " frame-ancestors 'none'";
    }

    private static String hash(String html, String element) {
        String open = "<" + element + ">";
        int from = html.indexOf(open) + open.length();
        String content = html.substring(from, html.indexOf("</" + element + ">", from));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(content.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static byte[] read() {
        try (InputStream in = ConsolePage.class.getResourceAsStream(RESOURCE)) {
            return Objects.requireNonNull(in, RESOURCE).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
