package spillway.local.url;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import spillway.local.http.Header;
import spillway.local.http.HttpRequest;

/**
 * The event of payload format 2.0 that a Function URL makes of a request.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html">Invoking Lambda
 *     function URLs</a>
 */
final class UrlEvent {
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

    private static final Set<String> TEXT =
            Set.of("application/json", "application/xml", "application/javascript");

    private UrlEvent() {}

    /**
     * @param urlId takes the place of the name that AWS gives a URL
     */
    static byte[] of(HttpRequest request, String requestId, String urlId, Instant now) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024 + request.body().length);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("version", "2.0");
            json.writeStringField("routeKey", "$default");
            json.writeStringField("rawPath", request.path());
            json.writeStringField("rawQueryString", request.query());
            writeCookies(json, request);
            writeMap(json, "headers", headers(request));
            writeMap(json, "queryStringParameters", parameters(request.query()));
            writeContext(json, request, requestId, urlId, now);
            writeBody(json, request);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void writeCookies(JsonGenerator json, HttpRequest request) throws IOException {
        @Nullable String cookies = request.header("cookie");
        if (cookies == null) {
            return;
        }
        json.writeArrayFieldStart("cookies");
        for (String cookie : cookies.split(";", -1)) {
            json.writeString(cookie.strip());
        }
        json.writeEndArray();
    }

    private static Map<String, String> headers(HttpRequest request) {
        Map<String, String> headers = new TreeMap<>();
        for (Header header : request.headers()) {
            String name = header.name().toLowerCase(Locale.ROOT);
            if (!name.equals("cookie")) {
                headers.merge(name, header.value(), (all, next) -> all + "," + next);
            }
        }
        headers.put("x-forwarded-for", "127.0.0.1");
        headers.put("x-forwarded-proto", "http");
        return headers;
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new TreeMap<>();
        for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            parameters.merge(name, value, (all, next) -> all + "," + next);
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            // A percent sign that starts no escape: whoever reads rawQueryString can refuse it.
            return text;
        }
    }

    private static void writeMap(JsonGenerator json, String name, Map<String, String> map)
            throws IOException {
        if (map.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> entry : map.entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    private static void writeContext(
            JsonGenerator json, HttpRequest request, String requestId, String urlId, Instant now)
            throws IOException {
        @Nullable String userAgent = request.header("user-agent");
        json.writeObjectFieldStart("requestContext");
        json.writeStringField("accountId", "anonymous");
        json.writeStringField("apiId", urlId);
        json.writeStringField("domainName", urlId + ".lambda-url.local");
        json.writeStringField("domainPrefix", urlId);
        json.writeObjectFieldStart("http");
        json.writeStringField("method", request.method());
        json.writeStringField("path", request.path());
        json.writeStringField("protocol", request.http11() ? "HTTP/1.1" : "HTTP/1.0");
        json.writeStringField("sourceIp", "127.0.0.1");
        json.writeStringField("userAgent", userAgent == null ? "" : userAgent);
        json.writeEndObject();
        json.writeStringField("requestId", requestId);
        json.writeStringField("routeKey", "$default");
        json.writeStringField("stage", "$default");
        json.writeStringField("time", TIME.format(now.atOffset(ZoneOffset.UTC)));
        json.writeNumberField("timeEpoch", now.toEpochMilli());
        json.writeEndObject();
    }

    private static void writeBody(JsonGenerator json, HttpRequest request) throws IOException {
        byte[] body = request.body();
        @Nullable String text = body.length == 0 ? null : text(request);
        if (text != null) {
            json.writeStringField("body", text);
        } else if (body.length > 0) {
            json.writeFieldName("body");
            json.writeBinary(body);
        }
        json.writeBooleanField("isBase64Encoded", body.length > 0 && text == null);
    }

    /** The body as text, or null if it is of another type or its bytes are not UTF-8. */
    private static @Nullable String text(HttpRequest request) {
        @Nullable String header = request.header("content-type");
        String type = header == null ? "" : header.split(";", 2)[0].strip();
        if (!isText(type.toLowerCase(Locale.ROOT))) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(request.body()))
                    .toString();
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    private static boolean isText(String type) {
        return type.startsWith("text/")
                || TEXT.contains(type)
                || type.endsWith("+json")
                || type.endsWith("+xml");
    }
}
