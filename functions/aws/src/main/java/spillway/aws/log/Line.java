package spillway.aws.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.lambda.powertools.logging.argument.StructuredArgument;
import software.amazon.lambda.powertools.logging.argument.StructuredArguments;

/**
 * The fields of one line in the making, in the order they were put. Used by one thread.
 *
 * <p>Each value is written as JSON here: Powertools' own writer leaves control characters as they
 * are, with which a name from outside could break the line.
 */
public final class Line {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<StructuredArgument> fields = new ArrayList<>();

    /**
     * Adds a field, or nothing when there is no value.
     *
     * @param value a text, number, boolean, or list or map of these
     */
    public Line put(String name, @Nullable Object value) {
        if (value != null) {
            fields.add(StructuredArguments.json(name, json(value)));
        }
        return this;
    }

    /** The fields, for the arguments of a call of a logger. */
    public Object[] fields() {
        return fields.toArray();
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(value.getClass() + " is no value of a line", e);
        }
    }
}
