package spillway.local.http;

import java.nio.charset.StandardCharsets;

/** The body of an answer that says what was wrong, in the form of RFC 9457. */
public final class ProblemBody {
    public static final Header TYPE = new Header("content-type", "application/problem+json");

    private static final int TOO_LARGE = 413;

    private ProblemBody() {}

    /**
     * The body. A request that is too large is told as the gateway itself tells it: who meets one
     * limit or the other need not tell them apart.
     *
     * @param detail our own words, without anything that JSON would need escaped
     */
    public static byte[] of(int status, String detail) {
        boolean isTooLarge = status == TOO_LARGE;
        String body =
                "{\"type\":\""
                        + (isTooLarge ? "urn:spillway:problem:payload-too-large" : "about:blank")
                        + "\",\"title\":\""
                        + (isTooLarge ? "The request is too large" : Status.phrase(status))
                        + "\",\"status\":"
                        + status
                        + ",\"detail\":\""
                        + detail
                        + "\"}\n";
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
