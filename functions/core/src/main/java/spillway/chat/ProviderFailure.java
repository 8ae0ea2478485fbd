package spillway.chat;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt gave no whole answer. Sealed: fault, fallback, status and metrics each name every
 * case.
 *
 * <p>Holds no text of the provider's, only numbers and codes that have passed {@link #safeCode}: a
 * provider's message can hold a key or a prompt.
 */
public sealed interface ProviderFailure {

    /** No response: refused, reset or closed before the headers, no such host, TLS failed. */
    record Unreachable(String cause) implements ProviderFailure {
        public Unreachable {
            cause = safeCode(cause);
        }
    }

    /** The provider is sick or overloaded: 408, 5xx, 529. */
    record Unavailable(int status, String code) implements ProviderFailure {
        public Unavailable {
            code = safeCode(code);
        }
    }

    /** Too many requests on our key. */
    record RateLimited(@Nullable Duration retryAfter, String code) implements ProviderFailure {
        public RateLimited {
            code = safeCode(code);
        }
    }

    /**
     * The provider will not serve our account: bad key, no money, no such model for us, a redirect.
     */
    record AccountRefused(int status, String code) implements ProviderFailure {
        public AccountRefused {
            code = safeCode(code);
        }
    }

    /** The request itself is at fault, whoever is asked: 400, 413, 422. */
    record Rejected(int status, String code) implements ProviderFailure {
        /** The code of a request that has more tokens than the model can read: OpenAI's own. */
        public static final String TOO_LONG = "context_length_exceeded";

        public Rejected {
            code = safeCode(code);
        }

        /** Whether a model that can read more may still answer. */
        public boolean isTooLong() {
            return code.equals(TOO_LONG);
        }
    }

    /**
     * The request as we have put it does not suit this provider or model, though the caller's words
     * may: it names what our mapping added, chose or took for granted.
     */
    record Untranslatable(int status, String code) implements ProviderFailure {
        public Untranslatable {
            code = safeCode(code);
        }
    }

    /** A timer ran out. */
    record TimedOut(Phase phase, Duration limit) implements ProviderFailure {}

    /** An error event inside a stream that had begun with 200. */
    record ErrorEvent(String code) implements ProviderFailure {
        public ErrorEvent {
            code = safeCode(code);
        }
    }

    /** The stream ended, cleanly or not, without the vendor's last event. */
    record CutOff(String how) implements ProviderFailure {
        public CutOff {
            how = safeCode(how);
        }
    }

    /** What came was not the vendor's protocol. */
    record Malformed(String what) implements ProviderFailure {
        public Malformed {
            what = safeCode(what);
        }
    }

    /** A whole stream with nothing in it. */
    record Empty() implements ProviderFailure {}

    /** We have no key for this provider, or could not read it. */
    record KeyMissing() implements ProviderFailure {}

    /** Where in a call a timer ran out. */
    enum Phase {
        CONNECT,
        HEADERS,
        FIRST_CONTENT,
        NEXT_EVENT,
        /** Content came, but too little of it. */
        THROUGHPUT;

        /** The name on our own wire. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Who is to blame. Only {@link #PROVIDER} and {@link #TRANSIT} say something about a target's
     * health.
     */
    enum Fault {
        /** The request; nobody would have served it. */
        CLIENT,
        /** Our key or account with this provider. */
        ACCOUNT,
        /** Our pace; the provider is well. */
        RATE_LIMIT,
        /** How we put the request in the provider's words; somebody should look. */
        TRANSLATION,
        /** The provider. */
        PROVIDER,
        /** The way between. */
        TRANSIT;

        /** The name on our own wire. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who is to blame. */
    default Fault fault() {
        return switch (this) {
            case Rejected _ -> Fault.CLIENT;
            case AccountRefused _, KeyMissing _ -> Fault.ACCOUNT;
            case RateLimited _ -> Fault.RATE_LIMIT;
            case Untranslatable _ -> Fault.TRANSLATION;
            case Unavailable _, TimedOut _, ErrorEvent _, Malformed _, Empty _ -> Fault.PROVIDER;
            case Unreachable _, CutOff _ -> Fault.TRANSIT;
        };
    }

    /** Whether another target may do better with the same request. */
    default boolean isRetryable() {
        return fault() != Fault.CLIENT;
    }

    /** A stable name for logs, metrics and the wire. */
    default String reason() {
        return switch (this) {
            case Unreachable _ -> "unreachable";
            case Unavailable _ -> "unavailable";
            case RateLimited _ -> "rate_limited";
            case AccountRefused _ -> "account_refused";
            case Rejected _ -> "rejected";
            case Untranslatable _ -> "untranslatable";
            case TimedOut(var phase, _) -> "timeout_" + phase.wireName();
            case ErrorEvent _ -> "error_event";
            case CutOff _ -> "cut_off";
            case Malformed _ -> "malformed";
            case Empty _ -> "empty";
            case KeyMissing _ -> "key_missing";
        };
    }

    /** What is known beyond the reason: a status, a code. Safe to show and to log; may be empty. */
    default String detail() {
        return switch (this) {
            case Unreachable(var cause) -> cause;
            case Unavailable(var status, var code) -> status + (code.isEmpty() ? "" : " " + code);
            case RateLimited(var retryAfter, var code) ->
                    retryAfter == null
                            ? code
                            : (code + " retry after " + retryAfter.toMillis() + " ms").strip();
            case AccountRefused(var status, var code) ->
                    status + (code.isEmpty() ? "" : " " + code);
            case Rejected(var status, var code) -> status + (code.isEmpty() ? "" : " " + code);
            case Untranslatable(var status, var code) ->
                    status + (code.isEmpty() ? "" : " " + code);
            case TimedOut(_, var limit) -> limit.toMillis() + " ms";
            case ErrorEvent(var code) -> code;
            case CutOff(var how) -> how;
            case Malformed(var what) -> what;
            case Empty _, KeyMissing _ -> "";
        };
    }

    /**
     * The code if it looks like one (letters, digits, {@code _ . : -}, at most 64, no run that
     * could be a key), else {@code "other"}; empty stays empty. Keeps a provider's free text out of
     * logs and answers.
     */
    static String safeCode(String code) {
        return code.isEmpty() || Codes.SAFE.matcher(code).matches() ? code : "other";
    }

    /** Holds the pattern, which an interface would have to publish. */
    final class Codes {
        /**
         * Words of letters and few digits joined by single marks: {@code rate_limit_exceeded},
         * never {@code sk-Ab3…}.
         */
        private static final Pattern SAFE =
                Pattern.compile(
                        "(?=.{1,64}$)(?!sk-)[a-zA-Z]{1,32}[0-9]{0,3}([ _.:-][a-zA-Z]{0,32}[0-9]{0,3})*");

        private Codes() {}
    }
}
