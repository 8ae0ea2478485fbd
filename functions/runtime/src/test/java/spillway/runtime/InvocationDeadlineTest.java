package spillway.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvocationDeadlineTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final long MILLI = 1_000_000;

    @Test
    void endsAnInvocationAMarginBeforeItsDeadline() {
        var deadline = InvocationDeadline.of(Long.toString(NOW + 30_000), NOW, 5, 500);

        assertThat(deadline.nanos()).isEqualTo(5 + 30_000 * MILLI);
        assertThat(deadline.expiryNanos()).isEqualTo(5 + 29_500 * MILLI);
    }

    @Test
    void leavesHalfOfAShortTimeToTheHandler() {
        var deadline = InvocationDeadline.of(Long.toString(NOW + 400), NOW, 0, 500);

        assertThat(deadline.expiryNanos()).isEqualTo(200 * MILLI);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "600000", "1799999999999", "1800000000000", "-1"})
    void takesTheLongestTimeOutWhenTheDeadlineIsUnknown(String header) {
        var deadline = InvocationDeadline.of(header, NOW, 0, 500);

        assertThat(deadline.nanos()).isEqualTo(900_000 * MILLI);
    }

    @Test
    void takesNoDeadlineBeyondTheLongestTimeOut() {
        var deadline = InvocationDeadline.of(Long.toString(Long.MAX_VALUE), NOW, 0, 500);

        assertThat(deadline.nanos()).isEqualTo(900_000 * MILLI);
    }
}
