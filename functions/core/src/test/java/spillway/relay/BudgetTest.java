package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import spillway.attempt.Timers;
import spillway.time.Deadline;

class BudgetTest {
    private static final Duration FOUR_SECONDS = Duration.ofSeconds(4);
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    /** Near the end of the range, where a clock that has no origin may well be. */
    private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);

    @Test
    void theOnlyOtherTargetLeavesTheTimerAsItIs() {
        Budget budget = budget(FOUR_SECONDS, A_MINUTE);

        assertThat(budget.firstContent(Timers.DEFAULT, 1)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void thoseBeforeTheLastShareTheBudgetEqually() {
        Budget budget = budget(FOUR_SECONDS, A_MINUTE);

        assertThat(budget.firstContent(Timers.DEFAULT, 2)).isEqualTo(Duration.ofSeconds(2));
        assertThat(budget.firstContent(Timers.DEFAULT, 4)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whatOneDoesNotUseGoesToTheNext() {
        Budget budget = budget(FOUR_SECONDS, A_MINUTE);
        budget.firstContent(Timers.DEFAULT, 2);

        pass(Duration.ofMillis(1500));

        assertThat(budget.firstContent(Timers.DEFAULT, 1)).isEqualTo(Duration.ofMillis(2500));
    }

    @Test
    void theLastMayTakeItsOwnTime() {
        Budget budget = budget(FOUR_SECONDS, A_MINUTE);

        pass(Duration.ofSeconds(10));

        assertThat(budget.firstContent(Timers.DEFAULT, 0)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void anotherCanBeStartedUntilItIsSpent() {
        Budget budget = budget(FOUR_SECONDS, A_MINUTE);

        assertThat(budget.canStart()).isTrue();
        pass(FOUR_SECONDS.minusNanos(1));
        assertThat(budget.canStart()).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(budget.canStart()).isFalse();
    }

    @Test
    void nobodyCanBeStartedWhenTheAnswerMustEnd() {
        Budget budget = budget(FOUR_SECONDS, Duration.ofSeconds(2));

        pass(Duration.ofSeconds(1));

        assertThat(budget.canStart()).isFalse();
    }

    @Test
    void noShareIsTooSmallToShowThatATargetIsWell() {
        Budget budget = budget(FOUR_SECONDS, A_MINUTE);

        pass(Duration.ofSeconds(10));

        assertThat(budget.firstContent(Timers.DEFAULT, 1)).isEqualTo(Budget.LEAST);
    }

    @Test
    void afterABreakItBeginsAgain() {
        Budget budget = budget(FOUR_SECONDS, A_MINUTE);
        pass(Duration.ofSeconds(10));

        budget.startAgain();

        assertThat(budget.firstContent(Timers.DEFAULT, 2)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aTimerBelowTheLeastShareStaysAsItIs() {
        Duration tiny = Duration.ofMillis(5);
        Timers timers = new Timers(tiny, tiny, tiny, tiny, tiny);

        assertThat(budget(FOUR_SECONDS, A_MINUTE).firstContent(timers, 1)).isEqualTo(tiny);
    }

    @Test
    void aNearDeadlineLeavesTimeForTheLastToo() {
        Budget budget = budget(FOUR_SECONDS, Duration.ofSeconds(3));

        assertThat(budget.firstContent(Timers.DEFAULT, 1)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void endsAMarginBeforeTheDeadline() {
        Budget budget = budget(FOUR_SECONDS, A_MINUTE);
        assertThat(budget.within(Duration.ofHours(1))).isEqualTo(A_MINUTE.minus(Budget.MARGIN));

        pass(A_MINUTE.minus(Budget.MARGIN).minusNanos(1));
        assertThat(budget.isOver()).isFalse();
        pass(Duration.ofNanos(1));

        assertThat(budget.isOver()).isTrue();
        assertThat(budget.within(Duration.ofHours(1))).isZero();
    }

    @Test
    void drainsWithinWhatIsLeftOfTheMargin() {
        Budget budget = budget(FOUR_SECONDS, A_MINUTE);
        assertThat(budget.forDrain()).isEqualTo(Duration.ofMillis(800));

        pass(A_MINUTE.minus(Budget.MARGIN));
        assertThat(budget.forDrain()).isEqualTo(Duration.ofMillis(500));
        pass(A_MINUTE);

        assertThat(budget.forDrain()).isZero();
    }

    private Budget budget(Duration failover, Duration untilDeadline) {
        return new Budget(
                time.get(), failover, Deadline.after(untilDeadline, time::get), time::get);
    }

    private void pass(Duration span) {
        time.addAndGet(span.toNanos());
    }
}
