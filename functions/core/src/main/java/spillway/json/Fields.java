package spillway.json;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of one object, read by name and type. What is wrong is noted, and read as if it were
 * not there; so is null.
 */
public final class Fields {
    private final Json.Obj object;
    private final Mistakes mistakes;

    private Fields(Json.Obj object, Mistakes mistakes) {
        this.object = object;
        this.mistakes = mistakes;
    }

    /** The members of an object that may have these names and no other. */
    public static Fields of(Json.Obj object, Mistakes mistakes, Collection<String> known) {
        object.names()
                .forEach(
                        (name, place) -> {
                            if (!known.contains(name) && !mistakes.isFull()) {
                                mistakes.add(place, unknown(name, known));
                            }
                        });
        return new Fields(object, mistakes);
    }

    /** The members of a value that must be an object; none if it is something else. */
    public static Fields ofValue(Json value, Mistakes mistakes, Collection<String> known) {
        if (value instanceof Json.Obj it) {
            return of(it, mistakes, known);
        }
        mistakes.add(value, "is " + value.kind() + "; an object is needed");
        return new Fields(
                new Json.Obj(value.place(), new LinkedHashMap<>(), new LinkedHashMap<>()),
                mistakes);
    }

    private static String unknown(String name, Collection<String> known) {
        String suggestion = Words.suggestion(name, known);
        return "is an unknown field"
                + (suggestion.isEmpty() ? "; known are " + String.join(", ", known) : suggestion);
    }

    /** The object itself. */
    public Json.Obj object() {
        return object;
    }

    /** The member, or null when it is absent or null. */
    public @Nullable Json get(String name) {
        Json value = object.members().get(name);
        return value instanceof Json.Null ? null : value;
    }

    /** Notes that the member is missing, if it is. */
    public void require(String name) {
        if (get(name) == null) {
            mistakes.add(missing(name), "is missing");
        }
    }

    /** Where a member would stand that is not there. */
    public Json.Place missing(String name) {
        Json.Place place = object.place();
        return place.child(name, place.line(), place.column());
    }

    /** A string. */
    public @Nullable String text(String name) {
        Json value = get(name);
        return value == null ? null : text(value);
    }

    /** A value that must be a string. */
    public @Nullable String text(Json value) {
        if (value instanceof Json.Text(_, var text)) {
            return text;
        }
        wrong(value, "a string");
        return null;
    }

    /** A string of at least one character and at most that many. */
    public @Nullable String text(String name, int most) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        int length = text.codePointCount(0, text.length());
        if (length >= 1 && length <= most) {
            return text;
        }
        mistakes.add(
                place(name),
                length == 0
                        ? "is empty; at least one character is needed"
                        : "has " + length + " characters; at most " + most + " are allowed");
        return null;
    }

    /** One of some words, which stand for values. */
    public <T> @Nullable T oneOf(String name, Map<String, T> values) {
        String word = text(name);
        if (word == null) {
            return null;
        }
        T value = values.get(word);
        if (value == null) {
            mistakes.add(
                    place(name),
                    "is "
                            + Words.quote(word)
                            + "; one of "
                            + String.join(", ", values.keySet())
                            + " is needed");
        }
        return value;
    }

    /** True or false. */
    public @Nullable Boolean bool(String name) {
        Json value = get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Json.Bool(_, var truth)) {
            return truth;
        }
        wrong(value, "true or false");
        return null;
    }

    /** A number in a range, both ends included. */
    public @Nullable Double number(String name, double least, double most) {
        return number(name, least, most, "a number from " + plain(least) + " to " + plain(most));
    }

    /** A whole number in a range, both ends included. */
    public @Nullable Integer integer(String name, int least, int most) {
        String needed = "a whole number from " + least + " to " + most;
        Double number = number(name, least, most, needed);
        if (number == null) {
            return null;
        }
        if (number != Math.rint(number)) {
            mistakes.add(place(name), "is " + number + "; " + needed + " is needed");
            return null;
        }
        return number.intValue();
    }

    private @Nullable Double number(String name, double least, double most, String needed) {
        Json value = get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Json.Num number)) {
            wrong(value, needed);
            return null;
        }
        if (number.value() >= least && number.value() <= most) {
            return number.value();
        }
        mistakes.add(value, "is " + shortened(number.text()) + "; " + needed + " is needed");
        return null;
    }

    /** The elements of an array; none when it is absent. */
    public List<Json> elements(String name, int most) {
        return switch (get(name)) {
            case null -> List.of();
            case Json.Arr(_, var elements) when elements.size() <= most -> elements;
            case Json.Arr(var place, var elements) -> {
                mistakes.add(
                        place,
                        "has " + elements.size() + " elements; at most " + most + " are allowed");
                yield List.of();
            }
            case Json other -> {
                wrong(other, "an array");
                yield List.of();
            }
        };
    }

    /** Hands the object to a reader, if it is there and an object. */
    public void ifObject(String name, Consumer<Json.Obj> reader) {
        switch (get(name)) {
            case null -> {}
            case Json.Obj it -> reader.accept(it);
            case Json other -> wrong(other, "an object");
        }
    }

    /** Where the member stands, or would stand. */
    public Json.Place place(String name) {
        Json value = object.members().get(name);
        return value == null ? missing(name) : value.place();
    }

    private void wrong(Json value, String needed) {
        mistakes.add(value, "is " + value.kind() + "; " + needed + " is needed");
    }

    private static String shortened(String number) {
        return number.length() <= 30 ? number : number.substring(0, 30) + "…";
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
