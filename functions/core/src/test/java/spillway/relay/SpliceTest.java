package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A text is cut at a point, and what would have followed comes behind whatever a model repeats,
 * however split: together they must be the text again.
 */
class SpliceTest {
    private static final String PROSE =
            "Rayleigh scattering is why the sky is blue. Short waves are scattered more than long"
                    + " ones, and so the blue reaches us from everywhere.\n\n- first\n- second\n\n  indented\tand done. ";

    static List<String> corpus() {
        return List.of(
                PROSE,
                "a",
                "aaaa",
                "a".repeat(90),
                "na na na na na na na na Batman na na na na na na na na na",
                "abababababababababababababababababababc" + "abababababab".repeat(3),
                "row, row, row your boat, row, row, row your boat, gently down the stream, row, row",
                "\ud83d\ude00\ud83d\ude01 two faces \ud83d\ude00\ud83d\ude00\ud83d\ude00 and three \ud83d\ude02",
                "\n\n  begins late,\n\n\n ends late \n\n",
                "   ",
                "\u5929\u7a7a\u4e3a\u4ec0\u4e48\u662f\u84dd\u8272\u7684\uff1f\u56e0\u4e3a\u745e\u5229\u6563\u5c04\uff0c\u77ed\u6ce2\u6bd4\u957f\u6ce2\u6563\u5c04\u5f97\u591a\u3002",
                "no\u00a0break\u00a0here \u00a0 and there",
                "{\"list\": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}");
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void joinsWhatRepeatsTheWordsItWasAskedFor(String text) {
        for (int cut = 1; cut <= text.length(); cut++) {
            Seam seam = seam(text.substring(0, cut));
            String rest = text.substring(seam.said().length());

            checkEverySplit(text, cut, Splice::afterRepetition, seam.anchor() + rest);
        }
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void joinsWhatRepeatsMoreOrLessThanItWasAskedFor(String text) {
        for (int cut = 1; cut <= text.length(); cut++) {
            Seam seam = seam(text.substring(0, cut));
            for (int from = 0; from <= seam.said().length() - seam.key(); from++) {
                check(text, cut, Splice::afterRepetition, List.of(text.substring(from)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void joinsWhatBeginsWithAnEmptyLine(String text) {
        for (int cut = 1; cut <= text.length(); cut++) {
            Seam seam = seam(text.substring(0, cut));
            if (!seam.said().isEmpty()) {
                String rest = text.substring(seam.said().length());
                check(text, cut, Splice::afterRepetition, List.of("\n\n" + seam.anchor() + rest));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void joinsWhatGoesOnFromABeginning(String text) {
        for (int cut = 1; cut <= text.length(); cut++) {
            Seam seam = seam(text.substring(0, cut));

            checkEverySplit(text, cut, Splice::afterPrefill, text.substring(seam.said().length()));
        }
    }

    @Test
    void joinsAtAnySplit() {
        var random = new Random(1);
        for (int i = 0; i < 3_000; i++) {
            int cut = 1 + random.nextInt(PROSE.length());
            Seam seam = seam(PROSE.substring(0, cut));
            String rest = PROSE.substring(seam.said().length());
            List<String> pieces = new ArrayList<>();
            String all = seam.anchor() + rest;
            while (!all.isEmpty()) {
                int length = 1 + random.nextInt(all.length());
                pieces.add(all.substring(0, length));
                all = all.substring(length);
            }

            check(PROSE, cut, Splice::afterRepetition, pieces);
        }
    }

    @Test
    void keepsTheSpacesThatHaveBeenReadWhenAModelLeavesThemOut() {
        assertThat(joined("Hello \n", Splice::afterPrefill, "world")).isEqualTo("Hello \nworld");
        assertThat(joined("Hello \n", Splice::afterPrefill, " world")).isEqualTo("Hello \nworld");
        assertThat(joined("Hello\n\n", Splice::afterRepetition, "Hello\nworld"))
                .isEqualTo("Hello\n\nworld");
        assertThat(joined("Hello ", Splice::afterRepetition, "Helloworld"))
                .isEqualTo("Hello world");
    }

    @Test
    void joinsATextOfBlanksToTheSameAnswerFromItsBeginning() {
        assertThat(joined("\n\n", Splice::afterRepetition, "Hello")).isEqualTo("\n\nHello");
        assertThat(joined("\n\n", Splice::afterRepetition, "\n\nHello")).isEqualTo("\n\nHello");
    }

    @Test
    void anEndRightAfterTheRepetitionIsTheEnd() {
        var splice = Splice.afterRepetition(seam("All was said. "));

        assertThat(splice.add("All was said.")).isInstanceOf(Splice.Repeating.class);
        assertThat(splice.joinsIfItEnds()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reaches us",
                "Sure! Here is the rest: and so the blue",
                "\"and so the blue",
                "\u2026and so the blue",
                "and so the red",
                "Rayleigh scattering is why the sea is blue"
            })
    void doesNotJoinWhatDoesNotRepeat(String continuation) {
        String text = PROSE.substring(0, PROSE.indexOf("reaches"));

        assertThat(joined(text, Splice::afterRepetition, continuation + " for ever")).isNull();
    }

    @Test
    void doesNotJoinWhatEndsWhileItRepeats() {
        var splice = Splice.afterRepetition(seam(PROSE));

        assertThat(splice.add(seam(PROSE).anchor().substring(0, 20)))
                .isInstanceOf(Splice.Repeating.class);
        assertThat(splice.joinsIfItEnds()).isFalse();
    }

    @Test
    void doesNotJoinToHalfACharacterThatNobodyCompletes() {
        assertThat(joined("smile \ud83d", Splice::afterPrefill, " there")).isNull();
        assertThat(joined("smile \ud83d", Splice::afterPrefill, " \ud83d\ude00!"))
                .isEqualTo("smile \ud83d\ude00!");
        var splice = Splice.afterPrefill(seam("smile \ud83d"));
        splice.add(" ");
        assertThat(splice.joinsIfItEnds()).isFalse();
    }

    @Test
    void doesNotWaitThroughBlanksForEver() {
        var splice = Splice.afterRepetition(seam(PROSE));

        assertThat(splice.add(" ".repeat(256))).isInstanceOf(Splice.Repeating.class);
        assertThat(splice.add(" ")).isInstanceOf(Splice.Apart.class);
    }

    @Test
    void comesApartAtTheFirstCharacterThatSettlesIt() {
        var splice = Splice.afterRepetition(seam("one two three four five six"));

        assertThat(splice.add("three four fi")).isInstanceOf(Splice.Repeating.class);
        assertThat(splice.add("x")).isInstanceOf(Splice.Apart.class);
    }

    @Test
    void repeatsALongTextFromItsBeginningOrNearItsEnd() {
        var random = new Random(2);
        var text = new StringBuilder();
        while (text.length() < 50_000) {
            text.append(Integer.toString(random.nextInt(), 36)).append(' ');
        }
        String said = text.toString().strip();

        assertThat(joined(said, Splice::afterRepetition, said + " end")).isEqualTo(said + " end");
        assertThat(
                        joined(
                                said,
                                Splice::afterRepetition,
                                said.substring(said.length() - 4000) + " end"))
                .isEqualTo(said + " end");
        assertThat(
                        joined(
                                said,
                                Splice::afterRepetition,
                                said.substring(said.length() - 9000) + " end"))
                .isNull();
    }

    @Test
    void isQuickWhateverIsRepeated() {
        String said = "ab".repeat(20_000) + "a key that stands only once";
        long before = System.nanoTime();

        String joined =
                joined(said, Splice::afterRepetition, said.substring(said.length() - 4096) + "!");

        assertThat(joined).isEqualTo(said + "!");
        assertThat(System.nanoTime() - before).isLessThan(2_000_000_000L);
    }

    @Test
    void aTextWhoseEndStandsInItTooOftenHasNoSeam() {
        assertThat(Seam.of("a".repeat(5000))).isEmpty();
        assertThat(Seam.of("word ".repeat(1000))).isEmpty();
        assertThat(Seam.of(" ".repeat(5000) + "x" + " ".repeat(5000))).isPresent();
        assertThat(Seam.of("x" + " ".repeat(5000) + "y")).isEmpty();
    }

    @Test
    void tellsALogSizesOnly() {
        assertThat(seam("Hello, you ").toString()).isEqualTo("Seam[10 chars, 1 loose, key 10]");
        assertThat(new Splice.Joined("Hello").toString()).isEqualTo("Joined[5 chars]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one two three | one two three",
                "The quick brown fox jumps over the lazy dog while the cat looks on from the wall | jumps over the lazy dog while the cat looks on from the wall",
            })
    void asksForTheLastWordsFromTheBeginningOfOne(String text, String anchor) {
        assertThat(seam(text).anchor()).isEqualTo(anchor);
    }

    @Test
    void asksForTheLastCharactersWhereNoWordEnds() {
        assertThat(seam("x".repeat(110) + "y").anchor()).isEqualTo("x".repeat(59) + "y");
        assertThat(seam("\ud83d\ude00".repeat(50) + "y").anchor())
                .isEqualTo("\ud83d\ude00".repeat(8) + "y");
    }

    private static void checkEverySplit(
            String text, int cut, Function<Seam, Splice> kind, String all) {
        for (int at = 0; at <= all.length(); at++) {
            check(text, cut, kind, List.of(all.substring(0, at), all.substring(at)));
        }
        check(text, cut, kind, all.chars().mapToObj(Character::toString).toList());
    }

    private static void check(
            String text, int cut, Function<Seam, Splice> kind, List<String> pieces) {
        String read = text.substring(0, cut);

        assertThat(joined(read, kind, pieces.toArray(String[]::new)))
                .as("cut at %s, then %s", cut, pieces)
                .isEqualTo(text);
    }

    /** What the reader has in the end; null if it did not join. */
    private static @Nullable String joined(
            String read, Function<Seam, Splice> kind, String... pieces) {
        var splice = kind.apply(seam(read));
        var all = new StringBuilder(read);
        boolean isJoined = false;
        for (String piece : pieces) {
            if (isJoined) {
                all.append(piece);
            } else if (!piece.isEmpty()) {
                switch (splice.add(piece)) {
                    case Splice.Repeating _ -> {}
                    case Splice.Apart _ -> {
                        return null;
                    }
                    case Splice.Joined(var fresh) -> {
                        isJoined = true;
                        all.append(fresh);
                    }
                }
            }
        }
        return isJoined || splice.joinsIfItEnds() ? all.toString() : null;
    }

    private static Seam seam(String text) {
        return Seam.of(text).orElseThrow();
    }
}
