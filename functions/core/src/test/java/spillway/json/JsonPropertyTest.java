package spillway.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class JsonPropertyTest {
    private static final Json.Place NOWHERE = new Json.Place("", 1, 1);
    private static final Pattern HALF =
            Pattern.compile(
                    "[\\uD800-\\uDBFF](?![\\uDC00-\\uDFFF])|(?<![\\uD800-\\uDBFF])[\\uDC00-\\uDFFF]");

    @Property
    void readsWhatItHasWritten(@ForAll("values") Json value) {
        var mistakes = new Mistakes();

        Optional<Json> read = JsonReader.strict().read(written(value), mistakes);

        assertThat(read.map(JsonPropertyTest::plain)).contains(plain(value));
        assertThat(mistakes.isEmpty()).isTrue();
    }

    @Property
    void makesAValueOrAMistakeOfAnyBytes(@ForAll("documents") byte[] document) {
        for (JsonReader reader : List.of(JsonReader.strict(), JsonReader.withComments())) {
            var mistakes = new Mistakes();

            Optional<Json> read = reader.read(document, mistakes);

            assertThat(read.isPresent() || !mistakes.isEmpty()).isTrue();
        }
    }

    /** A mistake is shown and logged, and what stands around it may be a prompt. */
    @Property
    void quotesNothingOfWhatItCannotRead(
            @ForAll("documents") byte[] document,
            @ForAll @IntRange(max = 10_000) int where,
            @ForAll @IntRange(max = 3) int escape) {
        String word = "sEcReT";
        byte[] secret =
                List.of(word, "\"" + word, word + "\\q", "\\u" + word)
                        .get(escape)
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] with = inserted(document, where % (document.length + 1), secret);
        var mistakes = new Mistakes();

        JsonReader.strict().read(with, mistakes);

        assertThat(mistakes.inOrder()).noneMatch(mistake -> mistake.detail().contains("ecReT"));
    }

    @Provide
    Arbitrary<Json> values() {
        return values(4);
    }

    private static Arbitrary<Json> values(int depth) {
        Arbitrary<Json> leaf =
                Arbitraries.oneOf(
                        texts().map(text -> (Json) new Json.Text(NOWHERE, text)),
                        Arbitraries.doubles()
                                .map(number -> new Json.Num(NOWHERE, Double.toString(number))),
                        Arbitraries.longs()
                                .map(number -> new Json.Num(NOWHERE, Long.toString(number))),
                        Arbitraries.of(true, false).map(truth -> new Json.Bool(NOWHERE, truth)),
                        Arbitraries.just(new Json.Null(NOWHERE)));
        if (depth == 0) {
            return leaf;
        }
        return Arbitraries.oneOf(
                leaf,
                values(depth - 1)
                        .list()
                        .ofMaxSize(4)
                        .map(elements -> new Json.Arr(NOWHERE, elements)),
                Arbitraries.maps(texts(), values(depth - 1))
                        .ofMaxSize(4)
                        .map(
                                members ->
                                        new Json.Obj(
                                                NOWHERE,
                                                new LinkedHashMap<>(members),
                                                new LinkedHashMap<>())));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                        Arbitraries.strings().all().ofMaxLength(20),
                        Arbitraries.strings()
                                .withChars("\"\\/{}[]:,\n\t\0\u007f é€")
                                .ofMaxLength(8))
                .map(text -> HALF.matcher(text).replaceAll("?"));
    }

    /** Mostly what was JSON before something happened to it. */
    @Provide
    Arbitrary<byte[]> documents() {
        return Arbitraries.oneOf(
                Arbitraries.bytes().array(byte[].class).ofMaxSize(60),
                Arbitraries.strings()
                        .withChars("{}[]\",:-0e1.tfn\\u/* ")
                        .ofMaxLength(40)
                        .map(JsonPropertyTest::utf8),
                net.jqwik.api.Combinators.combine(
                                values(3),
                                Arbitraries.integers().between(0, 10_000),
                                Arbitraries.bytes())
                        .as((value, where, with) -> changed(written(value), where, with)));
    }

    private static byte[] changed(byte[] document, int where, byte with) {
        byte[] changed = document.clone();
        changed[where % changed.length] = with;
        return where % 5 == 0 ? Arrays.copyOf(changed, where % changed.length) : changed;
    }

    private static byte[] inserted(byte[] document, int at, byte[] more) {
        byte[] all = Arrays.copyOf(document, document.length + more.length);
        System.arraycopy(more, 0, all, at, more.length);
        System.arraycopy(document, at, all, at + more.length, document.length - at);
        return all;
    }

    private static byte[] written(Json value) {
        JsonBytes out = new JsonBytes().value(value);
        return Arrays.copyOf(out.buffer(), out.length());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Without the places. */
    private static Object plain(Json json) {
        return switch (json) {
            case Json.Obj(_, var members, _) -> {
                Map<String, Object> plain = new LinkedHashMap<>();
                members.forEach((name, value) -> plain.put(name, plain(value)));
                yield plain;
            }
            case Json.Arr(_, var elements) -> {
                List<Object> plain = new ArrayList<>();
                elements.forEach(element -> plain.add(plain(element)));
                yield plain;
            }
            case Json.Text(_, var text) -> text;
            case Json.Num(_, var text) -> List.of("number", text);
            case Json.Bool(_, var truth) -> truth;
            case Json.Null _ -> "null of " + Json.Null.class;
        };
    }
}
