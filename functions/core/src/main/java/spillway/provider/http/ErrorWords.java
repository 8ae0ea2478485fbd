package spillway.provider.http;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the types and codes of errors mean. One table for all vendors: hosts that are compatible
 * with one borrow the words of another, and no word means two things.
 */
final class ErrorWords {
    /** What kind of failure a word names. */
    enum Meaning {
        /** Our key, our money, our site, no such model for us. */
        ACCOUNT,
        RATE_LIMIT,
        /** The request itself, exactly: its length, its matter. */
        REQUEST,
        /** The request in some way that only the prose tells. */
        INVALID,
        /** How we put the request: the caller names no parameters of a vendor. */
        TRANSLATION,
        /** The provider. */
        SICK
    }

    private static final Map<String, Meaning> WORDS =
            Stream.of(
                            words(
                                    Meaning.ACCOUNT,
                                    "authentication_error",
                                    "permission_error",
                                    "permission_denied",
                                    "billing_error",
                                    "not_found_error",
                                    "model_not_found",
                                    "invalid_api_key",
                                    "invalid_authentication",
                                    "invalid_organization",
                                    "incorrect_api_key",
                                    "account_deactivated",
                                    "organization_on_hold",
                                    "cmek_key_disabled",
                                    "insufficient_quota",
                                    "insufficient_balance",
                                    "insufficient_credits",
                                    "credit_balance_exhausted",
                                    "credit_balance_too_low",
                                    "billing_not_active",
                                    "billing_hard_limit_reached",
                                    "quota_exceeded",
                                    "unsupported_country_region_territory",
                                    "data_residency_mismatch"),
                            words(
                                    Meaning.RATE_LIMIT,
                                    "rate_limit_error",
                                    "rate_limit_exceeded",
                                    "rate_limit_reached",
                                    "rate_limited",
                                    "too_many_requests",
                                    "slow_down",
                                    "ramp_limit_exceeded",
                                    "requests",
                                    "tokens"),
                            words(
                                    Meaning.INVALID,
                                    "invalid_request_error",
                                    "invalid_request",
                                    "bad_request",
                                    "invalid_value",
                                    "invalid_type"),
                            words(
                                    Meaning.REQUEST,
                                    "context_length_exceeded",
                                    "string_above_max_length",
                                    "request_too_large",
                                    "content_policy_violation",
                                    "content_filter",
                                    "bio_policy",
                                    "misalignment_policy_violation",
                                    "invalid_prompt"),
                            words(
                                    Meaning.TRANSLATION,
                                    "unsupported_parameter",
                                    "unsupported_value",
                                    "unknown_parameter",
                                    "missing_required_parameter"),
                            words(
                                    Meaning.SICK,
                                    "api_error",
                                    "server_error",
                                    "internal_error",
                                    "internal_server_error",
                                    "overloaded",
                                    "overloaded_error",
                                    "server_is_overloaded",
                                    "engine_overloaded",
                                    "service_unavailable",
                                    "service_unavailable_error",
                                    "timeout",
                                    "timeout_error",
                                    "cmek_key_unreachable",
                                    "cmek_context_unavailable",
                                    "vector_store_timeout"))
                    .flatMap(words -> words.entrySet().stream())
                    .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    /** Lower-case words and no digits: too poor an alphabet for a key, and no sentence. */
    private static final Pattern LIKE_A_CODE = Pattern.compile("[a-z]{2,24}(_[a-z]{2,24}){1,5}");

    private ErrorWords() {}

    /** What the word means; null when it is unknown. */
    static @Nullable Meaning of(String word) {
        return word.endsWith("spend_limit_reached") ? Meaning.ACCOUNT : WORDS.get(word);
    }

    /** The word if it is known or looks like a code; else {@code other}; empty stays empty. */
    static String safe(String word) {
        return word.isEmpty() || WORDS.containsKey(word) || LIKE_A_CODE.matcher(word).matches()
                ? word
                : "other";
    }

    private static Map<String, Meaning> words(Meaning meaning, String... words) {
        return Set.of(words).stream().collect(Collectors.toMap(word -> word, _ -> meaning));
    }
}
