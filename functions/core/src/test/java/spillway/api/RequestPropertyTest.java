package spillway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import spillway.chat.ChatRequest;
import spillway.http.Request;

/** Whatever a client sends: it is a request within its bounds, or a problem that says why not. */
class RequestPropertyTest {

    @Property
    void makesARequestOrAProblemOfAnyJson(@ForAll @From("documents") String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);

        assertMet(
                new NativeDialect("default"),
                Samples.request(
                        "POST",
                        Api.GENERATE,
                        Map.of(),
                        Map.of("content-type", "application/json"),
                        body));
    }

    @Property
    void makesARequestOrAProblemOfAnyQuery(
            @ForAll @Size(max = 6)
                    Map<@From("parameterNames") String, @From("parameters") String> query) {
        assertMet(new EventSourceDialect("default"), Samples.get(Api.STREAM, query));
    }

    private static void assertMet(Dialect dialect, Request request) {
        try {
            assertWithinBounds(dialect.decode(request).request());
        } catch (ProblemException e) {
            assertThat(e.problem().status()).isBetween(400, 499);
            assertThat(e.problem().errors()).isNotEmpty();
        }
    }

    private static void assertWithinBounds(ChatRequest asked) {
        assertThat(asked.messages()).isNotEmpty().hasSizeLessThanOrEqualTo(2000);
        assertThat(asked.stop()).hasSizeLessThanOrEqualTo(4);
        assertThat(asked.tools()).hasSizeLessThanOrEqualTo(128);
        if (asked.maxTokens() != null) {
            assertThat(asked.maxTokens()).isBetween(1, 1_000_000);
        }
        if (asked.temperature() != null) {
            assertThat(asked.temperature()).isBetween(0.0, 2.0);
        }
        if (asked.topP() != null) {
            assertThat(asked.topP()).isBetween(0.0, 1.0);
        }
    }

    @Provide
    Arbitrary<String> documents() {
        return object(4);
    }

    @Provide
    Arbitrary<String> parameterNames() {
        return Arbitraries.of(
                "prompt",
                "route",
                "model",
                "system",
                "max_tokens",
                "temperature",
                "lastEventId",
                "prmpt",
                "");
    }

    @Provide
    Arbitrary<String> parameters() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "",
                        " ",
                        "hello",
                        "0",
                        "1",
                        "-1",
                        "2.0",
                        "1e3",
                        "NaN",
                        "Infinity",
                        "0x1p3",
                        "99999999999999999999",
                        "1_0",
                        "\u0661"),
                Arbitraries.strings().all().ofMaxLength(10));
    }

    private static Arbitrary<String> object(int depth) {
        Arbitrary<String> name =
                Arbitraries.of(
                        "model",
                        "route",
                        "messages",
                        "prompt",
                        "max_tokens",
                        "temperature",
                        "top_p",
                        "stop",
                        "tools",
                        "tool_choice",
                        "role",
                        "content",
                        "tool_calls",
                        "tool_call_id",
                        "id",
                        "name",
                        "arguments",
                        "description",
                        "parameters",
                        "type",
                        "seed");
        return Combinators.combine(name, value(depth - 1))
                .as((key, value) -> "\"" + key + "\":" + value)
                .list()
                .uniqueElements(member -> member.substring(0, member.indexOf(':')))
                .ofMaxSize(5)
                .map(members -> "{" + String.join(",", members) + "}");
    }

    private static Arbitrary<String> value(int depth) {
        Arbitrary<String> leaf =
                Arbitraries.of(
                        "null",
                        "true",
                        "0",
                        "1",
                        "0.5",
                        "-1",
                        "3",
                        "1e999",
                        "1e-999",
                        "123456789012345678901234567890",
                        "\"\"",
                        "\" \"",
                        "\"hi\"",
                        "\"user\"",
                        "\"system\"",
                        "\"assistant\"",
                        "\"tool\"",
                        "\"{}\"",
                        "\"{\\\"a\\\":1}\"",
                        "\"auto\"",
                        "\"required\"",
                        "\"\\ud83d\"",
                        "[]",
                        "{}");
        if (depth == 0) {
            return leaf;
        }
        return Arbitraries.oneOf(
                leaf,
                object(depth),
                value(depth - 1)
                        .list()
                        .ofMaxSize(3)
                        .map(elements -> "[" + String.join(",", elements) + "]"));
    }
}
