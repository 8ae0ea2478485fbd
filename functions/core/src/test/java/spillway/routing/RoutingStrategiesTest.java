package spillway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.health.Board;
import spillway.health.Boards;
import spillway.health.LocalView;
import spillway.health.TargetHealth;
import spillway.health.TargetHealth.State;
import spillway.routing.Candidate.Standing;

class RoutingStrategiesTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final Route.Member A = member("a", 1);
    private static final Route.Member B = member("b", 1);
    private static final Route.Member C = member("c", 1);

    private final RoutingStrategies strategies = new RoutingStrategies(Map.of());

    @Test
    void knowsItsStrategiesByName() {
        assertThat(RoutingStrategies.names()).containsExactly("p2c", "weighted", "ordered");
        assertThat(RoutingStrategies.names()).startsWith(RoutingStrategies.DEFAULT);
        assertThat(strategies.named("p2c")).containsInstanceOf(PowerOfTwoChoices.class);
        assertThat(strategies.named("weighted")).containsInstanceOf(Weighted.class);
        assertThat(strategies.named("ordered")).containsInstanceOf(Ordered.class);
        assertThat(strategies.named("fastest")).isEmpty();
    }

    // What every strategy keeps, whatever the board.

    @ParameterizedTest
    @ValueSource(strings = {"p2c", "weighted", "ordered"})
    void listsEveryTargetOnceAndNeverTriesWhatIsHeldBack(String name) {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            Route route = anyRoute(random);
            Board board = anyBoard(route, random);
            LocalView local = anyLocalView(route, random);

            Decision decision = decide(name, route, board, local, seed);

            List<Route.Member> listed =
                    decision.candidates().stream().map(Candidate::member).toList();
            assertThat(listed).containsExactlyInAnyOrderElementsOf(members(route));
            assertThat(decision.toTry()).noneMatch(one -> one.standing() == Standing.HELD_BACK);
            assertThat(decision.candidates().subList(0, decision.toTry().size()))
                    .isEqualTo(decision.toTry());
            for (Candidate candidate : decision.candidates()) {
                assertThat(candidate.reason()).isNotBlank();
                assertThat(candidate.score()).isFinite();
            }
            assertThat(standings(decision, Standing.PROBE)).isLessThanOrEqualTo(1);
            assertThat(standings(decision, Standing.LAST_RESORT)).isLessThanOrEqualTo(1);
            checkWhoMayBeTried(decision);
        }
    }

    private static void checkWhoMayBeTried(Decision decision) {
        boolean isAnyReady = standings(decision, Standing.READY) > 0;
        for (Candidate candidate : decision.toTry()) {
            String id = candidate.member().target().id();
            TargetHealth health = decision.board().of(id);
            assertThat(decision.local().of(id).open()).isFalse();
            switch (candidate.standing()) {
                case READY -> assertThat(health.state()).isNotEqualTo(State.OPEN);
                case PROBE -> {
                    assertThat(health.openUntil()).isBeforeOrEqualTo(NOW);
                    assertThat(isAnyReady || health.disabledFor() != null).isTrue();
                }
                case LAST_RESORT -> {
                    assertThat(isAnyReady).isFalse();
                    assertThat(health.disabledFor()).isNull();
                }
                case HELD_BACK -> throw new AssertionError("held back, but to be tried");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"p2c", "weighted", "ordered"})
    void decidesTheSameWhenReplayed(String name) {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            Route route = anyRoute(random);
            Decision first =
                    decide(name, route, anyBoard(route, random), anyLocalView(route, random), seed);

            Decision replayed =
                    new RoutingStrategies(Map.of())
                            .named(name)
                            .orElseThrow()
                            .decide(
                                    first.route(),
                                    first.board(),
                                    first.local(),
                                    first.at(),
                                    first.seed());

            assertThat(replayed).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"p2c", "weighted", "ordered"})
    void triesEveryTargetOfAGroupBeforeTheNext(String name) {
        Route route = route(List.of(A, B), List.of(C));
        for (long seed = 0; seed < 200; seed++) {
            List<Candidate> order = decide(name, route, well(), LocalView.NOTHING, seed).toTry();

            assertThat(order).extracting(Candidate::group).containsExactly(0, 0, 1);
            assertThat(order).extracting(Candidate::standing).containsOnly(Standing.READY);
        }
    }

    // Standings.

    @Test
    void probesOneThatIsDueBeforeThoseThatAreReady() {
        Board board = board(open("a", -1), open("b", -1));

        Decision decision = ordered(route(List.of(A, B, C)), board);

        assertThat(ids(decision)).containsExactly("x/a", "x/c", "x/b");
        assertThat(standingsOf(decision))
                .containsExactly(Standing.PROBE, Standing.READY, Standing.HELD_BACK);
        assertThat(decision.candidates().getFirst().reason())
                .isEqualTo("open: unavailable, due for a probe");
    }

    @Test
    void doesNotProbeWhatIsNotDueOrBeingProbed() {
        TargetHealth probed = health("b", State.OPEN, -1, 5, null, null);
        Board board = board(open("a", 3), probed);

        Decision decision = ordered(route(List.of(A, B, C)), board);

        assertThat(standingsOf(decision))
                .containsExactly(Standing.READY, Standing.HELD_BACK, Standing.HELD_BACK);
        assertThat(decision.candidates().get(1).reason())
                .isEqualTo("open: unavailable, for 3000 ms more");
        assertThat(decision.candidates().get(2).reason())
                .isEqualTo("open: unavailable, a probe is running");
    }

    @Test
    void probesAgainWhenTheLeaseHasRunOut() {
        Board board = board(health("a", State.OPEN, -10, -1, null, null));

        assertThat(standingsOf(ordered(route(List.of(A, B)), board)))
                .containsExactly(Standing.PROBE, Standing.READY);
    }

    @Test
    void takesTheOneThatIsFreeSoonestWhenNobodyIsWell() {
        Board board = board(open("a", 9), open("b", 3), open("c", 6));

        Decision decision = ordered(route(List.of(A), List.of(B, C)), board);

        assertThat(ids(decision)).containsExactly("x/b", "x/a", "x/c");
        assertThat(standingsOf(decision))
                .containsExactly(Standing.LAST_RESORT, Standing.HELD_BACK, Standing.HELD_BACK);
        assertThat(decision.candidates().getFirst().reason()).endsWith("but nobody is better");
        assertThat(decision.toTry()).hasSize(1);
    }

    @Test
    void needsNoLeaseToTryTheOnlyTargetThereIs() {
        Decision decision = ordered(route(List.of(A)), board(open("a", -1)));

        assertThat(standingsOf(decision)).containsExactly(Standing.LAST_RESORT);
    }

    @Test
    void probesARefusedAccountEvenWhenNobodyElseIsReady() {
        TargetHealth due = health("a", State.OPEN, -1, null, null, "account_refused");
        TargetHealth notDue = health("a", State.OPEN, 100, null, null, "account_refused");

        assertThat(standingsOf(ordered(route(List.of(A)), board(due))))
                .containsExactly(Standing.PROBE);
        assertThat(standingsOf(ordered(route(List.of(A)), board(notDue))))
                .containsExactly(Standing.HELD_BACK);
        assertThat(ordered(route(List.of(A)), board(notDue)).candidates().getFirst().reason())
                .startsWith("account refused: ");
    }

    @Test
    void holdsBackATargetThatCools() {
        TargetHealth cooling = health("a", State.CLOSED, null, null, 2_500L, null);

        Decision decision = ordered(route(List.of(A, B)), board(cooling));
        Decision alone = ordered(route(List.of(A)), board(cooling));

        assertThat(ids(decision)).containsExactly("x/b", "x/a");
        assertThat(decision.candidates().getLast().reason())
                .isEqualTo("cooling for 2500 ms after a rate limit");
        assertThat(standingsOf(alone)).containsExactly(Standing.HELD_BACK);
    }

    @Test
    void triesATargetThatHasNearlyCooledWhenThereIsNoOther() {
        TargetHealth nearly = health("a", State.CLOSED, null, null, 1_000L, null);
        TargetHealth open = open("b", 5);

        Decision decision = ordered(route(List.of(A, B)), board(nearly, open));

        assertThat(ids(decision)).containsExactly("x/a", "x/b");
        assertThat(standingsOf(decision)).containsExactly(Standing.LAST_RESORT, Standing.HELD_BACK);
    }

    @Test
    void countsTheLongerOfCooldownAndOpening() {
        TargetHealth both = health("a", State.OPEN, 200, null, 900L, null);
        both = withOpenUntil(both, NOW.plusMillis(200));
        TargetHealth open = withOpenUntil(open("b", 1), NOW.plusMillis(500));

        assertThat(ids(ordered(route(List.of(A, B)), board(both, open)))).startsWith("x/b");
    }

    @Test
    void holdsBackWhatThisProcessWouldNotAdmit() {
        LocalView local = new LocalView(Map.of("x/a", new LocalView.Seen(0, 0, true)));

        Decision decision = decide("ordered", route(List.of(A, B)), well(), local, 1);
        Decision alone = decide("ordered", route(List.of(A)), well(), local, 1);

        assertThat(ids(decision)).containsExactly("x/b", "x/a");
        assertThat(standingsOf(alone)).containsExactly(Standing.HELD_BACK);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 15, 24, 30, 45})
    void givesATargetThatIsBackAShareThatGrows(int seconds) {
        TargetHealth ramp =
                new TargetHealth(
                        "x/a",
                        State.RAMP,
                        2,
                        NOW.minusSeconds(seconds),
                        null,
                        1,
                        1,
                        null,
                        null,
                        null,
                        "unavailable");
        Route route = route(List.of(A), List.of(B));
        int first = 0;
        for (long seed = 0; seed < 4_000; seed++) {
            Decision decision = decide("ordered", route, board(ramp), LocalView.NOTHING, seed * 31);
            assertThat(standingsOf(decision)).containsOnly(Standing.READY);
            first += ids(decision).getFirst().equals("x/a") ? 1 : 0;
        }

        assertThat(first / 4_000.0).isCloseTo(Math.clamp(seconds / 30.0, 0.1, 1), within(0.03));
    }

    @Test
    void knowsHowLongEachRampIs() {
        spillway.health.BreakerSettings noRamp =
                new spillway.health.BreakerSettings(
                        5,
                        0.5,
                        2,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        Duration.ZERO);
        RoutingStrategy strategy = new Ordered(Map.of("x/a", noRamp));
        TargetHealth ramp =
                new TargetHealth(
                        "x/a", State.RAMP, 2, NOW, null, 1, 1, null, null, null, "unavailable");

        for (long seed = 0; seed < 100; seed++) {
            Decision decision =
                    strategy.decide(
                            route(List.of(A, B)), board(ramp), LocalView.NOTHING, NOW, seed);
            assertThat(ids(decision)).containsExactly("x/a", "x/b");
        }
    }

    // Strategies.

    @Test
    void orderedTakesThemAsWritten() {
        assertThat(ids(ordered(route(List.of(C, A, B)), well())))
                .containsExactly("x/c", "x/a", "x/b");
    }

    @Test
    void weightedGivesEachItsShare() {
        Route route = route(List.of(member("a", 6), member("b", 3), member("c", 1)));

        Map<String, Double> shares = shares("weighted", route, LocalView.NOTHING);

        assertThat(shares.get("x/a")).isCloseTo(0.6, within(0.015));
        assertThat(shares.get("x/b")).isCloseTo(0.3, within(0.015));
        assertThat(shares.get("x/c")).isCloseTo(0.1, within(0.015));
    }

    @Test
    void weightedSharesOutWhatTheSickWouldHaveGot() {
        Route route = route(List.of(member("a", 6), member("b", 3), member("c", 1)));
        int[] first = new int[2];
        for (long seed = 0; seed < 20_000; seed++) {
            Decision decision =
                    decide("weighted", route, board(open("a", 5)), LocalView.NOTHING, seed);
            first[ids(decision).getFirst().equals("x/b") ? 0 : 1]++;
        }

        assertThat(first[0] / 20_000.0).isCloseTo(0.75, within(0.015));
    }

    @Test
    void p2cGivesTargetsThatAreAlikeTheSharesOfTheirWeights() {
        Route route = route(List.of(member("a", 6), member("b", 3), member("c", 1)));

        Map<String, Double> shares = shares("p2c", route, LocalView.NOTHING);

        assertThat(shares.get("x/a")).isCloseTo(0.6, within(0.015));
        assertThat(shares.get("x/b")).isCloseTo(0.3, within(0.015));
        assertThat(shares.get("x/c")).isCloseTo(0.1, within(0.015));
    }

    @Test
    void p2cPrefersTheFasterButStillTriesTheSlowest() {
        LocalView local =
                new LocalView(
                        Map.of(
                                "x/a", new LocalView.Seen(300, 0, false),
                                "x/b", new LocalView.Seen(900, 0, false)));

        Map<String, Double> shares = shares("p2c", route(List.of(A, B)), local);

        assertThat(shares.get("x/a")).isCloseTo(0.75, within(0.015));
        assertThat(shares.get("x/b")).isCloseTo(0.25, within(0.015));
    }

    @Test
    void p2cCountsWhatIsInFlight() {
        LocalView local =
                new LocalView(
                        Map.of(
                                "x/a", new LocalView.Seen(300, 4, false),
                                "x/b", new LocalView.Seen(900, 0, false)));

        assertThat(shares("p2c", route(List.of(A, B)), local).get("x/b"))
                .isCloseTo(0.75, within(0.015));
    }

    @Test
    void p2cTakesAnUnknownTargetForAsFastAsTheFastest() {
        LocalView local =
                new LocalView(
                        Map.of(
                                "x/a", new LocalView.Seen(300, 0, false),
                                "x/b", new LocalView.Seen(900, 0, false)));
        Route route = route(List.of(A, B, C));

        Map<String, Double> shares = shares("p2c", route, local);
        Decision one = decide("p2c", route, well(), local, 7);

        assertThat(shares.get("x/a")).isCloseTo(shares.get("x/c"), within(0.02));
        assertThat(shares.get("x/b")).isCloseTo(1 / 9.0, within(0.015));
        assertThat(one.candidates())
                .extracting(Candidate::reason)
                .contains("well, 300 ms, 0 in flight", "well, time unknown, 0 in flight");
    }

    @Test
    void p2cFallsBackToTheRestInOrderOfScore() {
        LocalView local =
                new LocalView(
                        Map.of(
                                "x/a", new LocalView.Seen(900, 0, false),
                                "x/b", new LocalView.Seen(300, 0, false),
                                "x/c", new LocalView.Seen(600, 0, false)));
        for (long seed = 0; seed < 200; seed++) {
            List<Candidate> order =
                    decide("p2c", route(List.of(A, B, C)), well(), local, seed).toTry();

            assertThat(order.get(1).score()).isLessThanOrEqualTo(order.get(2).score());
        }
    }

    @Test
    void p2cFallsBackByWeightToThoseThatAreAlike() {
        Route route = route(List.of(member("a", 5), member("b", 1), member("c", 4)));
        int fallbacks = 0;
        int toTheHeavier = 0;

        for (long seed = 0; seed < 10_000; seed++) {
            List<String> order = ids(decide("p2c", route, well(), LocalView.NOTHING, seed));
            if (order.getFirst().equals("x/a")) {
                fallbacks++;
                toTheHeavier += order.get(1).equals("x/c") ? 1 : 0;
            }
        }

        assertThat((double) toTheHeavier / fallbacks).isCloseTo(0.8, within(0.02));
    }

    private Map<String, Double> shares(String name, Route route, LocalView local) {
        int times = 20_000;
        Map<String, Double> shares = new HashMap<>();
        for (long seed = 0; seed < times; seed++) {
            String first = ids(decide(name, route, well(), local, seed)).getFirst();
            shares.merge(first, 1.0 / times, Double::sum);
        }
        return shares;
    }

    private Decision ordered(Route route, Board board) {
        return decide("ordered", route, board, LocalView.NOTHING, 1);
    }

    private Decision decide(String name, Route route, Board board, LocalView local, long seed) {
        return strategies.named(name).orElseThrow().decide(route, board, local, NOW, seed);
    }

    private static List<String> ids(Decision decision) {
        return decision.candidates().stream().map(one -> one.member().target().id()).toList();
    }

    private static List<Standing> standingsOf(Decision decision) {
        return decision.candidates().stream().map(Candidate::standing).toList();
    }

    private static long standings(Decision decision, Standing standing) {
        return decision.candidates().stream().filter(one -> one.standing() == standing).count();
    }

    private static List<Route.Member> members(Route route) {
        return route.groups().stream().flatMap(group -> group.members().stream()).toList();
    }

    private static Route.Member member(String model, int weight) {
        return new Route.Member(new Target("x", model), weight, Timers.DEFAULT);
    }

    private static Route route(List<Route.Member> only) {
        return routeOf(List.of(only));
    }

    private static Route route(List<Route.Member> first, List<Route.Member> second) {
        return routeOf(List.of(first, second));
    }

    private static Route routeOf(List<List<Route.Member>> groups) {
        return new Route(
                "r",
                groups.stream().map(Route.Group::new).toList(),
                "ordered",
                Route.DEFAULT_FAILOVER_BUDGET);
    }

    private static Board well() {
        return board();
    }

    private static Board board(TargetHealth... healths) {
        return Boards.shared(NOW, healths);
    }

    private static TargetHealth open(String model, int dueInSeconds) {
        return health(model, State.OPEN, dueInSeconds, null, null, null);
    }

    private static TargetHealth health(
            String model,
            State state,
            @Nullable Integer dueInSeconds,
            @Nullable Integer leaseSeconds,
            @Nullable Long coolMillis,
            @Nullable String disabledFor) {
        return new TargetHealth(
                "x/" + model,
                state,
                1,
                NOW.minusSeconds(20),
                dueInSeconds == null ? null : NOW.plusSeconds(dueInSeconds),
                1,
                0,
                leaseSeconds == null ? null : NOW.plusSeconds(leaseSeconds),
                coolMillis == null ? null : NOW.plusMillis(coolMillis),
                disabledFor,
                "unavailable");
    }

    private static TargetHealth withOpenUntil(TargetHealth health, Instant until) {
        return new TargetHealth(
                health.target(),
                health.state(),
                health.version(),
                health.since(),
                until,
                health.backoff(),
                health.fence(),
                health.probeUntil(),
                health.cooldownUntil(),
                health.disabledFor(),
                health.reason());
    }

    private static Route anyRoute(Random random) {
        List<Route.Group> groups = new ArrayList<>();
        int number = 0;
        for (int group = 0; group <= random.nextInt(3); group++) {
            List<Route.Member> members = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                members.add(member("m" + number++, 1 + random.nextInt(5)));
            }
            groups.add(new Route.Group(members));
        }
        return new Route("any", groups, "p2c", Route.DEFAULT_FAILOVER_BUDGET);
    }

    private static Board anyBoard(Route route, Random random) {
        List<TargetHealth> healths = new ArrayList<>();
        for (Route.Member member : members(route)) {
            State state = List.of(State.values()).get(random.nextInt(3));
            if (random.nextBoolean()) {
                healths.add(
                        health(
                                member.target().model(),
                                state,
                                state == State.OPEN ? random.nextInt(20) - 10 : null,
                                random.nextInt(4) == 0 ? random.nextInt(20) - 10 : null,
                                random.nextInt(4) == 0 ? random.nextLong(8_000) - 4_000 : null,
                                state == State.OPEN && random.nextInt(4) == 0
                                        ? "account_refused"
                                        : null));
            }
        }
        return board(healths.toArray(TargetHealth[]::new));
    }

    private static LocalView anyLocalView(Route route, Random random) {
        Map<String, LocalView.Seen> seen = new HashMap<>();
        for (Route.Member member : new HashSet<>(members(route))) {
            seen.put(
                    member.target().id(),
                    new LocalView.Seen(
                            random.nextInt(3) == 0 ? 0 : random.nextInt(2_000),
                            random.nextInt(4),
                            random.nextInt(8) == 0));
        }
        return new LocalView(seen);
    }
}
