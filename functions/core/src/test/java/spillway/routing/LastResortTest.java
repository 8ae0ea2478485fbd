package spillway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.health.Boards;
import spillway.health.TargetHealth;
import spillway.health.TargetHealth.State;
import spillway.routing.Candidate.Standing;

/** Who is worth a try when nobody better is left. */
class LastResortTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @Test
    void isTheOneThatIsFreeSoonest() {
        assertThat(of(open("a", 9_000), open("b", 3_000), open("c", 6_000))).isEqualTo("b");
    }

    @Test
    void isTheFirstOfThoseThatAreAlike() {
        assertThat(of(open("a", 3_000), open("b", 3_000))).isEqualTo("a");
    }

    @Test
    void isOneThatIsWellRatherThanOneThatIsOpenHoweverLongDue() {
        assertThat(of(open("a", -60_000), TargetHealth.well("x/b"))).isEqualTo("b");
    }

    @Test
    void isOneThatHasCooledRatherThanOneThatIsOpen() {
        assertThat(of(open("a", -60_000), cooling("b", -10))).isEqualTo("b");
    }

    @Test
    void countsTheLongerOfCooldownAndOpening() {
        TargetHealth opensLonger = health("a", State.OPEN, 600, 100, null);
        TargetHealth coolsLonger = health("b", State.OPEN, 200, 900, null);

        assertThat(of(opensLonger, coolsLonger)).isEqualTo("a");
        assertThat(of(coolsLonger, open("c", 500))).isEqualTo("c");
    }

    @ParameterizedTest
    @ValueSource(ints = {-5, 0, 1_000})
    void mayBeOneThatHasNearlyCooled(int millis) {
        assertThat(of(cooling("a", millis))).isEqualTo("a");
    }

    @Test
    void isNobodyWhoCoolsForLonger() {
        assertThat(of(cooling("a", 1_001))).isNull();
        assertThat(of(cooling("a", 1_001), open("b", 50_000))).isEqualTo("b");
    }

    @Test
    void isNobodyWhoRefusesOurAccount() {
        assertThat(of(health("a", State.OPEN, -5, null, "account_refused"))).isNull();
    }

    @Test
    void isNobodyWhereNobodyIsHeldBack() {
        assertThat(LastResort.of(List.of(), Boards.shared(NOW), NOW)).isEmpty();
    }

    @Test
    void saysWhyItIsTriedAllTheSame() {
        Candidate last = candidate("a").asLastResort();

        assertThat(last.standing()).isEqualTo(Standing.LAST_RESORT);
        assertThat(last.reason()).isEqualTo("open: unavailable, but nobody is better");
        assertThat(last.member()).isEqualTo(candidate("a").member());
    }

    /** Who is chosen of those targets, in that order; null if nobody is. */
    private static @Nullable String of(TargetHealth... healths) {
        List<Candidate> heldBack =
                Arrays.stream(healths)
                        .map(health -> candidate(health.target().substring(2)))
                        .toList();
        Optional<Candidate> chosen = LastResort.of(heldBack, Boards.shared(NOW, healths), NOW);
        chosen.ifPresent(one -> assertThat(heldBack).contains(one));
        return chosen.map(one -> one.member().target().model()).orElse(null);
    }

    private static Candidate candidate(String model) {
        var member = new Route.Member(new Target("x", model), 1, Timers.DEFAULT);
        return new Candidate(member, 0, Standing.HELD_BACK, 0, "open: unavailable");
    }

    private static TargetHealth open(String model, int millis) {
        return health(model, State.OPEN, millis, null, null);
    }

    private static TargetHealth cooling(String model, int millis) {
        return health(model, State.CLOSED, null, millis, null);
    }

    private static TargetHealth health(
            String model,
            State state,
            @Nullable Integer openMillis,
            @Nullable Integer coolMillis,
            @Nullable String disabledFor) {
        return new TargetHealth(
                "x/" + model,
                state,
                1,
                NOW.minus(Duration.ofMinutes(2)),
                openMillis == null ? null : NOW.plusMillis(openMillis),
                1,
                0,
                null,
                coolMillis == null ? null : NOW.plusMillis(coolMillis),
                disabledFor,
                "unavailable");
    }
}
