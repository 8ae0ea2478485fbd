package spillway.aws.url;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import spillway.http.Request;
import spillway.time.Deadline;

/**
 * Reads a Function URL's event, payload format 2.0, in one pass: no tree, and nothing but what a
 * request is made of.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html">Invoking
 *     Function URLs</a>
 */
final class FunctionUrlEvent {
    /**
     * The header that holds the address the request came from, as Lambda saw it. Whatever a client
     * sends under this name is replaced.
     */
    static final String SOURCE_IP = "x-spillway-source-ip";

    /** Lambda's largest event is 6 MB, and its body is one string of it. */
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(32)
                                    .maxStringLength(8 << 20)
                                    .build())
                    .build();

    private @Nullable String version;
    private @Nullable String method;
    private @Nullable String rawPath;
    private @Nullable String requestId;
    private @Nullable String sourceIp;
    private String rawQuery = "";
    private String body = "";
    private boolean isBase64;
    private final StringBuilder cookies = new StringBuilder();
    private final Map<String, String> headers = new HashMap<>();

    private final String fallbackId;

    /**
     * An event to be read once.
     *
     * @param fallbackId names the request when the event does not
     */
    FunctionUrlEvent(String fallbackId) {
        this.fallbackId = fallbackId;
    }

    /** The name of the request, as far as the event was read. */
    String id() {
        return requestId == null || requestId.isEmpty() ? fallbackId : requestId;
    }

    /** Reads the event. */
    Request read(InputStream in, Deadline deadline) throws IOException, MalformedEventException {
        try (JsonParser json = JSON.createParser(in)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedEventException("the event is not a JSON object");
            }
            readRoot(json);
        } catch (StreamConstraintsException e) {
            throw new MalformedEventException("the event is too deep, or a text in it too long");
        } catch (JsonProcessingException e) {
            // Its message quotes the text around the mistake, which can be a prompt.
            throw new MalformedEventException(
                    "the event is not JSON at offset " + e.getLocation().getByteOffset());
        }
        return toRequest(deadline);
    }

    private void readRoot(JsonParser json) throws IOException, MalformedEventException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "version" -> version = text(json, name);
                case "rawPath" -> rawPath = text(json, name);
                case "rawQueryString" -> rawQuery = text(json, name);
                case "body" -> body = text(json, name);
                case "isBase64Encoded" -> isBase64 = isTrue(json, name);
                case "cookies" -> readCookies(json);
                case "headers" -> readHeaders(json);
                case "requestContext" -> readContext(json);
                default -> json.skipChildren();
            }
        }
    }

    private void readCookies(JsonParser json) throws IOException, MalformedEventException {
        if (!opens(json, JsonToken.START_ARRAY, "cookies")) {
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            cookies.append(cookies.isEmpty() ? "" : "; ").append(text(json, "a cookie"));
        }
    }

    private void readHeaders(JsonParser json) throws IOException, MalformedEventException {
        if (!opens(json, JsonToken.START_OBJECT, "headers")) {
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName().toLowerCase(Locale.ROOT);
            json.nextToken();
            headers.merge(name, text(json, "a header"), (first, second) -> first + "," + second);
        }
    }

    private void readContext(JsonParser json) throws IOException, MalformedEventException {
        if (!opens(json, JsonToken.START_OBJECT, "requestContext")) {
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "requestId" -> requestId = text(json, name);
                case "http" -> readHttp(json);
                default -> json.skipChildren();
            }
        }
    }

    private void readHttp(JsonParser json) throws IOException, MalformedEventException {
        if (!opens(json, JsonToken.START_OBJECT, "requestContext.http")) {
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "method" -> method = text(json, name);
                case "sourceIp" -> sourceIp = text(json, name);
                default -> json.skipChildren();
            }
        }
    }

    /** Whether the value is there; false for null. */
    private static boolean opens(JsonParser json, JsonToken expected, String name)
            throws MalformedEventException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return false;
        }
        if (json.currentToken() != expected) {
            String kind = expected == JsonToken.START_ARRAY ? "a list" : "an object";
            throw new MalformedEventException("the event's " + name + " is not " + kind);
        }
        return true;
    }

    private static String text(JsonParser json, String name)
            throws IOException, MalformedEventException {
        return switch (json.currentToken()) {
            case VALUE_STRING -> json.getText();
            case VALUE_NULL -> "";
            // No other token is a text, and a new kind of token would not be one either.
            default -> throw new MalformedEventException("the event's " + name + " is not a text");
        };
    }

    private static boolean isTrue(JsonParser json, String name) throws MalformedEventException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_TRUE) {
            return true;
        }
        if (token == JsonToken.VALUE_FALSE || token == JsonToken.VALUE_NULL) {
            return false;
        }
        throw new MalformedEventException("the event's " + name + " is neither true nor false");
    }

    private Request toRequest(Deadline deadline) throws MalformedEventException {
        if (version != null && !version.equals("2.0")) {
            throw new MalformedEventException(
                    "the event's payload format is not 2.0, which Function URLs send");
        }
        if (method == null || method.isEmpty()) {
            throw new MalformedEventException("the event has no requestContext.http.method");
        }
        if (rawPath == null || !rawPath.startsWith("/")) {
            throw new MalformedEventException("the event has no rawPath that begins with /");
        }
        if (!cookies.isEmpty()) {
            headers.put("cookie", cookies.toString());
        }
        headers.remove(SOURCE_IP);
        if (sourceIp != null) {
            headers.put(SOURCE_IP, sourceIp);
        }
        return new Request(
                id(),
                method,
                PercentDecoder.path(rawPath),
                PercentDecoder.query(rawQuery),
                headers,
                bytes(),
                deadline);
    }

    private byte[] bytes() throws MalformedEventException {
        if (!isBase64) {
            return body.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException("the event's body is not base64, as it claims to be");
        }
    }
}
