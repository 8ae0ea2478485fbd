package spillway.sse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads Server-Sent Events from bytes by the rules of WHATWG HTML, 9.2: one byte-order mark is
 * skipped, lines end in LF, CRLF or CR, an empty line dispatches, an event without data is none.
 * Beyond those rules it tells what they leave silent: a sign of life ({@link Signal#ALIVE}), and an
 * end in the middle of an event ({@link Signal#CUT}).
 *
 * <p>Data is handed on as the bytes that came, so a parser that checks UTF-8 can refuse bad input;
 * {@link #text} and {@link #name} replace what is no UTF-8, as browsers do. A line ends as soon as
 * its CR or LF is here, so no event waits for the byte after it.
 *
 * <p>Not safe for several threads. Memory is bounded by the limits; whoever opened the stream
 * closes it.
 */
public final class SseReader {
    private static final int MAX_LINE = 1 << 20;
    private static final int MAX_EVENT = 4 << 20;
    private static final int BLOCK = 8192;

    private static final byte[] DATA = ascii("data");
    private static final byte[] EVENT = ascii("event");
    private static final byte[] ID = ascii("id");
    private static final byte[] RETRY = ascii("retry");
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private int at;
    private int end;

    private final Bytes line;
    private final Bytes data;
    private final Bytes name = new Bytes("a name", MAX_LINE);
    private final Bytes id = new Bytes("an id", MAX_LINE);
    private String lastEventId = "";
    private long retryMillis = -1;

    private boolean firstLine = true;
    private boolean afterCr;
    private boolean idChanged;
    private boolean inEvent;
    private boolean hasData;
    private boolean dispatched;

    /** Reads lines of at most 1 MiB and events of at most 4 MiB. */
    public SseReader(InputStream in) {
        this(in, MAX_LINE, MAX_EVENT);
    }

    /**
     * Reads within limits.
     *
     * @param maxLine the longest line, in bytes
     * @param maxEvent the most data of one event, in bytes
     */
    public SseReader(InputStream in, int maxLine, int maxEvent) {
        this.in = in;
        this.line = new Bytes("a line", maxLine);
        this.data = new Bytes("an event", maxEvent);
    }

    /** What a step through the stream has met. */
    public enum Signal {
        /** An event: {@link #name}, {@link #data} and {@link #text} hold it until the next step. */
        EVENT,
        /** A comment, or a block without data such as a lone {@code retry}. */
        ALIVE,
        /** The bytes have ended between two events. */
        END,
        /** The bytes have ended inside an event or a line; by the rules the event is none. */
        CUT
    }

    /** A line or an event is longer than its limit; the stream cannot be read on. */
    public static final class TooLargeException extends IOException {
        TooLargeException(String what, int limit) {
            super(what + " of the event stream is longer than " + limit + " bytes");
        }
    }

    /**
     * The next step; blocks until there is one. After {@link Signal#END} or {@link Signal#CUT} it
     * answers the same again.
     *
     * @throws TooLargeException when a limit is passed
     * @throws IOException when the bytes cannot be read
     */
    public Signal next() throws IOException {
        if (dispatched) {
            forgetEvent();
        }
        while (true) {
            if (at == end && !fill()) {
                return inEvent || line.length() > 0 ? Signal.CUT : Signal.END;
            }
            Signal signal = step();
            if (signal != null) {
                return signal;
            }
        }
    }

    /** The event's name; {@code message} when it has none. */
    public String name() {
        return name.length() == 0 ? "message" : name.text();
    }

    /** The event's data from 0 to {@link #dataLength}; valid until the next step. */
    public byte[] data() {
        return data.array();
    }

    /** How many bytes of {@link #data} are the event's. */
    public int dataLength() {
        // Each line of data has put a line feed after itself; the last one is not part of it.
        return hasData ? data.length() - 1 : 0;
    }

    /** The event's data as text; what is no UTF-8 is replaced. */
    public String text() {
        return new String(data.array(), 0, dataLength(), StandardCharsets.UTF_8);
    }

    /** The last id that the stream has set; empty when there is none. */
    public String lastEventId() {
        return lastEventId;
    }

    /** How long the stream asks to wait before connecting again. */
    public Optional<Duration> retry() {
        return retryMillis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(retryMillis));
    }

    private boolean fill() throws IOException {
        int count = in.read(block, 0, BLOCK);
        at = 0;
        end = Math.max(0, count);
        return count >= 0;
    }

    /** Takes what is left of the block up to the end of one line. */
    private @Nullable Signal step() throws TooLargeException {
        if (afterCr && at < end) {
            afterCr = false;
            if (block[at] == '\n') {
                at++;
            }
        }
        int from = at;
        while (at < end && block[at] != '\n' && block[at] != '\r') {
            at++;
        }
        if (at == end) {
            line.append(block, from, at);
            return null;
        }
        int to = at++;
        afterCr = block[to] == '\r';
        if (line.length() == 0) {
            line.requireRoomFor(to - from);
            return line(block, from, to);
        }
        line.append(block, from, to);
        Signal signal = line(line.array(), 0, line.length());
        line.clear();
        return signal;
    }

    private @Nullable Signal line(byte[] bytes, int start, int to) throws TooLargeException {
        int from = start;
        if (firstLine) {
            firstLine = false;
            from += startsWith(BYTE_ORDER_MARK, bytes, from, to) ? BYTE_ORDER_MARK.length : 0;
        }
        if (from == to) {
            return dispatch();
        }
        if (bytes[from] == ':') {
            return Signal.ALIVE;
        }
        inEvent = true;
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, to);
        field(bytes, from, colon, value < to && bytes[value] == ' ' ? value + 1 : value, to);
        return null;
    }

    private void field(byte[] bytes, int from, int colon, int value, int to)
            throws TooLargeException {
        if (is(DATA, bytes, from, colon)) {
            hasData = true;
            data.append(bytes, value, to);
            data.append('\n');
        } else if (is(EVENT, bytes, from, colon)) {
            name.clear();
            name.append(bytes, value, to);
        } else if (is(ID, bytes, from, colon)) {
            setId(bytes, value, to);
        } else if (is(RETRY, bytes, from, colon)) {
            setRetry(bytes, value, to);
        }
    }

    private @Nullable Signal dispatch() {
        if (!inEvent) {
            return null;
        }
        if (idChanged) {
            // Only now: the id of an event that was cut off must not be resumed from.
            lastEventId = id.text();
            idChanged = false;
        }
        dispatched = true;
        if (hasData) {
            return Signal.EVENT;
        }
        forgetEvent();
        return Signal.ALIVE;
    }

    private void forgetEvent() {
        data.clear();
        name.clear();
        hasData = false;
        inEvent = false;
        dispatched = false;
    }

    private void setId(byte[] bytes, int from, int to) throws TooLargeException {
        for (int i = from; i < to; i++) {
            if (bytes[i] == 0) {
                return;
            }
        }
        id.clear();
        id.append(bytes, from, to);
        idChanged = true;
    }

    private void setRetry(byte[] bytes, int from, int to) {
        // Eighteen digits fit a long.
        if (from == to || to - from > 18) {
            return;
        }
        long millis = 0;
        for (int i = from; i < to; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return;
            }
            millis = 10 * millis + (bytes[i] - '0');
        }
        retryMillis = millis;
    }

    private static boolean is(byte[] word, byte[] bytes, int from, int to) {
        return to - from == word.length && startsWith(word, bytes, from, to);
    }

    private static boolean startsWith(byte[] word, byte[] bytes, int from, int to) {
        if (to - from < word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[from + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
