package spillway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import spillway.chat.ProviderFailure;

class ProviderErrorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|{\"error\":{\"type\":\"invalid_request_error\"}}|rejected 400 invalid_request_error",
                "400|{\"error\":{\"code\":\"context_length_exceeded\",\"type\":\"invalid_request_error\"}}"
                        + "|rejected 400 context_length_exceeded",
                "400|{\"error\":{\"type\":\"invalid_request_error\",\"details\":{\"error_code\":\"organization_on_hold\"}}}"
                        + "|account_refused 400 organization_on_hold",
                "400|{\"error\":{\"type\":\"invalid_request_error\",\"details\":{\"error_code\":\"cmek_key_disabled\"}}}"
                        + "|account_refused 400 cmek_key_disabled",
                "400|{\"error\":{\"code\":\"rate_limit_exceeded\"}}|rate_limited rate_limit_exceeded",
                "400|{\"error\":{\"type\":\"server_error\"}}|rejected 400 server_error",
                "400||rejected 400",
                "401||account_refused 401",
                "402||account_refused 402",
                "403|{\"error\":{\"type\":\"invalid_request_error\"}}|account_refused 403 invalid_request_error",
                "403|{\"error\":{\"code\":\"content_policy_violation\"}}|rejected 403 content_policy_violation",
                "404|{\"error\":{\"code\":\"something_new\"}}|account_refused 404 something_new",
                "405||account_refused 405",
                "408||unavailable 408",
                "409||rate_limited retry after 0 ms",
                "412||rejected 412",
                "413|<html>too large</html>|rejected 413",
                "422||rejected 422",
                "431||rejected 431",
                "429|{\"error\":{\"code\":\"slow_down\",\"type\":\"rate_limit_error\"}}|rate_limited slow_down",
                "429|{\"error\":{\"code\":\"rate_limit_exceeded\",\"type\":\"insufficient_quota\"}}"
                        + "|rate_limited rate_limit_exceeded",
                "429|{\"error\":{\"code\":\"unheard_of\",\"type\":\"insufficient_quota\"}}"
                        + "|account_refused 429 insufficient_quota",
                "429|{\"error\":{\"code\":\"credit_balance_exhausted\"}}|account_refused 429 credit_balance_exhausted",
                "429|{\"error\":{\"details\":{\"error_code\":\"contract_spend_limit_reached\"},\"type\":\"rate_limit_error\"}}"
                        + "|account_refused 429 contract_spend_limit_reached",
                "429|{\"error\":{\"details\":{\"error_code\":\"ramp_limit_exceeded\"},\"type\":\"rate_limit_error\"}}"
                        + "|rate_limited ramp_limit_exceeded",
                "499||unavailable 499",
                "500|{\"error\":{\"type\":\"insufficient_quota\"}}|unavailable 500 insufficient_quota",
                "503|{\"error\":{\"details\":{\"error_code\":\"cmek_key_unreachable\"},\"type\":\"api_error\"}}"
                        + "|unavailable 503 cmek_key_unreachable",
                "529|{\"error\":{\"type\":\"overloaded_error\"}}|unavailable 529 overloaded_error",
                "599|not json|unavailable 599",
                "500|{\"error\":{\"code\":\"Key sk-abc of Bob is bad\"}}|unavailable 500 other",
                "500|{\"error\":{\"code\":\"AKIAIOSFODNN7EXAMPLE\"}}|unavailable 500 other",
                "302||account_refused 302 redirect",
                // Ours: what the model does not know, and what we added.
                "400|{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.\",\"type\":\"invalid_request_error\",\"param\":\"max_tokens\",\"code\":\"unsupported_parameter\"}}"
                        + "|untranslatable 400 unsupported_parameter max_tokens",
                "400|{\"error\":{\"message\":\"Unsupported value: 'temperature' does not support 0.2 with this model.\",\"param\":\"temperature\",\"code\":\"unsupported_value\"}}"
                        + "|untranslatable 400 unsupported_value temperature",
                "400|{\"error\":{\"message\":\"Unsupported value: 'messages[0].role' does not support this.\",\"param\":\"messages[0].role\",\"code\":\"unsupported_value\"}}"
                        + "|untranslatable 400 unsupported_value",
                "400|{\"error\":{\"message\":\"Unrecognized request argument supplied: stream_options\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}"
                        + "|untranslatable 400 invalid_request_error stream_options",
                "400|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"This model does not support assistant message prefill. The conversation must end with a user message.\"}}"
                        + "|untranslatable 400 invalid_request_error prefill",
                "400|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"`temperature` is deprecated for this model.\"}}"
                        + "|untranslatable 400 invalid_request_error temperature",
                "400|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"`temperature` and `top_p` cannot both be specified for this model.\"}}"
                        + "|untranslatable 400 invalid_request_error temperature",
                "400|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"output_config: Extra inputs are not permitted\"}}"
                        + "|untranslatable 400 invalid_request_error output_config",
                "400|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens\"}}"
                        + "|untranslatable 400 invalid_request_error max_tokens",
                "400|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"input length and `max_tokens` exceed context limit: 198000 + 8192 > 200000\"}}"
                        + "|untranslatable 400 invalid_request_error max_tokens",
                "400|{\"error\":\"the model does not support tools\"}|untranslatable 400 other tools",
                "422|{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"include_obfuscation\"]}]}"
                        + "|untranslatable 422 include_obfuscation",
                // Its caller's.
                "400|{\"error\":{\"message\":\"max_completion_tokens is too large: 999999.\",\"param\":\"max_completion_tokens\",\"code\":\"invalid_value\"}}"
                        + "|rejected 400 invalid_value",
                "400|{\"error\":{\"message\":\"Invalid schema for response_format 'x': 'additionalProperties' is required\",\"type\":\"invalid_request_error\",\"param\":\"response_format\"}}"
                        + "|rejected 400 invalid_request_error",
                "400|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 200001 tokens > 200000 maximum\"}}"
                        + "|rejected 400 context_length_exceeded",
                "400|{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens.\",\"type\":\"invalid_request_error\"}}"
                        + "|rejected 400 context_length_exceeded",
                "400|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Output blocked by content filtering policy\"}}"
                        + "|rejected 400 invalid_request_error",
                "400|{\"error\":{\"code\":\"content_policy_violation\",\"message\":\"Our safety system says that this is not supported\"}}"
                        + "|rejected 400 content_policy_violation",
                "400|{\"error\":{\"message\":\"Our safety system says no\"}}|rejected 400",
                // Our account's and our routes'.
                "400|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low to access the API.\"}}"
                        + "|account_refused 400 credit_balance_too_low",
                "400|{\"error\":{\"message\":\"invalid model ID\",\"type\":\"invalid_request_error\",\"param\":\"model\"}}"
                        + "|account_refused 400 invalid_request_error"
            })
    void classifiesResponses(int status, String body, String expected) {
        byte[] bytes = (body == null ? "" : body).getBytes(StandardCharsets.UTF_8);

        ProviderFailure failure =
                ProviderError.ofResponse(
                        status, _ -> null, bytes, Instant.EPOCH, "max_tokens"::equals);

        assertThat((failure.reason() + " " + failure.detail()).strip()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"code\":429,\"headers\":{\"retry-after\":2}}}|rate_limited retry after 2000 ms",
                "{\"error\":{\"code\":502,\"message\":\"m\"}}|unavailable 502 other",
                "{\"error\":{\"code\":401,\"message\":\"m\"}}|account_refused 401 other",
                "{\"error\":{\"code\":7}}|error_event other",
                "{\"error\":{\"code\":700}}|error_event other",
                "{\"error\":{\"code\":\"insufficient_quota\"}}|account_refused 200 insufficient_quota",
                "{\"error\":{\"code\":\"context_length_exceeded\"}}|rejected 200 context_length_exceeded",
                "{\"error\":{\"type\":\"too_many_requests\",\"code\":\"too_many_requests\"}}"
                        + "|rate_limited too_many_requests",
                "{\"error\":{}}|error_event",
                "{\"error\":\"Internal server error\"}|error_event other",
                "{\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\",\"code\":400}"
                        + "|rejected 400 other",
                "{\"error\":{\"code\":\"the illness of Bob spend_limit_reached\"}}|account_refused 200 other",
                "{\"error\":{\"code\":\"unsupported_value\",\"param\":\"temperature\"}}"
                        + "|untranslatable 200 unsupported_value temperature",
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long\"}}"
                        + "|rejected 200 context_length_exceeded",
                "{\"type\":\"error\"}|error_event other",
                "{\"unrelated\":1}|error_event"
            })
    void classifiesEventsOfAStream(String event, String expected) throws Exception {
        byte[] bytes = event.getBytes(StandardCharsets.UTF_8);

        ProviderFailure failure = ProviderError.inStream(bytes, bytes.length, Instant.EPOCH);

        assertThat((failure.reason() + " " + failure.detail()).strip())
                .isEqualTo(expected.replace("rate_limited retry", "rate_limited other retry"));
    }

    @Test
    void takesTheWaitFromTheHeaders() {
        assertThat(
                        ProviderError.ofResponse(
                                429,
                                name -> name.equals("retry-after") ? "3" : null,
                                new byte[0],
                                Instant.EPOCH,
                                _ -> false))
                .isEqualTo(new ProviderFailure.RateLimited(Duration.ofSeconds(3), ""));
    }
}
