package spillway.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class SseReaderPropertyTest {

    @Property
    void readsWhatTheBookSays(
            @ForAll("streams") byte[] stream,
            @ForAll @NotEmpty @Size(max = 8) List<@IntRange(min = 1, max = 40) Integer> sizes)
            throws IOException {
        List<String> read = read(new SseReader(new Chopped(stream, ints(sizes))));

        assertThat(read).isEqualTo(SseByTheBook.read(stream));
    }

    @Property
    void readsWhatTheEncoderHasWritten(
            @ForAll("wireTexts") String name,
            @ForAll("wireTexts") String id,
            @ForAll @Size(max = 6) List<@From("texts") String> texts,
            @ForAll @NotEmpty @Size(max = 8) List<@IntRange(min = 1, max = 40) Integer> sizes)
            throws IOException {
        var encoder = new SseEncoder();
        List<String> expected = new ArrayList<>();
        for (String text : texts) {
            encoder.event(name, id, text);
            encoder.comment(text);
            String lines = text.replace("\r\n", "\n").replace('\r', '\n');
            expected.add(
                    SseByTheBook.event(
                            name.isEmpty() ? "message" : asUtf8(name), latin(lines), asUtf8(id)));
            lines.chars().filter(c -> c == '\n').forEach(_ -> expected.add("alive"));
            expected.add("alive");
        }
        expected.add("end");
        byte[] written = java.util.Arrays.copyOf(encoder.buffer(), encoder.length());

        List<String> read = read(new SseReader(new Chopped(written, ints(sizes))));

        assertThat(read).isEqualTo(expected);
    }

    @Provide
    Arbitrary<byte[]> streams() {
        Arbitrary<byte[]> words =
                Arbitraries.of(
                                "data",
                                "data:",
                                "data: ",
                                "event: ",
                                "id: ",
                                "id",
                                "retry: 7",
                                ":",
                                " ",
                                "\n",
                                "\n\n",
                                "\r",
                                "\r\n",
                                "\r\n\r\n",
                                "\uFEFF",
                                "\0",
                                "x",
                                "\u00e9\uD83D\uDE00")
                        .map(word -> word.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(3);
        return Arbitraries.frequencyOf(Tuple.of(9, words), Tuple.of(1, noise))
                .list()
                .ofMaxSize(60)
                .map(SseReaderPropertyTest::joined);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(30),
                Arbitraries.strings()
                        .withChars(" :\n\rab\u00e9\u20ac\uD83D\uDE00")
                        .ofMaxLength(12));
    }

    @Provide
    Arbitrary<String> wireTexts() {
        return texts().map(text -> text.replaceAll("[\r\n\0]", ""));
    }

    private static List<String> read(SseReader reader) throws IOException {
        List<String> read = new ArrayList<>();
        while (true) {
            switch (reader.next()) {
                case EVENT ->
                        read.add(
                                SseByTheBook.event(
                                        reader.name(),
                                        new String(
                                                reader.data(),
                                                0,
                                                reader.dataLength(),
                                                StandardCharsets.ISO_8859_1),
                                        reader.lastEventId()));
                case ALIVE -> read.add("alive");
                case END -> {
                    read.add("end");
                    return read;
                }
                case CUT -> {
                    read.add("cut");
                    return read;
                }
            }
        }
    }

    private static byte[] joined(List<byte[]> parts) {
        var all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** A lone surrogate is a question mark on the wire. */
    private static String asUtf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static int[] ints(List<Integer> sizes) {
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }
}
