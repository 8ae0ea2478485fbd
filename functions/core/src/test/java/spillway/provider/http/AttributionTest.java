package spillway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import spillway.chat.ProviderFailure;
import spillway.chat.ProviderFailure.Fault;
import spillway.chat.ProviderFailure.Phase;

/** Who is to blame for each way to fail, and whether another target is asked. */
class AttributionTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # The client's: nobody else is asked.
                    400 | invalid_request_error        | CLIENT      | false
                    400 | context_length_exceeded      | CLIENT      | false
                    400 | string_above_max_length      | CLIENT      | false
                    400 | content_policy_violation     | CLIENT      | false
                    400 | content_filter               | CLIENT      | false
                    400 | invalid_prompt               | CLIENT      | false
                    403 | content_policy_violation     | CLIENT      | false
                    413 | request_too_large            | CLIENT      | false
                    413 | ''                           | CLIENT      | false
                    422 | ''                           | CLIENT      | false
                    431 | ''                           | CLIENT      | false
                    # Our key or account: somebody must act.
                    401 | invalid_api_key              | ACCOUNT     | true
                    401 | authentication_error         | ACCOUNT     | true
                    402 | billing_error                | ACCOUNT     | true
                    402 | ''                           | ACCOUNT     | true
                    403 | permission_error             | ACCOUNT     | true
                    403 | ''                           | ACCOUNT     | true
                    403 | unsupported_country_region_territory | ACCOUNT | true
                    404 | not_found_error              | ACCOUNT     | true
                    404 | model_not_found              | ACCOUNT     | true
                    404 | ''                           | ACCOUNT     | true
                    400 | organization_on_hold         | ACCOUNT     | true
                    400 | cmek_key_disabled            | ACCOUNT     | true
                    429 | insufficient_quota           | ACCOUNT     | true
                    429 | credit_balance_exhausted     | ACCOUNT     | true
                    429 | billing_hard_limit_reached   | ACCOUNT     | true
                    429 | enforced_spend_limit_reached | ACCOUNT     | true
                    429 | contract_spend_limit_reached | ACCOUNT     | true
                    # Our pace.
                    429 | rate_limit_exceeded          | RATE_LIMIT  | true
                    429 | rate_limit_error             | RATE_LIMIT  | true
                    429 | slow_down                    | RATE_LIMIT  | true
                    429 | ramp_limit_exceeded          | RATE_LIMIT  | true
                    429 | ''                           | RATE_LIMIT  | true
                    409 | ''                           | RATE_LIMIT  | true
                    # How we put it.
                    400 | unsupported_parameter        | TRANSLATION | true
                    400 | unsupported_value            | TRANSLATION | true
                    400 | unknown_parameter            | TRANSLATION | true
                    400 | missing_required_parameter   | TRANSLATION | true
                    # The provider's.
                    408 | ''                           | PROVIDER    | true
                    500 | api_error                    | PROVIDER    | true
                    500 | server_error                 | PROVIDER    | true
                    502 | ''                           | PROVIDER    | true
                    503 | server_is_overloaded         | PROVIDER    | true
                    503 | cmek_key_unreachable         | PROVIDER    | true
                    504 | timeout_error                | PROVIDER    | true
                    520 | ''                           | PROVIDER    | true
                    524 | ''                           | PROVIDER    | true
                    529 | overloaded_error             | PROVIDER    | true
                    # Inside a stream that began with 200.
                    200 | overloaded_error             | PROVIDER    | true
                    200 | api_error                    | PROVIDER    | true
                    200 | server_error                 | PROVIDER    | true
                    200 | server_is_overloaded         | PROVIDER    | true
                    200 | timeout_error                | PROVIDER    | true
                    200 | never_heard_of               | PROVIDER    | true
                    200 | rate_limit_exceeded          | RATE_LIMIT  | true
                    200 | too_many_requests            | RATE_LIMIT  | true
                    200 | insufficient_quota           | ACCOUNT     | true
                    200 | authentication_error         | ACCOUNT     | true
                    200 | unsupported_value            | TRANSLATION | true
                    200 | invalid_prompt               | CLIENT      | false
                    200 | context_length_exceeded      | CLIENT      | false
                    """)
    void blamesByStatusAndWord(int status, String word, Fault fault, boolean asksAnother)
            throws IOException {
        for (String field : new String[] {"code", "type"}) {
            String error = word.isEmpty() ? "" : "\"" + field + "\":\"" + word + "\"";
            byte[] body = ("{\"error\":{" + error + "}}").getBytes(StandardCharsets.UTF_8);

            ProviderFailure failure =
                    status == 200
                            ? ProviderError.inStream(body, body.length, NOW)
                            : ProviderError.ofResponse(status, _ -> null, body, NOW, _ -> false);

            assertThat(failure.fault()).as(field).isEqualTo(fault);
            assertThat(failure.isRetryable()).as(field).isEqualTo(asksAnother);
        }
    }

    record Blamed(ProviderFailure failure, Fault fault) {}

    static Stream<Blamed> failuresWithoutAWord() {
        Duration wait = Duration.ofSeconds(1);
        return Stream.concat(
                Stream.of(
                                new ConnectException("refused"),
                                new UnknownHostException("no.such.host"),
                                new SSLException("handshake"),
                                new SocketException("reset"),
                                new EOFException())
                        .map(
                                e ->
                                        new Blamed(
                                                TransportFailure.beforeResponse(e, wait),
                                                Fault.TRANSIT)),
                Stream.concat(
                        Stream.of(
                                new Blamed(
                                        TransportFailure.inStream(new SocketException()),
                                        Fault.TRANSIT),
                                new Blamed(new ProviderFailure.CutOff("clean_end"), Fault.TRANSIT),
                                new Blamed(new ProviderFailure.Malformed("json"), Fault.PROVIDER),
                                new Blamed(new ProviderFailure.Malformed("html"), Fault.PROVIDER),
                                new Blamed(new ProviderFailure.Empty(), Fault.PROVIDER),
                                new Blamed(new ProviderFailure.KeyMissing(), Fault.ACCOUNT)),
                        Stream.of(Phase.values())
                                .map(
                                        phase ->
                                                new Blamed(
                                                        new ProviderFailure.TimedOut(phase, wait),
                                                        Fault.PROVIDER))));
    }

    @ParameterizedTest
    @MethodSource("failuresWithoutAWord")
    void blamesByWhatHappened(Blamed blamed) {
        assertThat(blamed.failure().fault()).isEqualTo(blamed.fault());
        assertThat(blamed.failure().isRetryable()).isTrue();
    }
}
