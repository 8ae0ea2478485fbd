package spillway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The OpenAPI document, and whether something agrees with it. */
final class OpenApi {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonNode document;
    private final SchemaRegistry schemas =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private OpenApi(JsonNode document) {
        this.document = document;
    }

    static OpenApi read() throws IOException {
        var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        Object parsed = yaml.load(Files.readString(Path.of("openapi.yaml")));
        return new OpenApi(MAPPER.valueToTree(parsed));
    }

    /** What stands there, in the document. */
    JsonNode at(String pointer) {
        JsonNode node = resolve(document.at(pointer));
        assertThat(node.isMissingNode()).as(pointer).isFalse();
        return node;
    }

    /** What a reference leads to, or the node itself. */
    JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** Every operation, such as {@code GET /a}, and where it stands. */
    Map<String, JsonNode> operations() {
        var operations = new HashMap<String, JsonNode>();
        document.at("/paths")
                .forEachEntry(
                        (path, item) ->
                                item.forEachEntry(
                                        (method, operation) ->
                                                operations.put(
                                                        method.toUpperCase(Locale.ROOT)
                                                                + " "
                                                                + path,
                                                        operation)));
        return operations;
    }

    /** Where an operation stands, such as {@code GET /a}. */
    JsonNode operation(String name) {
        return Objects.requireNonNull(operations().get(name), name);
    }

    /** What a value has against a schema; nothing if it agrees. */
    List<String> complaints(JsonNode schema, JsonNode value) {
        ObjectNode whole = MAPPER.createObjectNode();
        whole.set("components", document.get("components"));
        whole.putArray("allOf").add(schema);
        return schemas.getSchema(whole).validate(value).stream()
                .map(error -> error + " in " + value)
                .toList();
    }

    /** Checks an answer to that operation: status, headers, body. */
    void check(String operation, RecordingSink sink) throws IOException {
        JsonNode response =
                resolve(operation(operation).path("responses").path(Integer.toString(sink.status)));
        assertThat(response.isMissingNode()).as(operation + " " + sink.status).isFalse();
        checkHeaders(response.path("headers"), sink);
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            assertThat(sink.body()).isEmpty();
            return;
        }
        String type = sink.headers.getOrDefault("content-type", "none").split(";", -1)[0];
        assertThat(content.has(type)).as(operation + " " + sink.status + " " + type).isTrue();
        if (type.equals("text/event-stream")) {
            checkEvents(content.get(type).get("itemSchema"), sink.body());
        } else {
            assertThat(complaints(content.get(type).get("schema"), MAPPER.readTree(sink.body())))
                    .isEmpty();
        }
    }

    private void checkHeaders(JsonNode headers, RecordingSink sink) {
        headers.forEachEntry(
                (name, reference) -> {
                    JsonNode header = resolve(reference);
                    String value = sink.headers.get(name);
                    if (value == null) {
                        assertThat(header.path("required").asBoolean()).as(name).isFalse();
                        return;
                    }
                    boolean number = header.at("/schema/type").asText().equals("integer");
                    JsonNode node =
                            number
                                    ? MAPPER.getNodeFactory().numberNode(Long.parseLong(value))
                                    : MAPPER.getNodeFactory().textNode(value);
                    assertThat(complaints(header.get("schema"), node)).isEmpty();
                });
        var documented = new TreeSet<String>();
        headers.fieldNames().forEachRemaining(documented::add);
        for (String name : List.of("retry-after", "x-should-retry", "allow")) {
            if (sink.headers.containsKey(name)) {
                assertThat(documented).contains(name);
            }
        }
    }

    private void checkEvents(JsonNode itemSchema, String stream) throws IOException {
        for (ObjectNode event : events(stream)) {
            assertThat(complaints(itemSchema, event)).isEmpty();
            JsonNode data = MAPPER.readTree(event.get("data").asText());
            assertThat(complaints(dataSchema(event.get("event").asText()), data)).isEmpty();
        }
    }

    /** The names of all documented events. */
    Set<String> eventNames() {
        var names = new TreeSet<String>();
        for (JsonNode variant : at("/components/schemas/Event").get("oneOf")) {
            names.add(resolve(variant).at("/properties/event/const").asText());
        }
        return names;
    }

    /** The schema of the data of the events of that name. */
    JsonNode dataSchema(String event) {
        for (JsonNode variant : at("/components/schemas/Event").get("oneOf")) {
            JsonNode properties = resolve(variant).get("properties");
            if (properties.at("/event/const").asText().equals(event)) {
                return properties.at("/data/contentSchema");
            }
        }
        throw new AssertionError("no event " + event + " in the document");
    }

    /** The events of a stream, each with the fields it had; blocks without data are none. */
    static List<ObjectNode> events(String stream) {
        List<ObjectNode> events = new ArrayList<>();
        for (String block : stream.split("\n\n", -1)) {
            ObjectNode event = MAPPER.createObjectNode();
            for (String line : block.split("\n", -1)) {
                int colon = line.indexOf(": ");
                if (colon > 0) {
                    event.put(line.substring(0, colon), line.substring(colon + 2));
                }
            }
            if (event.has("data")) {
                events.add(event);
            }
        }
        return events;
    }
}
