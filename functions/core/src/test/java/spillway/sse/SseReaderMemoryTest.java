package spillway.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream can cost that never ends. */
@Timeout(20)
class SseReaderMemoryTest {
    private static final long MIB = 1 << 20;

    /**
     * What never ends is refused at its limit, having cost at most the buffers that grew up to it:
     * twice what they hold, and twice that while the last is copied.
     */
    @ParameterizedTest
    @CsvSource({
        "data: ,x,'a line',4",
        ": ,x,'a line',4",
        "'',x,'a line',4",
        "event: ,x,'a line',4",
        "id: ,x,'a line',4",
        "'','data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n','an event',16",
        "'','data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r: alive\rid: x\r','an event',16"
    })
    void refusesWhatNeverEnds(String head, String repeated, String what, int mostMib)
            throws Exception {
        refused(new SseReader(new Endless(head, repeated)), what);
        SseReader reader = new SseReader(new Endless(head, repeated));

        long allocated = Allocated.by(() -> refused(reader, what));

        assertThat(allocated).isLessThan(mostMib * MIB);
    }

    /** What a reader has told is forgotten: a stream may be as long as it likes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: a few words\n\n",
                ": still here\n\n",
                "event: x\r\n\r\n",
                "\n",
                "\r\n",
                "retry: 1\r\r",
                "hologram: 1\n\n"
            })
    void needsNoMemoryForWhatIsOver(String repeated) throws Exception {
        SseReader reader = new SseReader(new Endless("", repeated, 8 * MIB));

        long allocated = Allocated.by(() -> drain(reader));

        assertThat(allocated).isLessThan(MIB);
    }

    @Test
    void canBeHeldToLess() throws Exception {
        refused(new SseReader(new Endless("data: ", "x"), 1000, 1000), "a line");
        SseReader reader = new SseReader(new Endless("data: ", "x"), 1000, 1000);

        long allocated = Allocated.by(() -> refused(reader, "a line"));

        assertThat(allocated).isLessThan(MIB / 8);
    }

    private static void refused(SseReader reader, String what) {
        assertThatExceptionOfType(SseReader.TooLargeException.class)
                .isThrownBy(() -> drain(reader))
                .withMessageStartingWith(what);
    }

    private static void drain(SseReader reader) throws Exception {
        SseReader.Signal signal;
        do {
            signal = reader.next();
        } while (signal != SseReader.Signal.END && signal != SseReader.Signal.CUT);
    }

    /** The same bytes again and again. */
    private static final class Endless extends InputStream {
        private final byte[] head;
        private final byte[] repeated;
        private long left;
        private long at;

        Endless(String head, String repeated) {
            this(head, repeated, Long.MAX_VALUE);
        }

        Endless(String head, String repeated, long length) {
            this.head = head.getBytes(StandardCharsets.UTF_8);
            this.repeated = repeated.getBytes(StandardCharsets.UTF_8);
            this.left = length;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("the reader reads blocks");
        }

        @Override
        public int read(byte[] into, int offset, int most) {
            if (left <= 0) {
                return -1;
            }
            for (int i = 0; i < most; i++, at++) {
                into[offset + i] =
                        at < head.length
                                ? head[(int) at]
                                : repeated[(int) ((at - head.length) % repeated.length)];
            }
            left -= most;
            return most;
        }
    }
}
