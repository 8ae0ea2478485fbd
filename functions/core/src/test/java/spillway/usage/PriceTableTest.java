package spillway.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.Target;
import spillway.chat.Usage;

class PriceTableTest {
    private static final Instant BEGIN = Instant.parse("2026-10-07T00:00:00Z");
    private static final Instant LATER = BEGIN.plus(Duration.ofDays(30));
    private static final TokenPrices PRICES = usd("2", "0.2", "2.5", "10", "12");

    @Test
    void eachSortOfTokenHasItsPriceAndIsCountedOnce() {
        var usage = new Usage(1000, 500, 600, 100, 200, false);

        Cost cost = cost(table(new Tariff(BEGIN, PRICES, List.of())), usage, LATER);

        // 300 × 2 + 600 × 0.2 + 100 × 2.5 + 300 × 10 + 200 × 12, each per million tokens.
        assertThat(cost).isEqualTo(new Cost(6_370_000_000L, false));
        assertThat(Objects.requireNonNull(cost).text()).isEqualTo("0.00637");
    }

    @Test
    void anEstimatedUseHasAnEstimatedCost() {
        var usage = new Usage(10, 0, 0, 0, 0, true);

        Cost cost = cost(table(new Tariff(BEGIN, PRICES, List.of())), usage, LATER);

        assertThat(cost).isEqualTo(new Cost(20_000_000, true));
    }

    @Test
    void aPartThatIsReportedLargerThanItsWholeIsBilledAndNothingBelowZero() {
        var usage = new Usage(10, 10, 40, 0, 30, false);

        Cost cost = cost(table(new Tariff(BEGIN, PRICES, List.of())), usage, LATER);

        assertThat(cost).isEqualTo(new Cost(40 * 200_000 + 30 * 12_000_000L, false));
    }

    @ParameterizedTest
    @CsvSource({"99999,1", "100000,1", "100001,5", "200000,5", "200001,7", "900000,7"})
    void aPromptIsOfTheTierThatItIsAboveAndAllItsTokensAre(long input, long price) {
        var tariff =
                new Tariff(
                        BEGIN,
                        flat(1),
                        List.of(
                                new Tariff.Tier(100_000, flat(5)),
                                new Tariff.Tier(200_000, flat(7))));

        Cost cost = cost(table(tariff), new Usage(input, 3, 0, 0, 0, false), LATER);

        assertThat(cost).isEqualTo(new Cost((input + 3) * price, false));
    }

    @Test
    void cachedTokensCountForTheLengthOfAPrompt() {
        var tariff = new Tariff(BEGIN, flat(1), List.of(new Tariff.Tier(100, flat(5))));

        Cost cost = cost(table(tariff), new Usage(101, 0, 101, 0, 0, false), LATER);

        assertThat(cost).isEqualTo(new Cost(505, false));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-10-06T23:59:59.999999999Z,1",
        "2026-10-07T00:00:00Z,2",
        "2026-11-05T23:59:59.999999999Z,2",
        "2026-11-06T00:00:00Z,3"
    })
    void theNewestTariffThatHadBegunAppliesWhateverTheOrder(Instant startedAt, long price) {
        var table =
                table(
                        new Tariff(LATER, flat(3), List.of()),
                        new Tariff(Instant.MIN, flat(1), List.of()),
                        new Tariff(BEGIN, flat(2), List.of()));

        Cost cost = cost(table, new Usage(1, 0, 0, 0, 0, false), startedAt);

        assertThat(cost).isEqualTo(new Cost(price, false));
    }

    @Test
    void beforeItsFirstTariffAModelHasNoKnownCost() {
        var table = table(new Tariff(BEGIN, PRICES, List.of()));

        assertThat(cost(table, new Usage(1, 0, 0, 0, 0, false), BEGIN.minusNanos(1))).isNull();
        assertThat(table.knows("vendor", "model", BEGIN.minusNanos(1))).isFalse();
        assertThat(table.knows("vendor", "model", BEGIN)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "model, 1",
        "model-2026-10-07, 1",
        "model-20261007, 1",
        "model-fixed-20261007, 9",
        "model-mini, ",
        "model-2026, ",
        "model-2026-10-07-preview, ",
        "mode, ",
        "-20261007, "
    })
    void aDatedNameHasThePricesOfItsNameAndNoOtherIsAlike(String model, @Nullable Long price) {
        var table =
                new PriceTable(
                        Map.of(
                                "vendor/model", always(flat(1)),
                                "vendor/model-fixed", always(flat(8)),
                                "vendor/model-fixed-20261007", always(flat(9)),
                                "other/model-mini", always(flat(7))));

        Cost cost = table.cost("vendor", model, new Usage(1, 0, 0, 0, 0, false), LATER);

        assertThat(cost).isEqualTo(price == null ? null : new Cost(price, false));
    }

    @Test
    void whatHasUsedNothingCostsNothingAtAnyPrice() {
        assertThat(cost(PriceTable.NONE, Usage.NONE, LATER)).isEqualTo(Cost.NONE);
        assertThat(cost(PriceTable.NONE, new Usage(1, 0, 0, 0, 0, false), LATER)).isNull();
    }

    @Test
    void countsThatCannotBeTrueHaveNoCostInsteadOfAWrongOne() {
        var table = table(new Tariff(BEGIN, PRICES, List.of()));
        long absurd = Long.MAX_VALUE / 2 + 1;

        assertThat(cost(table, new Usage(absurd, 0, 0, 0, 0, false), LATER)).isNull();
        assertThat(cost(table, new Usage(0, 0, absurd, absurd, 0, false), LATER)).isNull();
        assertThat(Cost.sum(new Cost(Long.MAX_VALUE, false), new Cost(1, false))).isNull();
    }

    /** Against arithmetic of another kind, over what two thousand calls may have used. */
    @Test
    void theSumOfTheAttemptsIsTheCostOfTheAnswerToThePicoDollar() {
        var random = new Random(8);
        for (int answer = 0; answer < 500; answer++) {
            TokenPrices prices = anyPrices(random);
            var table = table(new Tariff(BEGIN, prices, List.of()));
            List<AttemptReport> attempts = new ArrayList<>();
            BigDecimal expected = BigDecimal.ZERO;
            boolean estimated = false;
            for (int i = 0; i <= random.nextInt(8); i++) {
                Usage usage = anyUsage(random);
                attempts.add(attempt(usage, cost(table, usage, LATER)));
                expected = expected.add(reference(prices, usage));
                estimated |= usage.estimated();
            }

            Cost whole = Objects.requireNonNull(AttemptReport.costOf(attempts));

            assertThat(whole.usd()).isEqualByComparingTo(expected);
            assertThat(whole.text()).isEqualTo(whole.usd().toPlainString()).doesNotContain("E");
            assertThat(whole.estimated()).isEqualTo(estimated);
        }
    }

    @Test
    void anAnswerWithAnAttemptOfUnknownCostHasNoKnownCost() {
        Usage usage = new Usage(1, 1, 0, 0, 0, false);
        AttemptReport known = attempt(usage, new Cost(5, false));

        assertThat(AttemptReport.costOf(List.of(known, attempt(usage, null)))).isNull();
        assertThat(AttemptReport.costOf(List.of(known, known))).isEqualTo(new Cost(10, false));
        assertThat(AttemptReport.costOf(List.of())).isEqualTo(Cost.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 0.000000000001",
        "12500000, 0.0000125",
        "1000000000000, 1",
        "1230000000000000, 1230",
        "9223372036854775807, 9223372.036854775807"
    })
    void isWrittenExactlyAndPlainly(long picoDollars, String text) {
        assertThat(new Cost(picoDollars, false).text()).isEqualTo(text);
        assertThat(new Cost(picoDollars, false).usd()).isEqualTo(new BigDecimal(text));
    }

    @Test
    void refusesWhatNoPriceAndNoTariffCanBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Cost(-1, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new TokenPrices(0, 0, 0, 0, -1));
        var tier = new Tariff.Tier(100, PRICES);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tariff(BEGIN, PRICES, List.of(tier, tier)));
    }

    private static BigDecimal reference(TokenPrices prices, Usage usage) {
        long plain = usage.inputTokens() - usage.cacheReadTokens() - usage.cacheWriteTokens();
        long answer = usage.outputTokens() - usage.reasoningTokens();
        return part(plain, prices.input())
                .add(part(usage.cacheReadTokens(), prices.cacheRead()))
                .add(part(usage.cacheWriteTokens(), prices.cacheWrite()))
                .add(part(answer, prices.output()))
                .add(part(usage.reasoningTokens(), prices.reasoning()));
    }

    private static BigDecimal part(long tokens, long price) {
        return BigDecimal.valueOf(tokens).multiply(BigDecimal.valueOf(price, 12));
    }

    private static Usage anyUsage(Random random) {
        long plain = random.nextInt(300_000);
        long read = random.nextInt(300_000);
        long written = random.nextInt(300_000);
        long reasoning = random.nextInt(100_000);
        long answer = random.nextInt(100_000);
        return new Usage(
                plain + read + written,
                reasoning + answer,
                read,
                written,
                reasoning,
                random.nextInt(5) == 0);
    }

    private static TokenPrices anyPrices(Random random) {
        return new TokenPrices(
                random.nextInt(1, 100_000_000),
                random.nextInt(1, 100_000_000),
                random.nextInt(1, 100_000_000),
                random.nextInt(1, 100_000_000),
                random.nextInt(1, 100_000_000));
    }

    private static @Nullable Cost cost(PriceTable table, Usage usage, Instant startedAt) {
        return table.cost("vendor", "model", usage, startedAt);
    }

    private static AttemptReport attempt(Usage usage, @Nullable Cost cost) {
        return new AttemptReport(
                1,
                new Target("vendor", "model"),
                new AttemptOutcome.Cancelled(),
                null,
                Duration.ZERO,
                usage,
                cost);
    }

    private static PriceTable table(Tariff... tariffs) {
        return new PriceTable(Map.of("vendor/model", List.of(tariffs)));
    }

    private static List<Tariff> always(TokenPrices prices) {
        return List.of(new Tariff(Instant.MIN, prices, List.of()));
    }

    private static TokenPrices flat(long price) {
        return new TokenPrices(price, price, price, price, price);
    }

    /** In US dollars per million tokens. */
    private static TokenPrices usd(
            String input, String cacheRead, String cacheWrite, String output, String reasoning) {
        return new TokenPrices(
                pico(input), pico(cacheRead), pico(cacheWrite), pico(output), pico(reasoning));
    }

    private static long pico(String usdPerMillion) {
        return new BigDecimal(usdPerMillion).movePointRight(6).longValueExact();
    }
}
