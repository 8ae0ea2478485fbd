package spillway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.chat.Usage;
import spillway.usage.Cost;
import spillway.usage.PriceTable;

class PricesTest {
    private static final Instant TODAY = Instant.parse("2026-11-25T12:00:00Z");
    private static final Usage MILLION_IN = new Usage(1_000_000, 0, 0, 0, 0, false);
    private static final Usage MILLION_OUT = new Usage(0, 1_000_000, 0, 0, 0, false);

    @Test
    void theModelsOfTheRouteWithoutAFileHavePublicPrices() throws Exception {
        Map<String, String> keys = Map.of("OPENAI_API_KEY", "k", "ANTHROPIC_API_KEY", "k");

        PriceTable prices = DefaultConfig.from(keys, "p2c").prices();

        assertThat(usd(prices, "openai", "gpt-6-luna", MILLION_OUT)).isEqualTo("0.5");
        assertThat(usd(prices, "anthropic", "claude-haiku-5-5", MILLION_OUT)).isEqualTo("0.5");
    }

    @Test
    void publicPricesKnowLongPromptsCachesAndPricesOfThePast() throws Exception {
        PriceTable prices = prices("");

        assertThat(usd(prices, "anthropic", "claude-haiku-5-5", input(100_000))).isEqualTo("0.01");
        assertThat(usd(prices, "anthropic", "claude-haiku-5-5", input(100_001)))
                .isEqualTo("0.0500005");
        Usage cached = new Usage(100_000, 0, 100_000, 0, 0, false);
        Instant before = Instant.parse("2026-10-06T23:59:59Z");
        assertThat(usd(prices, "anthropic", "claude-sonnet-5-5", cached)).isEqualTo("0.01");
        assertThat(prices.cost("anthropic", "claude-sonnet-5-5", cached, before))
                .isEqualTo(new Cost(20_000_000_000L, false));
    }

    @Test
    void whoeverSpeaksTheWireOfAVendorHasItsPricesUnlessOthersAreSaid() throws Exception {
        PriceTable prices =
                prices(
                        "\"house/gpt-6-luna\": [{\"input\": 0.000001, \"output\": 7}],"
                                + "\"openai/gpt-6-luna\": []");

        assertThat(usd(prices, "house", "gpt-6-sol", MILLION_IN)).isEqualTo("4");
        assertThat(usd(prices, "house", "gpt-6-luna", MILLION_IN)).isEqualTo("0.000001");
        assertThat(usd(prices, "house", "gpt-6-luna", MILLION_OUT)).isEqualTo("7");
        assertThat(usd(prices, "openai", "gpt-6-luna", MILLION_IN)).isNull();
        assertThat(usd(prices, "openai", "claude-haiku-5-5", MILLION_IN)).isNull();
        assertThat(usd(prices, "mock", "gpt-6-luna", MILLION_IN)).isNull();
    }

    @Test
    void whatATariffDoesNotSayIsAtThePriceOfItsWhole() throws Exception {
        PriceTable prices =
                prices(
                        """
                        "openai/gpt-6-luna": [
                          {"from": "2026-12-01", "input": 9, "output": 9},
                          {"from": "2026-11-25", "source": "the contract", "input": 2, "output": 4,
                           "above": [{"input_tokens": 10, "input": 3, "cache_read": 1, "output": 5, "reasoning": 6}]},
                        ]
                        """);

        assertThat(usd(prices, "openai", "gpt-6-luna", new Usage(10, 2, 4, 4, 1, false)))
                .isEqualTo("0.000028");
        assertThat(usd(prices, "openai", "gpt-6-luna", new Usage(11, 2, 4, 4, 1, false)))
                .isEqualTo("0.000036");
    }

    @Test
    void tellsEveryMistakeWithItsPosition() {
        assertThat(
                        mistakes(
                                """
                                {"openai/gpt-6-luna": [
                                  {"from": "soon", "input": "1", "output": -1},
                                  {"input": 0.1234567, "output": 100000, "ouput": 1},
                                  {"input": 1},
                                  7,
                                  {"input": 1, "output": 1, "above": [
                                    {"input_tokens": 10, "input": 1, "output": 1},
                                    {"input_tokens": 10, "input": 1, "output": 1},
                                    {"input_tokens": 0, "input": 1, "output": 1},
                                    {"input": 1, "output": 1},
                                    8]},
                                  {"input": 2, "output": 2},
                                  {"from": 5, "input": 1, "output": 1}],
                                 "openai/gpt-6-lunar": [],
                                 "house/gpt-6-sol": {"input": 1},
                                 "nobody/m": []}
                                """))
                .containsExactly(
                        "routes.json:3:12: /prices/openai~1gpt-6-luna/0/from is \"soon\"; a day is needed, such as 2026-11-25",
                        "routes.json:3:29: /prices/openai~1gpt-6-luna/0/input is a string" + NEEDED,
                        "routes.json:3:44: /prices/openai~1gpt-6-luna/0/output is -1" + NEEDED,
                        "routes.json:4:13: /prices/openai~1gpt-6-luna/1/input is 0.1234567"
                                + NEEDED,
                        "routes.json:4:34: /prices/openai~1gpt-6-luna/1/output is 100000" + NEEDED,
                        "routes.json:4:42: /prices/openai~1gpt-6-luna/1/ouput is an unknown field; did you mean \"output\"?",
                        "routes.json:5:3: /prices/openai~1gpt-6-luna/2/output is missing",
                        "routes.json:6:3: /prices/openai~1gpt-6-luna/3 is a number; an object is needed",
                        "routes.json:9:22: /prices/openai~1gpt-6-luna/4/above/1/input_tokens is 10, but the tier before is for more than 10; the shorter prompts come first",
                        "routes.json:10:22: /prices/openai~1gpt-6-luna/4/above/2/input_tokens is 0; a whole number from 1 to 1000000000 is needed",
                        "routes.json:11:5: /prices/openai~1gpt-6-luna/4/above/3/input_tokens is missing",
                        "routes.json:12:5: /prices/openai~1gpt-6-luna/4/above/4 is a number; an object is needed",
                        "routes.json:13:3: /prices/openai~1gpt-6-luna/5 begins when another tariff of this model begins",
                        "routes.json:14:12: /prices/openai~1gpt-6-luna/6/from is a number; a string is needed",
                        "routes.json:15:2: /prices/openai~1gpt-6-lunar is a target of no route; did you mean \"openai/gpt-6-luna\"?",
                        "routes.json:16:21: /prices/house~1gpt-6-sol is an object; an array is needed",
                        "routes.json:17:2: /prices/nobody~1m has the unknown provider \"nobody\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e3", "1e-999999999999", "0.0000001", "-0", "123456"})
    void refusesANumberThatIsNoPrice(String number) {
        assertThat(
                        mistakes(
                                "{\"openai/gpt-6-luna\": [{\"input\": "
                                        + number
                                        + ", \"output\": 1}]}"))
                .singleElement()
                .asString()
                .endsWith("is " + number + NEEDED);
    }

    @Test
    void doesNotRepeatANumberWithoutEnd() {
        String number = "1".repeat(500);

        assertThat(
                        mistakes(
                                "{\"openai/gpt-6-luna\": [{\"input\": "
                                        + number
                                        + ", \"output\": 1}]}"))
                .singleElement()
                .asString()
                .endsWith("is a number" + NEEDED);
    }

    @Test
    void aNameWithoutDatePricesATargetWithOne() throws Exception {
        GatewayConfig config =
                read(
                        """
                        {"providers": {"openai": {"kind": "openai"}},
                         "routes": {"r": {"groups": [["openai/gpt-6-luna-2026-09-22"]]}},
                         "prices": {"openai/gpt-6-luna": [{"input": 1, "output": 1}]}}
                        """);

        assertThat(usd(config.prices(), "openai", "gpt-6-luna-2026-09-22", MILLION_IN))
                .isEqualTo("1");
    }

    @Test
    void everyPublicPriceSaysWhereItWasReadAndNoCachedTokenCostsMoreThanAnotherButToWrite()
            throws Exception {
        int tariffs = 0;
        for (JsonNode vendor : file()) {
            for (JsonNode model : vendor) {
                for (JsonNode tariff : model) {
                    tariffs++;
                    assertThat(tariff.path("source").asText()).contains("/");
                    assertThat(tariff.get("input").decimalValue())
                            .isGreaterThanOrEqualTo(tariff.get("cache_read").decimalValue())
                            .isLessThan(tariff.get("output").decimalValue());
                }
            }
        }

        assertThat(tariffs).isGreaterThan(20);
        assertThat(ListPrices.read().keySet()).containsExactlyInAnyOrder("openai", "anthropic");
    }

    private static final String NEEDED =
            "; US dollars per million tokens are needed, from 0 to 99999.999999 with at most six decimals, such as 0.25";

    private static JsonNode file() throws IOException {
        try (InputStream in = ListPrices.class.getResourceAsStream("prices.jsonc")) {
            return JsonMapper.builder()
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .build()
                    .readTree(in);
        }
    }

    private static PriceTable prices(String said) throws ConfigException {
        return read(document("{" + said + "}")).prices();
    }

    private static List<String> mistakes(String prices) {
        return Objects.requireNonNull(
                        catchThrowableOfType(ConfigException.class, () -> read(document(prices))))
                .mistakes();
    }

    /** The prices begin on its first line. */
    private static String document(String prices) {
        return "{\"providers\":{\"openai\":{\"kind\":\"openai\"},\"anthropic\":{\"kind\":\"anthropic\"},"
                + "\"house\":{\"kind\":\"openai\",\"base_url\":\"https://llm.example/v1\"},\"mock\":{\"kind\":\"scripted\"}},"
                + "\"routes\":{\"r\":{\"groups\":[[\"openai/gpt-6-luna\",\"house/gpt-6-luna\",\"house/gpt-6-sol\"]]}},\n"
                + "\"prices\":"
                + prices
                + "}";
    }

    private static GatewayConfig read(String document) throws ConfigException {
        return RoutesFile.read(
                "routes.json", document.getBytes(StandardCharsets.UTF_8), List.of("p2c"), Map.of());
    }

    private static Usage input(long tokens) {
        return new Usage(tokens, 0, 0, 0, 0, false);
    }

    private static @Nullable String usd(
            PriceTable prices, String provider, String model, Usage usage) {
        Cost cost = prices.cost(provider, model, usage, TODAY);
        return cost == null ? null : cost.text();
    }
}
