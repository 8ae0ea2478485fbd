package spillway.testkit.provider;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request that the server has received. Safe to read from many threads. */
public final class Attempt {
    // No JSON parser here: the first key of that name that is not inside a string.
    private static final Pattern MODEL = Pattern.compile("(?<!\\\\)\"model\"\\s*:\\s*\"([^\"]*)\"");
    private static final Pattern ROLE = Pattern.compile("(?<!\\\\)\"role\"\\s*:\\s*\"(\\w+)\"");
    private static final Pattern TOOL =
            Pattern.compile("\"tools\".*?(?<!\\\\)\"name\"\\s*:\\s*\"([^\"]*)\"", Pattern.DOTALL);

    private final Instant at;
    private final long nanos;
    private final String method;
    private final String path;
    private final Map<String, String> headers;
    private final String body;
    private volatile boolean clientLeft;
    private volatile boolean ended;
    private volatile long struck;

    Attempt(
            Instant at,
            long nanos,
            String method,
            String path,
            Map<String, String> headers,
            String body) {
        this.at = at;
        this.nanos = nanos;
        this.method = method;
        this.path = path;
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    /** When the whole request was here. */
    public Instant at() {
        return at;
    }

    /** The same by {@link System#nanoTime}, for spans. */
    public long nanos() {
        return nanos;
    }

    public String method() {
        return method;
    }

    public String path() {
        return path;
    }

    /** Headers by their name in lower case; of a key only that it was there: {@code "present"}. */
    public Map<String, String> headers() {
        return headers;
    }

    public String body() {
        return body;
    }

    /** The model asked for; empty when there is none. */
    public String model() {
        Matcher model = MODEL.matcher(body);
        return model.find() ? model.group(1).replaceAll("[^A-Za-z0-9._:/-]", "") : "";
    }

    /** Whether the client closed the connection before the answer was whole. */
    public boolean clientLeft() {
        return clientLeft;
    }

    /**
     * When its fault struck, by {@link System#nanoTime}: from then on nothing came that a reader
     * could use. 0 while it has not, and for a healthy answer.
     */
    public long struck() {
        return struck;
    }

    /** Whether nothing more will be sent for it. */
    public boolean ended() {
        return ended;
    }

    void left() {
        clientLeft = true;
    }

    void end() {
        ended = true;
    }

    void strike() {
        struck = System.nanoTime();
    }

    /** Whether the last message is the assistant's, so that a model is to go on inside it. */
    public boolean endsWithAssistant() {
        Matcher role = ROLE.matcher(body);
        String last = "";
        while (role.find()) {
            last = role.group(1);
        }
        return last.equals("assistant");
    }

    /** The string value in its body that begins with that; null when there is none. */
    @Nullable String valueThatBegins(String beginning) {
        String start = Json.string(beginning);
        int at = body.lastIndexOf(start.substring(0, start.length() - 1));
        return at < 0 ? null : Json.stringAt(body, at);
    }

    @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    String firstTool() {
        Matcher tool = TOOL.matcher(body);
        return tool.find() ? tool.group(1) : "get_weather";
    }

    boolean says(String key, String value) {
        return Pattern.compile(
                        "(?<!\\\\)\"" + Pattern.quote(key) + "\"\\s*:\\s*" + Pattern.quote(value))
                .matcher(body)
                .find();
    }
}
