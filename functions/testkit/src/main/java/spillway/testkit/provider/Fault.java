package spillway.testkit.provider;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A way for a provider to misbehave, or to behave in a way that is legal and rare. {@link
 * #catalogue} names them all.
 */
public sealed interface Fault {

    /** No response at all. */
    enum Dead implements Fault {
        /**
         * Nobody listens; connections that are open are reset. Within {@code breakNext}, the same
         * as {@link #RESET}.
         */
        REFUSED,
        /** The request is read, then the connection is reset. */
        RESET,
        /** The request is read, then the connection is closed. */
        CLOSED,
        /** The request is read, and nothing more happens. */
        SILENT,
        /** Closed in the middle of the response's headers. */
        CUT_IN_HEADERS,
        /** Half of the response's headers, and nothing more. */
        SILENT_IN_HEADERS
    }

    /**
     * An error response.
     *
     * @param code the HTTP status
     * @param retryAfter told in the header of that name, in seconds; null for no header
     * @param kind which error of the vendor's its body names
     */
    record Status(int code, @Nullable Duration retryAfter, Kind kind) implements Fault {}

    /** What an error says, in the words of each vendor. */
    enum Kind {
        BAD_REQUEST,
        CONTEXT_LENGTH,
        CONTENT_POLICY,
        BAD_KEY,
        OUT_OF_MONEY,
        FORBIDDEN,
        NO_SUCH_MODEL,
        RATE_LIMIT,
        SERVER_ERROR,
        OVERLOADED,
        TIMEOUT
    }

    /** A 200, or a redirect, whose body is no stream of the vendor's. */
    enum WrongBody implements Fault {
        /** An event stream without a byte. */
        EMPTY,
        HTML,
        /** A whole answer as one JSON document. */
        JSON,
        /** An error of the vendor's as one JSON document. */
        JSON_ERROR,
        /** 307 to another path of this server. */
        REDIRECT
    }

    /** The headers of a stream, and nothing more. */
    record HeadersOnly() implements Fault {}

    /** A whole answer behind response headers of that many bytes. */
    record LargeHeaders(int bytes) implements Fault {}

    /** A whole answer, but its first token only after that long; headers and lifecycle at once. */
    record LateFirstToken(Duration delay) implements Fault {}

    /** An error as the first event of a stream; it ends after it. */
    record ErrorFirst(Shape shape, Kind kind) implements Fault {}

    /** How an error stands inside a stream. */
    enum Shape {
        /** {@code "error":{…}}, as both vendors document it. */
        OBJECT,
        /** {@code "error":"…"}. */
        STRING,
        /** {@code "code":…,"message":…} at the top. */
        FLAT
    }

    /** The frames before the first content, such as the role, and then what is told. */
    enum PreludeThen implements Fault {
        SILENCE,
        ERROR,
        CLEAN_END,
        /** Signs of life every 50 ms, for ever, and no content. */
        PINGS
    }

    /** An error event after so many tokens; the stream ends after it. */
    record ErrorEvent(int afterTokens, Kind kind) implements Fault {}

    /** The connection breaks after so many tokens. */
    record Cut(int afterTokens, How how) implements Fault {}

    /** How a connection breaks. */
    enum How {
        /** Closed between two events, in the middle of the HTTP body. */
        FIN,
        /** Reset between two events. */
        RST,
        /** Closed inside the line of an event. */
        INSIDE_LINE,
        /** Closed between the bytes of one character. */
        INSIDE_CHARACTER,
        /** The HTTP body ends in order, after the CR of a CRLF. */
        AFTER_CR,
        /** The HTTP body ends in order, between two events. */
        CLEAN
    }

    /** Silence after so many tokens, with the connection open. */
    record Stall(int afterTokens) implements Fault {}

    /** Signs of life every 50 ms after so many tokens, for ever, and no more content. */
    record PingsAfter(int tokens) implements Fault {}

    /** Alive and slow: each token only after that long. */
    record Drip(Duration gap) implements Fault {}

    /** Well for so many tokens; from then on each comes only after that long. */
    record DripAfter(int tokens, Duration gap) implements Fault {}

    /** After so many tokens an event that is no JSON; then the stream goes on. */
    record MalformedChunk(int afterTokens) implements Fault {}

    /** All the text comes; what should follow does not. */
    enum Ending implements Fault {
        /** The vendor's last event, but no reason why the answer ended. */
        TERMINAL_WITHOUT_REASON,
        /** The reason, but not the vendor's last event; the body ends in order. */
        REASON_THEN_CLEAN_END,
        /** The reason, but not the vendor's last event; the connection stays open. */
        REASON_THEN_SILENCE,
        /** The reason, then a reset. */
        REASON_THEN_RESET,
        /** The whole stream, and a connection that stays open. */
        WHOLE_THEN_SILENCE
    }

    /** A whole answer in unusual bytes. */
    enum Framing implements Fault {
        /** Events and fields that nobody has heard of in between. */
        UNKNOWN_EVENTS,
        COMMENTS,
        CRLF,
        CR,
        BOM,
        /** No space after the colon. */
        NO_SPACE,
        /** Each byte in its own chunk and segment. */
        ONE_BYTE_WRITES,
        /** Compressed, though nobody asked for it. */
        GZIP,
        /** One line of 300 kB. */
        LONG_LINE
    }

    /** Answers of another kind than plain text. */
    enum Content implements Fault {
        /** The vendor's way to refuse. */
        REFUSAL,
        /** Ends since the limit of tokens is reached. */
        LENGTH,
        /** Two tool calls, and some text before them. */
        TOOL_CALLS,
        /** Closed inside the arguments of a tool call. */
        CUT_IN_TOOL_CALL,
        /** Reasoning, then text. */
        REASONING,
        /** A whole stream that stops without a word. */
        NOTHING,
        /** Nothing but {@link ScriptedProviderServer#JSON_ANSWER}. */
        JSON,
        /** Closed inside that JSON. */
        CUT_IN_JSON,
        /** Closed inside the reasoning. */
        CUT_IN_REASONING
    }

    /**
     * What a healthy model makes of a request to go on from where another stopped. Without one of
     * these it goes on at the exact point when the request ends with the assistant's text, and
     * repeats the last words first when it ends with an instruction.
     */
    enum Continuing implements Fault {
        /** A request that ends with the assistant's text is refused with 400. */
        REFUSES_PREFILL,
        /** Goes on at the exact point, whatever it was told. */
        AT_THE_POINT,
        /** Begins again, and says the same from the beginning. */
        FROM_THE_START,
        /** Says something else. */
        ELSEWHERE
    }

    /**
     * The statuses of the catalogue: what the vendors document, and what stands before them sends.
     */
    List<Integer> STATUSES =
            List.of(
                    400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 501, 502, 503, 504, 505, 507,
                    508, 511, 520, 521, 522, 523, 524, 525, 526, 529, 530);

    /** An error response whose body names what usually comes with that status. */
    static Fault status(int code) {
        return new Status(code, null, usualKind(code));
    }

    /** Every fault by a name that fits a URL, with usual parameters. */
    static Map<String, Fault> catalogue() {
        Map<String, Fault> all = new LinkedHashMap<>();
        addAll(all, "", Dead.values());
        for (int code : STATUSES) {
            all.put("status-" + code, status(code));
        }
        all.put("status-429-retry-after", new Status(429, Duration.ofSeconds(2), Kind.RATE_LIMIT));
        all.put("status-429-out-of-money", new Status(429, null, Kind.OUT_OF_MONEY));
        all.put("context-length", new Status(400, null, Kind.CONTEXT_LENGTH));
        all.put("content-policy", new Status(400, null, Kind.CONTENT_POLICY));
        addAll(all, "body-", WrongBody.values());
        all.put("headers-only", new HeadersOnly());
        all.put("headers-oversized", new LargeHeaders(300_000));
        all.put("late-first-token", new LateFirstToken(Duration.ofSeconds(20)));
        all.put("error-first", new ErrorFirst(Shape.OBJECT, Kind.OVERLOADED));
        all.put("error-first-rate-limit", new ErrorFirst(Shape.OBJECT, Kind.RATE_LIMIT));
        all.put("error-first-string", new ErrorFirst(Shape.STRING, Kind.OVERLOADED));
        all.put("error-first-flat", new ErrorFirst(Shape.FLAT, Kind.OVERLOADED));
        addAll(all, "prelude-then-", PreludeThen.values());
        all.put("error-mid-stream", new ErrorEvent(5, Kind.OVERLOADED));
        for (How how : How.values()) {
            all.put("cut-" + name(how), new Cut(5, how));
        }
        all.put("stall", new Stall(5));
        all.put("pings-mid-stream", new PingsAfter(5));
        all.put("drip", new Drip(Duration.ofSeconds(1)));
        all.put("drip-mid-stream", new DripAfter(5, Duration.ofSeconds(4)));
        all.put("malformed-chunk", new MalformedChunk(5));
        addAll(all, "end-", Ending.values());
        addAll(all, "framing-", Framing.values());
        addAll(all, "answer-", Content.values());
        addAll(all, "continuing-", Continuing.values());
        return all;
    }

    private static void addAll(Map<String, Fault> all, String prefix, Fault[] faults) {
        for (Fault fault : faults) {
            all.put(prefix + name((Enum<?>) fault), fault);
        }
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    private static Kind usualKind(int code) {
        return switch (code) {
            case 401 -> Kind.BAD_KEY;
            case 402 -> Kind.OUT_OF_MONEY;
            case 403 -> Kind.FORBIDDEN;
            case 404 -> Kind.NO_SUCH_MODEL;
            case 408, 504, 522, 524 -> Kind.TIMEOUT;
            case 429 -> Kind.RATE_LIMIT;
            case 503, 529 -> Kind.OVERLOADED;
            default -> code < 500 ? Kind.BAD_REQUEST : Kind.SERVER_ERROR;
        };
    }
}
