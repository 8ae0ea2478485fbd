package spillway.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    private final Mistakes mistakes = new Mistakes();

    @Test
    void knowsWhereEachValueStood() {
        Json json = read("{\n  \"a\": [true,\n    {\"b/c\": 1.5}],\n  \"ä~\": \"x\"}");

        var whole = (Json.Obj) json;
        var array = (Json.Arr) member(whole, "a");
        assertThat(whole.place()).isEqualTo(new Json.Place("", 1, 1));
        assertThat(whole.names().get("a")).isEqualTo(new Json.Place("/a", 2, 3));
        assertThat(array.place()).isEqualTo(new Json.Place("/a", 2, 8));
        assertThat(array.elements().getFirst())
                .isEqualTo(new Json.Bool(new Json.Place("/a/0", 2, 9), true));
        var inner = (Json.Obj) array.elements().getLast();
        assertThat(member(inner, "b/c"))
                .isEqualTo(new Json.Num(new Json.Place("/a/1/b~1c", 3, 13), "1.5"));
        assertThat(member(whole, "ä~").place().pointer()).isEqualTo("/ä~0");
        assertThat(mistakes.isEmpty()).isTrue();
    }

    @Test
    void notesANameGivenTwiceAndKeepsTheFirstValue() {
        var whole = (Json.Obj) read("{\"a\": 1, \"a\": 2}");

        assertThat(((Json.Num) member(whole, "a")).value()).isEqualTo(1);
        assertThat(mistakes.inOrder())
                .containsExactly(
                        new Mistake(new Json.Place("/a", 1, 10), "is given twice; once is right"));
    }

    @Test
    void tellsNoValueInItsText() {
        Json json = read("{\"a\": [\"secret\"]}");

        assertThat(json).hasToString("Obj[1 members]");
        var array = (Json.Arr) member(json, "a");
        assertThat(array).hasToString("Arr[1 elements]");
        assertThat(array.elements().getFirst()).hasToString("Text[6 chars]");
    }

    @Test
    void commentsAreForThoseWhoAllowThem() {
        byte[] document = "{/* a */ \"a\": [1, 2, ], // b\n}".getBytes(StandardCharsets.UTF_8);

        assertThat(JsonReader.withComments().read(document, mistakes)).isPresent();
        assertThat(JsonReader.strict().read(document, mistakes)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\" 1} | a colon is needed between a name and its value",
                "{\"a\":1 \"b\":2} | a comma or the end of the object is needed",
                "[1 2] | a comma or the end of the array is needed",
                "[1} | a bracket closes what another kind has opened",
                "[\"a\tb\"] | a control character stands there; in a string it is escaped, as \\n",
                "[\"\\x\"] | a backslash begins no escape that JSON knows",
                "[\"\\u12g4\"] | four hexadecimal digits are needed after \\u",
                "[1.] | a number is not written as JSON has it",
                "[-] | a number is not written as JSON has it",
                "[,1] | a value is needed: a string in double quotes, a number, an object, an array, true, false or null",
                "[secret] | a word stands where a string in double quotes, a number, an object, an array, true, false or null is needed",
                "[NaN] | a word stands where a string in double quotes, a number, an object, an array, true, false or null is needed",
            })
    void saysInItsOwnWordsWhatIsWrong(String document, String words) {
        assertThat(JsonReader.strict().read(document.getBytes(StandardCharsets.UTF_8), mistakes))
                .isEmpty();

        assertThat(mistakes.inOrder())
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.detail()).endsWith(": " + words));
    }

    @Test
    void hasWordsForWhatItDoesNotKnow() {
        assertThat(SyntaxWords.of("a message of another version"))
                .isEqualTo("its syntax is broken there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
    void readsNoOtherEncodingThanUtf8(String charset) {
        byte[] document = "{\"a\":1}".getBytes(Charset.forName(charset));

        assertThat(JsonReader.strict().read(document, mistakes)).isEmpty();
        assertThat(mistakes.inOrder()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c0af", "eda0bd", "edb880", "f4908080", "c3"})
    void readsNoBytesThatAreNoUtf8(String hex) {
        byte[] broken = HexFormat.of().parseHex("22" + hex + "22");

        assertThat(JsonReader.strict().read(broken, mistakes)).isEmpty();
        assertThat(mistakes.inOrder())
                .extracting(Mistake::detail)
                .containsExactly("is not JSON: its bytes are not UTF-8");
    }

    @Test
    void skipsAByteOrderMarkAndCountsColumnsInCharacters() {
        var whole = (Json.Obj) read("\uFEFF{\"ä\": 1, \"b\": 2}");

        assertThat(member(whole, "b").place().column()).isEqualTo(15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud83d", "\\ude00 b", "a \\ude00\\ud83d"})
    void refusesHalfOfACharacter(String half) {
        read("{\"a\": \"" + half + "\", \"b\": \"\\ud83d\\ude00 \uD83D\uDE00\"}");

        assertThat(mistakes.inOrder())
                .containsExactly(
                        new Mistake(
                                new Json.Place("/a", 1, 7),
                                "has half of a surrogate pair; whole characters are needed"));
    }

    @Test
    void refusesMoreParts() {
        byte[] document = ("[" + "[],".repeat(60_000) + "1]").getBytes(StandardCharsets.US_ASCII);

        assertThat(JsonReader.strict().read(document, mistakes)).isEmpty();
        assertThat(mistakes.inOrder().getFirst().detail()).endsWith("more than 100000 parts");
    }

    /** A pointer for each element of an array below long names would be gigabytes. */
    @Test
    void holdsNoPointersWithoutEnd() {
        String name = "n".repeat(40_000);
        String json =
                ("{\"" + name + "\":").repeat(10)
                        + "["
                        + "1,".repeat(90_000)
                        + "1]"
                        + "}".repeat(10);

        Json value = read(json);

        for (int depth = 0; depth < 10; depth++) {
            value = member(value, name);
        }
        var elements = ((Json.Arr) value).elements();
        assertThat(elements.getLast().place().pointer()).isEqualTo("/90000");
        assertThat(elements).extracting(e -> e.place().pointer().length()).allMatch(n -> n < 10);
    }

    @Test
    void namesTheNearestWordOnlyIfItIsNear() {
        List<String> known = List.of("temperature", "top_p", "max_tokens");

        assertThat(Words.nearest("temprature", known)).contains("temperature");
        assertThat(Words.nearest("maxTokens", known)).contains("max_tokens");
        assertThat(Words.nearest("topp", known)).contains("top_p");
        assertThat(Words.nearest("seed", known)).isEmpty();
        assertThat(Words.nearest("", known)).isEmpty();
        assertThat(Words.nearest("temperature".repeat(4), known)).isEmpty();
        assertThat(Words.nearest("a", List.of("a".repeat(90)))).isEmpty();
    }

    @Test
    void quotesAWordAndMeasuresAText() {
        assertThat(Words.quote("openai/gpt-6")).isEqualTo("\"openai/gpt-6\"");
        assertThat(Words.quote("two words")).isEqualTo("a string of 9 characters");
        assertThat(Words.quote("x".repeat(41))).isEqualTo("a string of 41 characters");
    }

    private static Json member(Json object, String name) {
        return Objects.requireNonNull(((Json.Obj) object).members().get(name));
    }

    private Json read(String document) {
        return JsonReader.strict()
                .read(document.getBytes(StandardCharsets.UTF_8), mistakes)
                .orElseThrow();
    }
}
