package spillway.api;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import spillway.sse.SseEncoder;

/**
 * The ids of one answer's events, by which a returning EventSource tells how much it had. Used by
 * one thread.
 */
final class EventIds {
    /** How long an EventSource waits before it comes back. */
    private static final Duration COME_BACK = Duration.ofSeconds(1);

    private final boolean written;
    private String answer;
    private long events;
    private boolean retryTold;

    private EventIds(String answer, boolean written) {
        this.answer = answer;
        this.written = written;
    }

    /** No ids at all. */
    static EventIds none() {
        return new EventIds("", false);
    }

    /** Ids that count; until the answer has its id, under that name. */
    static EventIds counting(String name) {
        return new EventIds(name, true);
    }

    /** The answer now has its id. */
    void name(String id) {
        answer = id;
    }

    /** The id of the next event; null without ids. */
    @Nullable String next(SseEncoder out) {
        return id(out, written ? Long.toString(++events) : "");
    }

    /** The id of the event after which nothing follows; null without ids. */
    @Nullable String last(SseEncoder out) {
        return id(out, Position.END);
    }

    private @Nullable String id(SseEncoder out, String event) {
        if (!written) {
            return null;
        }
        if (!retryTold) {
            // Said once, before all else.
            out.retry(COME_BACK);
            retryTold = true;
        }
        return answer + "." + event;
    }

    /**
     * Where a returning EventSource had got to.
     *
     * @param whole whether it has had the last event
     */
    record Position(String answer, boolean whole) {
        static final String END = "end";
        private static final Pattern ID =
                Pattern.compile("([A-Za-z0-9._:-]{1,128})\\.(end|[0-9]{1,12})");

        /** Empty if the id is none of ours. */
        static Optional<Position> parse(String id) {
            var matcher = ID.matcher(id);
            return matcher.matches()
                    ? Optional.of(new Position(matcher.group(1), matcher.group(2).equals(END)))
                    : Optional.empty();
        }
    }
}
