package spillway.aws.health;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * An update expression in the making. Every attribute is named by a placeholder, since ours are
 * made of numbers and may be reserved words.
 */
final class Update {
    private final List<String> set = new ArrayList<>();
    private final List<String> add = new ArrayList<>();
    private final List<String> remove = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, AttributeValue> values = new HashMap<>();
    private String condition = "";

    Update set(String attribute, AttributeValue value) {
        set.add(name(attribute) + " = " + value(value));
        return this;
    }

    Update increment(String attribute) {
        String name = name(attribute);
        set.add(name + " = " + name + " + " + value(Values.number(1)));
        return this;
    }

    Update add(String attribute, AttributeValue value) {
        add.add(name(attribute) + " " + value(value));
        return this;
    }

    /** Adds, unless it is nothing. */
    Update add(String attribute, long count) {
        return count == 0 ? this : add(attribute, Values.number(count));
    }

    Update remove(String attribute) {
        remove.add(name(attribute));
        return this;
    }

    /** A condition in DynamoDB's grammar, made of {@link #name} and {@link #value}. */
    Update onlyIf(String condition) {
        this.condition = condition;
        return this;
    }

    /** Whether it says anything of that attribute yet; it may say but one thing of each. */
    boolean names(String attribute) {
        return names.containsKey(attribute);
    }

    /** The placeholder of an attribute. */
    String name(String attribute) {
        String known = names.get(attribute);
        if (known != null) {
            return known;
        }
        String placeholder = "#n" + names.size();
        names.put(attribute, placeholder);
        return placeholder;
    }

    /** The placeholder of a value. */
    String value(AttributeValue value) {
        String placeholder = ":v" + values.size();
        values.put(placeholder, value);
        return placeholder;
    }

    UpdateItemRequest of(String table, Map<String, AttributeValue> key) {
        Map<String, String> byPlaceholder = new HashMap<>();
        names.forEach((attribute, placeholder) -> byPlaceholder.put(placeholder, attribute));
        UpdateItemRequest.Builder request =
                UpdateItemRequest.builder()
                        .tableName(table)
                        .key(key)
                        .updateExpression(
                                clause("SET ", set)
                                        + clause("ADD ", add)
                                        + clause("REMOVE ", remove))
                        .expressionAttributeNames(byPlaceholder)
                        .returnValues(ReturnValue.ALL_NEW);
        if (!values.isEmpty()) {
            request.expressionAttributeValues(values);
        }
        if (!condition.isEmpty()) {
            request.conditionExpression(condition)
                    .returnValuesOnConditionCheckFailure(
                            ReturnValuesOnConditionCheckFailure.ALL_OLD);
        }
        return request.build();
    }

    private static String clause(String verb, List<String> parts) {
        return parts.isEmpty() ? "" : verb + String.join(", ", parts) + " ";
    }
}
