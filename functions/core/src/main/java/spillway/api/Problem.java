package spillway.api;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import spillway.attempt.AttemptReport;

/**
 * Why a client gets no answer, or no whole one (RFC 9457). Holds no text of a provider's and no
 * message of an exception.
 *
 * @param status the HTTP status; in a stream that has begun, the one it would have been
 * @param detail what is wrong and what would help, for a person
 * @param instance the id of the request
 * @param attempts what was tried
 * @param errors each mistake of the request; empty unless the request is at fault
 * @param retryAfter when it may be tried again; null when not known
 * @param shouldRetry whether a client should try again by itself; null leaves it to the status
 * @param progress how far a stream had come; null if none had begun
 */
public record Problem(
        ProblemType type,
        int status,
        String detail,
        String instance,
        List<AttemptReport> attempts,
        List<Fault> errors,
        @Nullable Duration retryAfter,
        @Nullable Boolean shouldRetry,
        @Nullable Progress progress) {
    public Problem {
        Objects.requireNonNull(type);
        Objects.requireNonNull(detail);
        Objects.requireNonNull(instance);
        attempts = List.copyOf(attempts);
        errors = List.copyOf(errors);
    }

    /**
     * How far a stream had come that broke off.
     *
     * @param at how many characters of text had been delivered
     * @param resumable whether that is plain text which can be gone on from
     */
    public record Progress(long at, boolean resumable) {}

    /** The same problem, in a stream that had come so far. */
    Problem after(long at, boolean resumable) {
        return new Problem(
                type,
                status,
                detail,
                instance,
                attempts,
                errors,
                retryAfter,
                shouldRetry,
                new Progress(at, resumable));
    }

    /** A problem with nothing to add to its detail. */
    static Problem of(ProblemType type, int status, String detail, String instance) {
        return new Problem(type, status, detail, instance, List.of(), List.of(), null, null, null);
    }

    /** A request with mistakes in it. */
    static Problem invalid(List<Fault> errors, String instance) {
        return new Problem(
                ProblemType.INVALID_REQUEST,
                400,
                errors.size() == 1
                        ? errors.getFirst().toString()
                        : "The request has " + errors.size() + " mistakes; see errors.",
                instance,
                List.of(),
                errors,
                null,
                null,
                null);
    }

    /** The headers that belong to it, whatever the dialect. */
    public Map<String, String> headers() {
        var headers = new LinkedHashMap<String, String>();
        if (retryAfter != null) {
            headers.put("retry-after", Long.toString(seconds(retryAfter)));
        }
        if (shouldRetry != null) {
            headers.put("x-should-retry", shouldRetry.toString());
        }
        return headers;
    }

    /** Rounded up: who comes a moment too early waits twice. */
    private static long seconds(Duration duration) {
        return Math.max(1, (duration.toMillis() + 999) / 1000);
    }

    /**
     * One mistake of a request.
     *
     * @param name a JSON Pointer, or the name of the parameter or header
     */
    public record Fault(In in, String name, String detail) {
        public Fault {
            Objects.requireNonNull(in);
            Objects.requireNonNull(name);
            Objects.requireNonNull(detail);
        }

        @Override
        public String toString() {
            return (name.isEmpty() ? "The body" : name) + " " + detail + ".";
        }
    }

    /** Where in a request a mistake is. */
    public enum In {
        POINTER("pointer"),
        PARAMETER("parameter"),
        HEADER("header");

        private final String member;

        In(String member) {
            this.member = member;
        }

        /** The member of the error that names the place. */
        public String member() {
            return member;
        }
    }
}
