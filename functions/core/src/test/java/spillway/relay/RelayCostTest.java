package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.attempt.TapeProvider.opened;
import static spillway.attempt.TapeProvider.playing;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import spillway.attempt.AttemptReport;
import spillway.audit.AuditEvent;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.usage.Cost;
import spillway.usage.PriceTable;
import spillway.usage.Tariff;
import spillway.usage.TokenPrices;

class RelayCostTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    private final Stage stage = new Stage();

    RelayCostTest() {
        stage.prices =
                new PriceTable(
                        Map.of(
                                "a/model-a", from(Instant.MIN, 1),
                                "b/model-b", from(Instant.MIN, 10)));
    }

    @Test
    void everyReportOfUsageSaysWhatItHasCostAndTheEndSaysIt() {
        stage.with("a", playing(opened().cost(5, 0).say("hello").cost(5, 2).finish()));

        List<AnswerEvent> events = drain();

        assertThat(costsSoFar(events)).containsExactly(new Cost(5, false), new Cost(7, false));
        assertThat(reports()).extracting(AttemptReport::cost).containsExactly(new Cost(7, false));
        assertThat(ended().attempts()).isEqualTo(reports());
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        AnswerEvent.Done.class,
                        done -> assertThat(done.attempts()).isEqualTo(reports()));
    }

    @Test
    void anAttemptThatBrokeOffCostsWhatItHasUsed() {
        var cut = new ProviderFailure.CutOff("eof");
        stage.with("a", playing(opened().cost(5, 2).say("hello").fail(cut)));

        drain();

        assertThat(reports())
                .singleElement()
                .satisfies(
                        report ->
                                assertThat(report.cost())
                                        .isEqualTo(
                                                new Cost(
                                                        5 + report.usage().outputTokens(),
                                                        report.usage().estimated())));
    }

    @Test
    void whatTheReaderWantedNoMoreCostsWhatWasGeneratedByEstimateIfNobodySaid() {
        stage.with(
                "a",
                playing(
                        opened().say("12345678")
                                .await(new CountDownLatch(1), new StreamEvent.Alive())));
        stage.prompt = "1234";

        try (Answer answer = stage.answer()) {
            assertThat(answer.next(Stage.PATIENCE)).containsInstanceOf(AnswerEvent.Start.class);
        }

        assertThat(reports())
                .extracting(AttemptReport::cost)
                .containsExactly(new Cost(1 + 2, true));
        assertThat(ended().cancelled()).isTrue();
    }

    @Test
    void eachAttemptHasThePricesOfItsOwnTarget() {
        stage.with("a", playing(opened().fail(new ProviderFailure.Unavailable(503, ""))))
                .with("b", playing(opened().cost(3, 0).say("hello").cost(3, 1).finish()));

        List<AnswerEvent> events = drain();

        assertThat(reports())
                .extracting(AttemptReport::cost)
                .containsExactly(Cost.NONE, new Cost(40, false));
        assertThat(costsSoFar(events)).last().isEqualTo(new Cost(40, false));
    }

    @Test
    void theCostOfAModelWithoutPricesIsNotKnownAndNotZero() {
        stage.with("c", playing(opened().cost(3, 0).say("hello").cost(3, 1).finish()));

        List<AnswerEvent> events = drain();

        assertThat(costsSoFar(events)).containsExactly(null, null);
        assertThat(reports()).extracting(AttemptReport::cost).containsExactly((Cost) null);
    }

    @Test
    void thePricesAreThoseOfTheMomentInWhichTheAttemptBegan() {
        List<Tariff> tariffs = new ArrayList<>(from(Instant.MIN, 1));
        tariffs.addAll(from(NOON, 100));
        stage.prices = new PriceTable(Map.of("a/model-a", tariffs));
        var clock = new SettableClock(NOON.minusNanos(1));
        stage.clock = clock;
        stage.with("a", playing(opened().say("hello").cost(3, 1).finish()));

        try (Answer answer = stage.answer()) {
            clock.now = NOON;
            Stage.drain(answer);
        }

        assertThat(reports()).extracting(AttemptReport::cost).containsExactly(new Cost(4, false));
    }

    private List<AnswerEvent> drain() {
        try (Answer answer = stage.answer()) {
            return Stage.drain(answer);
        }
    }

    private List<AttemptReport> reports() {
        return stage.audit.all(AuditEvent.Attempted.class).stream()
                .map(AuditEvent.Attempted::report)
                .toList();
    }

    private AuditEvent.Ended ended() {
        return stage.audit.all(AuditEvent.Ended.class).getFirst();
    }

    private static List<@Nullable Cost> costsSoFar(List<AnswerEvent> events) {
        List<@Nullable Cost> costs = new ArrayList<>();
        for (AnswerEvent event : events) {
            if (event instanceof AnswerEvent.UsageSoFar(_, var cost)) {
                costs.add(cost);
            }
        }
        return costs;
    }

    private static List<Tariff> from(Instant begin, long price) {
        var prices = new TokenPrices(price, price, price, price, price);
        return List.of(new Tariff(begin, prices, List.of()));
    }

    /** Says the time that it is told. */
    private static final class SettableClock extends Clock {
        private volatile Instant now;

        SettableClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("nobody asks for this here");
        }
    }
}
