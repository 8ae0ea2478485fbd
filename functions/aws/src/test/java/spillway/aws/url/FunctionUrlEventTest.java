package spillway.aws.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.http.Request;
import spillway.time.Deadline;

class FunctionUrlEventTest {
    @Test
    void understandsTheEventThatTheEventsLibraryDescribes() throws Exception {
        APIGatewayV2HTTPEvent event =
                APIGatewayV2HTTPEvent.builder()
                        .withVersion("2.0")
                        .withRawPath("/v1/stream/generate")
                        .withRawQueryString("a=1&b=x%20y")
                        .withCookies(List.of("one=1", "two=2"))
                        .withHeaders(Map.of("Content-Type", "application/json"))
                        .withBody("{\"text\":\"grüß\"}")
                        .withIsBase64Encoded(false)
                        .withRequestContext(
                                APIGatewayV2HTTPEvent.RequestContext.builder()
                                        .withRequestId("id-1")
                                        .withHttp(
                                                APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                                        .withMethod("POST")
                                                        .withSourceIp("192.0.2.1")
                                                        .build())
                                        .build())
                        .build();

        Request request = read(new ObjectMapper().writeValueAsString(event));

        assertThat(request.id()).isEqualTo("id-1");
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/v1/stream/generate");
        assertThat(request.query()).isEqualTo(Map.of("a", "1", "b", "x y"));
        assertThat(request.headers())
                .isEqualTo(
                        Map.of(
                                "content-type",
                                "application/json",
                                "cookie",
                                "one=1; two=2",
                                "x-spillway-source-ip",
                                "192.0.2.1"));
        assertThat(new String(request.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"text\":\"grüß\"}");
    }

    @Test
    void decodesABodyThatCameAsBase64() throws Exception {
        Request request = read(event("\"body\":\"aGVsbG8=\",\"isBase64Encoded\":true"));

        assertThat(request.body()).asString(StandardCharsets.UTF_8).isEqualTo("hello");
    }

    @Test
    void aRequestWithoutBodyQueryOrHeadersHasEmptyOnes() throws Exception {
        Request request =
                read(event("\"body\":null,\"headers\":null,\"cookies\":null,\"other\":[1,{}]"));

        assertThat(request.body()).isEmpty();
        assertThat(request.query()).isEmpty();
        assertThat(request.headers()).isEmpty();
        assertThat(request.id()).isEqualTo("fallback");
    }

    @Test
    void aClientCannotSayWhereItsRequestCameFrom() throws Exception {
        Request request = read(event("\"headers\":{\"X-Spillway-Source-Ip\":\"127.0.0.1\"}"));

        assertThat(request.header("x-spillway-source-ip")).isNull();
    }

    @Test
    void headersGivenInTwoSpellingsAreJoined() throws Exception {
        Request request = read(event("\"headers\":{\"A\":\"1\",\"a\":\"2\"}"));

        assertThat(request.header("a")).isEqualTo("1,2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prompt=a+b%2Bc   | prompt | a b+c",
                "prompt=%E2%9C%93 | prompt | ✓",
                "a&&b=            | a      | ''",
                "a%20b=c=d        | a b    | c=d",
                "prompt=✓         | prompt | ✓",
            })
    void decodesAQueryAsBrowsersEncodeIt(String raw, String name, String value) throws Exception {
        assertThat(read(event("\"rawQueryString\":\"" + raw + "\"")).query())
                .containsEntry(name, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt=%", "prompt=%4", "prompt=%zz", "prompt=%4z", "prompt=100%"})
    void refusesAPercentThatEncodesNothingAndNamesTheParameter(String raw) {
        assertRefused(event("\"rawQueryString\":\"" + raw + "\""))
                .withMessage(
                        "the query parameter prompt has a % that no two hexadecimal digits follow;"
                                + " a % itself is %25");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt=a&prompt=b", "prompt=a&x=1&prompt=a", "prompt&%70rompt="})
    void refusesAParameterThatIsGivenTwiceAndNamesIt(String raw) {
        assertRefused(event("\"rawQueryString\":\"" + raw + "\""))
                .withMessage("the query parameter prompt is given twice; once is right");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        assertRefused(event("\"rawQueryString\":\"prompt=%ff\""))
                .withMessage("the query parameter prompt is not UTF-8 once percent-decoded");
    }

    @Test
    void aPlusInAPathIsAPlus() throws Exception {
        String event =
                "{\"rawPath\":\"/a+b%20c\",\"requestContext\":{\"http\":{\"method\":\"GET\"}}}";

        assertThat(read(event).path()).isEqualTo("/a+b c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]                           | the event is not a JSON object",
                "''                           | the event is not a JSON object",
                "{\"a\":                      | the event is not JSON at offset 5",
                "{\"rawPath\":\"/\"}          | the event has no requestContext.http.method",
                "{\"requestContext\":null}    | the event has no requestContext.http.method",
                "{\"requestContext\":1}       | the event's requestContext is not an object",
                "{\"headers\":[]}             | the event's headers is not an object",
                "{\"headers\":{\"a\":[]}}     | the event's a header is not a text",
                "{\"cookies\":{}}             | the event's cookies is not a list",
                "{\"body\":{}}                | the event's body is not a text",
                "{\"isBase64Encoded\":{}}   | the event's isBase64Encoded is neither true nor false",
                "{\"version\":\"1.0\"}        | the event's payload format is not 2.0, which Function"
                        + " URLs send",
            })
    void refusesWhatIsNoRequestAndSaysWhy(String event, String message) {
        assertRefused(event).withMessage(message);
    }

    @Test
    void refusesAnEventThatIsTooDeepToRead() {
        assertRefused(event("\"other\":" + "[".repeat(40) + "]".repeat(40)))
                .withMessage("the event is too deep, or a text in it too long");
    }

    @Test
    void takesABodyOfTheLargestSize() throws Exception {
        String body = "x".repeat(6 << 20);

        assertThat(read(event("\"body\":\"" + body + "\"")).body()).hasSize(6 << 20);
    }

    @Test
    void refusesAnEmptyMethodAndAPathThatIsNone() {
        assertRefused("{\"rawPath\":\"/\",\"requestContext\":{\"http\":{\"method\":\"\"}}}")
                .withMessage("the event has no requestContext.http.method");
        assertRefused("{\"requestContext\":{\"http\":{\"method\":\"GET\"}}}")
                .withMessage("the event has no rawPath that begins with /");
        assertRefused("{\"rawPath\":\"x\",\"requestContext\":{\"http\":{\"method\":\"GET\"}}}")
                .withMessage("the event has no rawPath that begins with /");
        assertRefused("{\"rawPath\":\"/\",\"requestContext\":{\"http\":null}}")
                .withMessage("the event has no requestContext.http.method");
    }

    @Test
    void refusesABodyThatIsNotTheBase64ItClaimsToBe() {
        assertRefused(event("\"body\":\"***\",\"isBase64Encoded\":true"))
                .withMessage("the event's body is not base64, as it claims to be");
    }

    @Test
    void aMistakeInTheEventIsToldWithoutQuotingIt() {
        assertRefused("{\"body\":\"my secret prompt\", oops}")
                .satisfies(e -> assertThat(e).hasMessageNotContainingAny("secret", "oops"));
    }

    private static org.assertj.core.api.ThrowableAssertAlternative<MalformedEventException>
            assertRefused(String event) {
        return assertThatExceptionOfType(MalformedEventException.class)
                .isThrownBy(() -> read(event));
    }

    private static String event(String members) {
        return "{\"rawPath\":\"/\",\"requestContext\":{\"http\":{\"method\":\"GET\"}},"
                + members
                + "}";
    }

    private static Request read(String event) throws IOException, MalformedEventException {
        return new FunctionUrlEvent("fallback")
                .read(
                        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                        new Deadline(0));
    }
}
