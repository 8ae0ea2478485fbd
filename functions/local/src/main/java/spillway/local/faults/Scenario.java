package spillway.local.faults;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fault, whom it befalls, and how the answer must end. Its id is the route that is asked.
 *
 * @param legs the targets in the order in which they stand in the route
 * @param onBreak what the reader wants after a break; null for what the gateway does by itself
 * @param expected the whole answer
 * @param takesTime whether a timer has to find the fault, or it is slowness itself
 */
record Scenario(
        String id,
        String what,
        List<Leg> legs,
        @Nullable String onBreak,
        Form form,
        Contract contract,
        Expected expected,
        boolean takesTime) {
    Scenario {
        legs = List.copyOf(legs);
    }

    /** What is asked for. */
    enum Form {
        TEXT,
        TOOL,
        JSON
    }

    /**
     * A whole answer.
     *
     * @param calls how many tool calls
     */
    record Expected(String text, String refusal, int calls) {
        static final Expected USUAL = text(Text.WHOLE);

        static Expected text(String text) {
            return new Expected(text, "", 0);
        }
    }

    /** The same with other targets, for a second time. */
    Scenario again(String prefix) {
        return new Scenario(
                prefix + id,
                what,
                legs.stream()
                        .map(
                                leg ->
                                        new Leg(
                                                leg.wire(),
                                                leg.model() + "-" + prefix + "2",
                                                leg.fault(),
                                                leg.times(),
                                                leg.time()))
                        .toList(),
                onBreak,
                form,
                contract,
                expected,
                takesTime);
    }

    /** Breaks its targets, and adds its route to those of a routes file. */
    ObjectNode describe(Wall wall, ObjectNode routes) {
        ObjectNode route = routes.putObject(id);
        ArrayNode groups = route.putArray("groups");
        for (Leg leg : legs) {
            groups.addArray().add(wall.stand(leg));
        }
        return route;
    }

    /** The request. */
    String body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("route", id);
        body.put("prompt", "Say in sixty words when a gateway earns its name.");
        if (onBreak != null) {
            body.put("on_break", onBreak);
        }
        switch (form) {
            case TEXT -> {}
            case TOOL -> {
                ObjectNode tool = body.putArray("tools").addObject();
                tool.put("name", "get_weather");
                tool.put("description", "Tells the weather of a city.");
                schema(tool.putObject("parameters"), "city");
            }
            case JSON -> {
                ObjectNode format = body.putObject("response_format");
                format.put("type", "json_schema");
                format.put("name", "answer");
                schema(format.putObject("schema"), "answer");
            }
        }
        return body.toString();
    }

    private static void schema(ObjectNode schema, String member) {
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        schema.putObject("properties").putObject(member).put("type", "string");
        schema.putArray("required").add(member);
    }
}
