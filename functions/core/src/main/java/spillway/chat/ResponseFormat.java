package spillway.chat;

import java.util.Objects;

/**
 * The form that the text of an answer must have: a JSON document by a schema.
 *
 * @param name what the document is called; letters, digits, {@code _} and {@code -}
 * @param schema a JSON Schema object, as JSON text
 * @param strict whether the provider must hold the model to the schema, which takes only a part of
 *     JSON Schema; else the model is merely shown it, where the vendor knows the difference
 */
public record ResponseFormat(String name, String schema, boolean strict) {
    public ResponseFormat {
        Objects.requireNonNull(name);
        Objects.requireNonNull(schema);
    }

    /** Tells sizes only: a schema can quote what a prompt holds. */
    @Override
    public String toString() {
        return "ResponseFormat[" + schema.length() + " chars, strict=" + strict + "]";
    }
}
