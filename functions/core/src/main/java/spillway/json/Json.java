package spillway.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A JSON value that knows where it stood, so that what is wrong with it can be told with its place.
 * {@code toString} tells types only: a value may hold a prompt.
 */
public sealed interface Json {
    /** Where it stood. */
    Place place();

    /** What it is, in words with an article. */
    default String kind() {
        return switch (this) {
            case Obj _ -> "an object";
            case Arr _ -> "an array";
            case Text _ -> "a string";
            case Num _ -> "a number";
            case Bool _ -> "a boolean";
            case Null _ -> "null";
        };
    }

    /**
     * Where in a document something stands.
     *
     * @param pointer its JSON Pointer (RFC 6901); empty for the whole document; where that would be
     *     too long, the pointer of what is around it
     * @param line from 1
     * @param column from 1
     */
    record Place(String pointer, int line, int column) {
        /** Every value has one, so that their lengths must not multiply. */
        private static final int MOST_POINTER = 512;

        /** The place of a member or an element of the value at this place. */
        Place child(String token, int childLine, int childColumn) {
            if (pointer.length() + token.length() >= MOST_POINTER) {
                return new Place(pointer, childLine, childColumn);
            }
            String escaped = token.replace("~", "~0").replace("/", "~1");
            return new Place(pointer + "/" + escaped, childLine, childColumn);
        }
    }

    /**
     * An object.
     *
     * @param names where the name of each member stands
     */
    record Obj(Place place, SequencedMap<String, Json> members, SequencedMap<String, Place> names)
            implements Json {
        public Obj {
            members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
            names = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(names));
        }

        @Override
        public String toString() {
            return "Obj[" + members.size() + " members]";
        }
    }

    /** An array. */
    record Arr(Place place, List<Json> elements) implements Json {
        public Arr {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return "Arr[" + elements.size() + " elements]";
        }
    }

    /** A string. */
    record Text(Place place, String value) implements Json {
        @Override
        public String toString() {
            return "Text[" + value.length() + " chars]";
        }
    }

    /**
     * A number.
     *
     * @param text as it was written
     */
    record Num(Place place, String text) implements Json {
        /** Its value; infinite when it is too large. */
        public double value() {
            return Double.parseDouble(text);
        }
    }

    /** True or false. */
    record Bool(Place place, boolean value) implements Json {}

    /** Null. */
    record Null(Place place) implements Json {}
}
