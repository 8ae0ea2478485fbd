package spillway.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import spillway.chat.ResponseFormat;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.JsonBytes;
import spillway.json.Mistakes;

/** Reads the form that an answer must have. For one request. */
final class ResponseFormatDecoder {
    static final List<String> KNOWN = List.of("type", "name", "schema", "strict");
    private static final String DEFAULT_NAME = "answer";
    private static final Map<String, String> TYPES = Map.of("json_schema", "json_schema");

    private final Mistakes mistakes;

    ResponseFormatDecoder(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** The form asked for; null when there is none, or one with mistakes. */
    @Nullable ResponseFormat format(Fields request) {
        Json value = request.get("response_format");
        if (value == null) {
            return null;
        }
        Fields fields = Fields.ofValue(value, mistakes, KNOWN);
        if (!(value instanceof Json.Obj)) {
            return null;
        }
        fields.require("type");
        fields.oneOf("type", TYPES);
        fields.require("schema");
        String name = ToolsDecoder.name(fields, mistakes);
        Boolean strict = fields.bool("strict");
        return new ResponseFormat(
                name == null ? DEFAULT_NAME : name, schema(fields), strict == null || strict);
    }

    /** The schema as it came. */
    private static String schema(Fields fields) {
        var out = new JsonBytes();
        fields.ifObject("schema", out::value);
        return new String(out.buffer(), 0, out.length(), StandardCharsets.UTF_8);
    }
}
