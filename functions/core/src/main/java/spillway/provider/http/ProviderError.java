package spillway.provider.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import spillway.chat.ProviderFailure;

/**
 * An error as vendors write it, before the stream or inside it, and what failure it is.
 *
 * <p>Accepts {@code "error"} as an object or as a plain string, the fields of an error at the top,
 * and an error inside a {@code "response"}. Takes the codes and leaves the message where it is.
 */
public final class ProviderError {
    private static final int OK = 200;

    private final JsonNode error;
    private final List<String> words;
    private final Complaint complaint;
    private final Predicate<String> added;

    private ProviderError(JsonNode document, Predicate<String> added) {
        this.error = find(document);
        this.complaint = new Complaint(document, error);
        this.added = added;
        // The narrower first: a type can stay broad, or be wrong, where the code is exact.
        this.words =
                error.isTextual()
                        ? List.of(error.textValue())
                        : List.of(
                                error.path("details").path("error_code").asText(""),
                                error.path("code").asText(""),
                                error.path("type").asText(""));
    }

    /**
     * What failure an error inside a stream is. The stream began with 200, so only its words tell;
     * a number as code is read as the status it would have had.
     *
     * @param event the event's data from 0 to {@code length}
     * @throws IOException when it is no JSON
     */
    public static ProviderFailure inStream(byte[] event, int length, Instant now)
            throws IOException {
        ProviderError error =
                new ProviderError(WireJson.MAPPER.readTree(event, 0, length), _ -> false);
        return error.failure(now);
    }

    /** The same for a document that came with 200 instead of a stream; null if it is no error. */
    static @Nullable ProviderFailure inDocument(byte[] body, Instant now) {
        ProviderError error = new ProviderError(parse(body), _ -> false);
        return error.error.isMissingNode() ? null : error.failure(now);
    }

    /**
     * What failure a response with an error status is.
     *
     * @param headers a header by its name in lower case
     * @param body what came of it; need not be JSON
     * @param added whether a field of the request says what its caller did not ask for
     */
    static ProviderFailure ofResponse(
            int status,
            Function<String, @Nullable String> headers,
            byte[] body,
            Instant now,
            Predicate<String> added) {
        if (status < 400) {
            return new ProviderFailure.AccountRefused(status, "redirect");
        }
        ProviderError error = new ProviderError(parse(body), added);
        return error.failure(status, RetryAfter.of(headers, now));
    }

    private ProviderFailure failure(Instant now) {
        JsonNode headers = error.path("headers");
        Duration wait = RetryAfter.of(name -> headers.path(name).asText(null), now);
        JsonNode code = error.path("code");
        if (code.isInt() && code.intValue() >= 400 && code.intValue() < 600) {
            return failure(code.intValue(), wait);
        }
        String word = firstKnown();
        String safe = ErrorWords.safe(word);
        ErrorWords.Meaning meaning = ErrorWords.of(word);
        return switch (meaning) {
            case ACCOUNT -> new ProviderFailure.AccountRefused(OK, safe);
            case RATE_LIMIT -> new ProviderFailure.RateLimited(wait, safe);
            case REQUEST, INVALID, TRANSLATION -> ofRequest(OK, safe, meaning);
            case SICK -> new ProviderFailure.ErrorEvent(safe);
            case null -> new ProviderFailure.ErrorEvent(safe);
        };
    }

    private ProviderFailure failure(int status, @Nullable Duration wait) {
        String word = firstKnown();
        String code = ErrorWords.safe(word);
        ErrorWords.Meaning meaning = ErrorWords.of(word);
        if (meaning == ErrorWords.Meaning.ACCOUNT && status < 500) {
            return new ProviderFailure.AccountRefused(status, code);
        }
        return switch (status) {
            case 400, 403, 404, 412, 413, 422, 431 -> byMeaning(status, code, meaning, wait);
            case 408, 499 -> new ProviderFailure.Unavailable(status, code);
            // A lock that another request holds, free at once: our pace, not the provider's health.
            case 409 -> new ProviderFailure.RateLimited(wait == null ? Duration.ZERO : wait, code);
            case 429 -> new ProviderFailure.RateLimited(wait, code);
            default ->
                    status >= 500
                            ? new ProviderFailure.Unavailable(status, code)
                            : new ProviderFailure.AccountRefused(status, code);
        };
    }

    private ProviderFailure byMeaning(
            int status,
            String code,
            ErrorWords.@Nullable Meaning meaning,
            @Nullable Duration wait) {
        if (meaning == ErrorWords.Meaning.RATE_LIMIT) {
            return new ProviderFailure.RateLimited(wait, code);
        }
        // 403 and 404 refuse us, unless an exact word blames the request, as some filters do.
        boolean refusesUs = status == 403 || status == 404;
        return refusesUs && meaning != ErrorWords.Meaning.REQUEST
                ? new ProviderFailure.AccountRefused(status, code)
                : ofRequest(status, code, meaning);
    }

    /** The request is at fault: whether by its caller's words or by what we made of them. */
    private ProviderFailure ofRequest(
            int status, String code, ErrorWords.@Nullable Meaning meaning) {
        if (meaning == ErrorWords.Meaning.REQUEST) {
            return new ProviderFailure.Rejected(status, code);
        }
        if (complaint.isOfMoney()) {
            return new ProviderFailure.AccountRefused(status, "credit_balance_too_low");
        }
        String ours = complaint.ours(added);
        if (meaning == ErrorWords.Meaning.TRANSLATION || !ours.isEmpty()) {
            return new ProviderFailure.Untranslatable(status, (code + " " + ours).strip());
        }
        if (complaint.isOfModel()) {
            return new ProviderFailure.AccountRefused(status, code);
        }
        return new ProviderFailure.Rejected(
                status, complaint.isOfLength() ? ProviderFailure.Rejected.TOO_LONG : code);
    }

    private String firstKnown() {
        String first = "";
        for (String word : words) {
            if (ErrorWords.of(word) != null) {
                return word;
            }
            if (first.isEmpty()) {
                first = word;
            }
        }
        return first;
    }

    private static JsonNode find(JsonNode document) {
        for (JsonNode holder : List.of(document, document.path("response"))) {
            JsonNode error = holder.path("error");
            if (error.isObject() || error.isTextual()) {
                return error;
            }
        }
        boolean flat = document.has("message") && (document.has("code") || document.has("type"));
        return flat || document.path("type").asText("").equals("error")
                ? document
                : MissingNode.getInstance();
    }

    private static JsonNode parse(byte[] body) {
        try {
            return WireJson.MAPPER.readTree(body);
        } catch (JsonProcessingException _) {
            // An error page of a proxy, or a body that was cut: the status must do.
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("bytes in memory cannot fail to be read", e);
        }
    }
}
