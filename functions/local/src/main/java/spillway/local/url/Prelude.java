package spillway.local.url;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import spillway.local.http.Header;

/** Status, headers and cookies that a function gives before the body of its answer. */
record Prelude(int status, List<Header> headers) {
    /** The type of a response that starts with a prelude. */
    static final String CONTENT_TYPE = "application/vnd.awslambda.http-integration-response";

    /** The number of NUL bytes that end a prelude. */
    static final int NULS = 8;

    /** A prelude and its end are within so many bytes. */
    static final int MAX = 16 * 1024;

    /** Headers of the connection, which is ours and not the function's. */
    private static final Set<String> OURS =
            Set.of("connection", "content-length", "keep-alive", "transfer-encoding", "date");

    private static final JsonFactory JSON = new JsonFactory();

    /** A prelude that Lambda would not understand. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String what) {
            super(what);
        }
    }

    Prelude {
        headers = List.copyOf(headers);
    }

    /** Where eight NULs begin, or -1 if they are not all there. */
    static int end(byte[] bytes, int from, int to) {
        int run = 0;
        for (int i = from; i < to; i++) {
            run = bytes[i] == 0 ? run + 1 : 0;
            if (run == NULS) {
                return i - NULS + 1;
            }
        }
        return -1;
    }

    static Prelude parse(byte[] bytes, int from, int to) throws Malformed {
        int status = 200;
        List<Header> headers = new ArrayList<>();
        try (JsonParser json = JSON.createParser(bytes, from, to - from)) {
            expect(json, JsonToken.START_OBJECT);
            for (@Nullable String key = json.nextFieldName();
                    key != null;
                    key = json.nextFieldName()) {
                switch (key) {
                    case "statusCode" -> status = status(json);
                    case "headers" -> readHeaders(json, headers);
                    case "cookies" -> readCookies(json, headers);
                    default -> throw new Malformed("unknown key in the prelude: " + key);
                }
            }
        } catch (IOException notJson) {
            throw new Malformed("the prelude is not JSON");
        } catch (IllegalArgumentException notAHeader) {
            throw new Malformed("in the prelude, " + notAHeader.getMessage());
        }
        return new Prelude(status, headers);
    }

    private static int status(JsonParser json) throws IOException, Malformed {
        expect(json, JsonToken.VALUE_NUMBER_INT);
        int status = json.getIntValue();
        if (status < 100 || status > 599) {
            throw new Malformed("statusCode is " + status + "; 100 to 599 is needed");
        }
        return status;
    }

    private static void readHeaders(JsonParser json, List<Header> headers)
            throws IOException, Malformed {
        expect(json, JsonToken.START_OBJECT);
        for (@Nullable String name = json.nextFieldName();
                name != null;
                name = json.nextFieldName()) {
            expect(json, JsonToken.VALUE_STRING);
            if (!OURS.contains(name.toLowerCase(Locale.ROOT))) {
                headers.add(new Header(name, json.getText()));
            }
        }
    }

    private static void readCookies(JsonParser json, List<Header> headers)
            throws IOException, Malformed {
        expect(json, JsonToken.START_ARRAY);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                throw new Malformed("cookies holds something else than strings");
            }
            headers.add(new Header("set-cookie", json.getText()));
        }
    }

    private static void expect(JsonParser json, JsonToken token) throws IOException, Malformed {
        if (json.nextToken() != token) {
            throw new Malformed("the prelude is not {statusCode, headers, cookies}");
        }
    }
}
