package spillway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.routing.Tries.DailyCap;
import spillway.routing.Tries.Hedge;

class TriesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final DailyCap ONE = new DailyCap.Count(1);

    @ParameterizedTest
    @CsvSource({"0,19,false", "0,20,true", "1,39,false", "1,40,true", "0,0,false"})
    void aShareIsOfTheRequestsUntilThen(long hedges, long requests, boolean allowed) {
        assertThat(new DailyCap.Share(0.05).allows(hedges, requests)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"0,true", "1,true", "2,false"})
    void aCountIsOfHedges(long hedges, boolean allowed) {
        assertThat(new DailyCap.Count(2).allows(hedges, 1)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2})
    void refusesMoreRetriesThanOne(int retries) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tries(retries, null))
                .withMessage("retries is " + retries + "; 0 or 1 is needed");
    }

    @Test
    void refusesAHedgeThatComesAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hedge(Duration.ZERO, SECOND, ONE))
                .withMessage("a hedge comes after PT0S; at least 1 ms is needed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hedge(null, Duration.ofNanos(1), ONE))
                .withMessage("a hedge comes after PT0.000000001S; at least 1 ms is needed");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void refusesAShareThatIsNone(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DailyCap.Share(share))
                .withMessage("a share is " + share + "; from 0 to 1 is needed");
    }

    @Test
    void refusesANegativeCap() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DailyCap.Count(-1))
                .withMessage("a cap is -1; at least 0 is needed");
    }
}
