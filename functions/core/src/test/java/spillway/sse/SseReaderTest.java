package spillway.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class SseReaderTest {

    /** Each sample with LF, and what it must give; a comment is an alive. */
    static List<Arguments> samples() {
        return List.of(
                Arguments.of("", List.of("end")),
                Arguments.of("\n\n", List.of("end")),
                Arguments.of("data: a\n\n", List.of("message|a", "end")),
                Arguments.of("data:a\n\n", List.of("message|a", "end")),
                Arguments.of("data:  a \n\n", List.of("message| a ", "end")),
                Arguments.of(
                        "data: a\n\n\n\ndata: b\n\n", List.of("message|a", "message|b", "end")),
                Arguments.of("data: a\ndata: b\ndata\n\n", List.of("message|a/b/", "end")),
                Arguments.of("data\n\ndata:\n\n", List.of("message|", "message|", "end")),
                Arguments.of("event: x\ndata: a\n\n", List.of("x|a", "end")),
                Arguments.of("data: a\nevent: x\nevent: yy\n\n", List.of("yy|a", "end")),
                Arguments.of(
                        "event: x\ndata: a\n\ndata: b\n\n", List.of("x|a", "message|b", "end")),
                Arguments.of("event: x\n\n", List.of("alive", "end")),
                Arguments.of("event: x\n\ndata: a\n\n", List.of("alive", "message|a", "end")),
                Arguments.of(": c\n\n:\n\n", List.of("alive", "alive", "end")),
                Arguments.of("data: a\n: c\ndata: b\n\n", List.of("alive", "message|a/b", "end")),
                Arguments.of("retry: 500\n\n", List.of("alive", "end")),
                Arguments.of(
                        "hologram: 1\nDATA: no\ndatum: no\ndat: no\n\n", List.of("alive", "end")),
                Arguments.of(
                        "data: caf\u00e9 \uD83D\uDE00\n\n",
                        List.of("message|caf\u00e9 \uD83D\uDE00", "end")),
                Arguments.of("data: a: b: c\n\n", List.of("message|a: b: c", "end")),
                Arguments.of("\ufeffdata: a\n\n", List.of("message|a", "end")),
                Arguments.of("\ufeff\ufeffdata: a\n\n", List.of("alive", "end")),
                Arguments.of("data: a\n\n\ufeffdata: b\n\n", List.of("message|a", "alive", "end")),
                Arguments.of("\ufeff\ndata: a\n\n", List.of("message|a", "end")),
                Arguments.of("data: a", List.of("cut")),
                Arguments.of("data: a\n", List.of("cut")),
                Arguments.of("data: a\n\nd", List.of("message|a", "cut")),
                Arguments.of("data: a\n\nevent: x\n", List.of("message|a", "cut")),
                Arguments.of("data: a\n\nid: 1\n", List.of("message|a", "cut")),
                Arguments.of("data: a\n\n: c", List.of("message|a", "cut")),
                Arguments.of("data: a\n\n: c\n", List.of("message|a", "alive", "end")));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void readsTheSameAtEverySplitAndWithAllLineEnds(String sample, List<String> expected)
            throws IOException {
        for (String lineEnd : List.of("\n", "\r\n", "\r")) {
            byte[] bytes = sample.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
            for (int first = 0; first <= bytes.length; first++) {
                for (int second = first; second <= bytes.length; second++) {
                    assertThat(read(new Pieces(bytes, first, second)))
                            .as("%s split at %d and %d", lineEnd.length(), first, second)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void mixesLineEnds() throws IOException {
        assertThat(read("data: a\r\n\rdata: b\n\r\ndata: c\r\r"))
                .containsExactly("message|a", "message|b", "message|c", "end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: a\r\r", "data: a\n\n", "data: a\r\n\r", ": c\r"})
    void dispatchesWithoutWaitingForTheNextByte(String ready) throws Exception {
        try (PipedOutputStream out = new PipedOutputStream();
                PipedInputStream in = new PipedInputStream(out)) {
            out.write(ready.getBytes(StandardCharsets.UTF_8));
            out.flush();

            SseReader.Signal signal = new SseReader(in).next();

            assertThat(signal).isIn(SseReader.Signal.EVENT, SseReader.Signal.ALIVE);
        }
    }

    @Test
    void endsOnALoneCr() throws IOException {
        assertThat(read("data: a\r\n\r\ndata: b\r")).containsExactly("message|a", "cut");
    }

    @Test
    void answersTheEndAgain() throws IOException {
        SseReader ended = reader("");
        SseReader cut = reader("data: x");

        assertThat(List.of(ended.next(), ended.next())).containsOnly(SseReader.Signal.END);
        assertThat(List.of(cut.next(), cut.next())).containsOnly(SseReader.Signal.CUT);
    }

    @Test
    void remembersIdsEvenWithoutData() throws IOException {
        SseReader reader =
                reader("id: 1\ndata: a\n\nid: 2\n\ndata: b\n\nid: x\0y\ndata: c\n\nid\n\n");

        assertThat(reader.lastEventId()).isEmpty();
        assertThat(reader.next()).isEqualTo(SseReader.Signal.EVENT);
        assertThat(reader.lastEventId()).isEqualTo("1");
        assertThat(reader.next()).isEqualTo(SseReader.Signal.ALIVE);
        assertThat(reader.lastEventId()).isEqualTo("2");
        assertThat(reader.next()).isEqualTo(SseReader.Signal.EVENT);
        assertThat(reader.next()).isEqualTo(SseReader.Signal.EVENT);
        assertThat(reader.lastEventId()).as("a NUL makes an id none").isEqualTo("2");
        assertThat(reader.next()).isEqualTo(SseReader.Signal.ALIVE);
        assertThat(reader.lastEventId()).as("an empty id resets").isEmpty();
    }

    @Test
    void doesNotTakeTheIdOfAnEventThatWasCut() throws IOException {
        SseReader reader = reader("id: 1\ndata: a\n\nid: 2\ndata: b\n");

        assertThat(reader.next()).isEqualTo(SseReader.Signal.EVENT);
        assertThat(reader.next()).isEqualTo(SseReader.Signal.CUT);

        assertThat(reader.lastEventId()).isEqualTo("1");
    }

    @Test
    void takesRetryInDigitsOnly() throws IOException {
        SseReader reader =
                reader(
                        "retry: 1x\n\nretry\n\nretry: -5\n\nretry: 1234567890123456789\n\nretry: 250\n\n");

        for (int i = 0; i < 4; i++) {
            assertThat(reader.next()).isEqualTo(SseReader.Signal.ALIVE);
            assertThat(reader.retry()).isEmpty();
        }
        assertThat(reader.next()).isEqualTo(SseReader.Signal.ALIVE);
        assertThat(reader.retry()).hasValue(Duration.ofMillis(250));
    }

    @Test
    void handsOnBytesAsTheyCameAndReplacesThemInText() throws IOException {
        SseReader reader =
                new SseReader(
                        new ByteArrayInputStream(
                                new byte[] {
                                    'd', 'a', 't', 'a', ':', (byte) 0xC3, 'x', '\n', '\n'
                                }));

        assertThat(reader.next()).isEqualTo(SseReader.Signal.EVENT);

        assertThat(reader.dataLength()).isEqualTo(2);
        assertThat(reader.data()).startsWith((byte) 0xC3, 'x');
        assertThat(reader.text()).isEqualTo("\ufffdx");
    }

    @Test
    void holdsLinesUpToTheLimitAndRefusesLongerOnes() throws IOException {
        String longest = "data: " + "x".repeat(94);

        assertThat(read(limited(longest + "\n\n"))).hasSize(2);
        assertThatExceptionOfType(SseReader.TooLargeException.class)
                .isThrownBy(() -> limited(longest + "x\n\n").next())
                .withMessage("a line of the event stream is longer than 100 bytes");
        assertThatThrownBy(() -> limited(": " + "x".repeat(1000)).next())
                .isInstanceOf(SseReader.TooLargeException.class);
    }

    @Test
    void refusesALineThatNeverEndsAndIsReadInPieces() {
        assertThatExceptionOfType(SseReader.TooLargeException.class)
                .isThrownBy(() -> new SseReader(new Endless()).next())
                .withMessageContaining("1048576");
    }

    @Test
    void refusesAnEventThatIsTooLarge() {
        String line = "data: " + "x".repeat(90) + "\n";

        assertThatExceptionOfType(SseReader.TooLargeException.class)
                .isThrownBy(() -> limited(line.repeat(5)).next())
                .withMessage("an event of the event stream is longer than 400 bytes");
    }

    @Test
    void readsALineThatSpansManyBlocks() throws IOException {
        String text = "x".repeat(300_000);

        assertThat(read("data: " + text + "\n\n")).containsExactly("message|" + text, "end");
    }

    @Test
    void readsWhatTheEncoderWrites() throws IOException {
        Random random = new Random(7);
        String alphabet = "ab :\n\r\u00e9\u20ac\ud83d\ude00";
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(20), 0, 8).forEach(i -> text.append(alphabet.charAt(i)));
            SseEncoder encoder = new SseEncoder();

            encoder.event("n", "" + round, text.toString());
            encoder.comment(text.toString());

            SseReader reader =
                    new SseReader(new ByteArrayInputStream(encoder.buffer(), 0, encoder.length()));
            assertThat(reader.next()).isEqualTo(SseReader.Signal.EVENT);
            assertThat(reader.text()).isEqualTo(text.toString().replaceAll("\r\n|\r", "\n"));
            assertThat(reader.lastEventId()).isEqualTo("" + round);
            assertThat(reader.next()).isEqualTo(SseReader.Signal.ALIVE);
        }
    }

    @Test
    void survivesAnyBytes() throws IOException {
        Random random = new Random(11);
        byte[] alphabet = "data:event id\r\n\n\r: \0\ufeff".getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = new byte[random.nextInt(120)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] =
                        random.nextInt(10) == 0
                                ? (byte) random.nextInt()
                                : alphabet[random.nextInt(alphabet.length)];
            }

            List<String> whole = read(new Pieces(bytes, bytes.length, bytes.length));
            List<String> bitten = read(new OneByOne(bytes));

            assertThat(bitten).isEqualTo(whole);
        }
    }

    private static SseReader reader(String text) {
        return new SseReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static SseReader limited(String text) {
        return new SseReader(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 100, 400);
    }

    private static List<String> read(String text) throws IOException {
        return read(reader(text));
    }

    private static List<String> read(InputStream in) throws IOException {
        return read(new SseReader(in));
    }

    private static List<String> read(SseReader reader) throws IOException {
        List<String> read = new ArrayList<>();
        while (true) {
            switch (reader.next()) {
                case EVENT -> read.add(reader.name() + "|" + reader.text().replace('\n', '/'));
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

    /** Gives its bytes in three reads. */
    private static final class Pieces extends InputStream {
        private final byte[] bytes;
        private final int[] ends;
        private int at;

        Pieces(byte[] bytes, int first, int second) {
            this.bytes = bytes;
            this.ends = new int[] {first, second, bytes.length};
        }

        @Override
        public int read() {
            return at == bytes.length ? -1 : bytes[at++] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int most) {
            for (int end : ends) {
                if (at < end) {
                    int count = Math.min(most, end - at);
                    System.arraycopy(bytes, at, into, offset, count);
                    at += count;
                    return count;
                }
            }
            return -1;
        }
    }

    /** Gives one byte at each read. */
    private static final class OneByOne extends InputStream {
        private final InputStream bytes;

        OneByOne(byte[] bytes) {
            this.bytes = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() throws IOException {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int most) throws IOException {
            return bytes.read(into, offset, 1);
        }
    }

    private static final class Endless extends InputStream {
        @Override
        public int read() {
            return 'x';
        }

        @Override
        public int read(byte[] into, int offset, int most) {
            java.util.Arrays.fill(into, offset, offset + most, (byte) 'x');
            return most;
        }
    }
}
