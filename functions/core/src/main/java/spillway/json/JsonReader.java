package spillway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Reads a whole document in UTF-8. Strict, but for what it is told to allow; the depth and the
 * number of parts are bounded, the size is for the caller to bound. Immutable and safe to share.
 */
public final class JsonReader {
    private static final int MOST_DEPTH = 64;

    /** Each value, name and bracket counts: a byte of a document must not cost a hundred here. */
    private static final int MOST_PARTS = 100_000;

    private final JsonFactory factory;

    private JsonReader(boolean comments) {
        factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(MOST_DEPTH)
                                        .maxTokenCount(MOST_PARTS)
                                        .build())
                        .configure(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION, false)
                        .configure(JsonReadFeature.ALLOW_JAVA_COMMENTS, comments)
                        .configure(JsonReadFeature.ALLOW_TRAILING_COMMA, comments)
                        .build();
    }

    /** JSON as RFC 8259 has it. */
    public static JsonReader strict() {
        return new JsonReader(false);
    }

    /** JSON with {@code //} and block comments and with a comma after the last element. */
    public static JsonReader withComments() {
        return new JsonReader(true);
    }

    /**
     * The document, unless its syntax is broken; a name given twice in one object is noted and the
     * first value kept.
     */
    public Optional<Json> read(byte[] document, Mistakes mistakes) {
        try (JsonParser parser = parser(document)) {
            return Optional.of(new Reading(parser, mistakes).document());
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            int line = at == null ? 1 : at.getLineNr();
            int column = at == null ? 1 : at.getColumnNr();
            mistakes.add(
                    new Json.Place("", line, column),
                    "is not JSON at line " + line + ", column " + column + ": " + words(e));
            return Optional.empty();
        } catch (IOException e) {
            // The decoder speaks of an undecodable byte; there is no other input than memory.
            mistakes.add(new Json.Place("", 1, 1), "is not JSON: its bytes are not UTF-8");
            return Optional.empty();
        }
    }

    /** Decodes by itself, since Jackson would guess at UTF-16 and take half of a character. */
    private JsonParser parser(byte[] document) throws IOException {
        CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document));
        // Editors write a byte-order mark; RFC 8259, 8.1 lets a reader skip it.
        int from = chars.hasRemaining() && chars.get(0) == '\uFEFF' ? 1 : 0;
        return factory.createParser(chars.array(), from, chars.limit() - from);
    }

    /** What is wrong with the syntax, without any text of the document. */
    private static String words(JsonProcessingException e) {
        String original = e.getOriginalMessage();
        if (e instanceof JsonEOFException) {
            return "it ends too early; something is not closed";
        }
        if (e instanceof StreamConstraintsException) {
            if (original.contains("nesting")) {
                return "it is nested deeper than " + MOST_DEPTH + " levels";
            }
            return original.contains("Token count")
                    ? "it has more than " + MOST_PARTS + " parts"
                    : "a number or a name is too long";
        }
        return e instanceof NotOneValue ? original : SyntaxWords.of(original);
    }

    /** The document is not exactly one value; the message is in our words. */
    private static final class NotOneValue extends JsonParseException {
        NotOneValue(JsonParser parser, String message, JsonLocation at) {
            super(parser, message, at);
        }
    }

    /** One pass over one document. */
    private record Reading(JsonParser parser, Mistakes mistakes) {
        Json document() throws IOException {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new NotOneValue(parser, "it is empty", parser.currentLocation());
            }
            Json whole = value(first, "");
            if (hasMore()) {
                throw somethingFollows(parser.currentTokenLocation());
            }
            return whole;
        }

        /** Whatever stands there, JSON or not. */
        private boolean hasMore() throws IOException {
            try {
                return parser.nextToken() != null;
            } catch (StreamConstraintsException e) {
                throw e;
            } catch (JsonProcessingException e) {
                throw somethingFollows(e.getLocation());
            }
        }

        private NotOneValue somethingFollows(JsonLocation at) {
            return new NotOneValue(parser, "something follows the end of the value", at);
        }

        private Json value(JsonToken token, String pointer) throws IOException {
            Json.Place place = here(pointer);
            return switch (token) {
                case START_OBJECT -> object(place);
                case START_ARRAY -> array(place);
                case VALUE_STRING -> text(place);
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Num(place, parser.getText());
                case VALUE_TRUE -> new Json.Bool(place, true);
                case VALUE_FALSE -> new Json.Bool(place, false);
                case VALUE_NULL -> new Json.Null(place);
                // A blocking parser over bytes gives neither of these where a value begins.
                case FIELD_NAME, END_OBJECT, END_ARRAY, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                        throw new UncheckedIOException(
                                new IOException("the parser gave " + token + " for a value"));
            };
        }

        /** An escape can name half of a character, which no UTF-8 can carry to a provider. */
        private Json.Text text(Json.Place place) throws IOException {
            String text = parser.getText();
            if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
                mistakes.add(place, "has half of a surrogate pair; whole characters are needed");
            }
            return new Json.Text(place, text);
        }

        private Json.Obj object(Json.Place place) throws IOException {
            var members = new LinkedHashMap<String, Json>();
            var names = new LinkedHashMap<String, Json.Place>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                Json.Place at = here(place.child(name, 0, 0).pointer());
                Json value = value(parser.nextToken(), at.pointer());
                if (members.putIfAbsent(name, value) == null) {
                    names.put(name, at);
                } else {
                    mistakes.add(at, "is given twice; once is right");
                }
            }
            return new Json.Obj(place, members, names);
        }

        private Json.Arr array(Json.Place place) throws IOException {
            List<Json> elements = new ArrayList<>();
            for (JsonToken token = parser.nextToken();
                    token != JsonToken.END_ARRAY;
                    token = parser.nextToken()) {
                String pointer = place.child(Integer.toString(elements.size()), 0, 0).pointer();
                elements.add(value(token, pointer));
            }
            return new Json.Arr(place, elements);
        }

        private Json.Place here(String pointer) {
            var at = parser.currentTokenLocation();
            return new Json.Place(pointer, at.getLineNr(), at.getColumnNr());
        }
    }
}
