package spillway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static spillway.attempt.TapeProvider.failing;
import static spillway.attempt.TapeProvider.saying;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.attempt.TapeProvider;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.audit.AuditEvent;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderFailure;
import spillway.config.GatewayConfig;
import spillway.health.BreakerSettings;
import spillway.provider.ChatProvider;
import spillway.provider.ProviderSettings;
import spillway.relay.Answer;
import spillway.relay.AnswerEvent;
import spillway.relay.AnswerFailure;
import spillway.relay.Opening;
import spillway.relay.RecordingAudit;
import spillway.relay.RecordingHealth;
import spillway.routing.Candidate;
import spillway.routing.Decision;
import spillway.routing.Route;
import spillway.routing.RoutingStrategy;
import spillway.time.Deadline;
import spillway.time.Ticker;

@Timeout(20)
class RoutingGatewayTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private final RecordingHealth health = new RecordingHealth();
    private final RecordingAudit audit = new RecordingAudit();
    private final Map<String, ChatProvider> providers = new HashMap<>();
    private final SequencedMap<String, Route> routes = new LinkedHashMap<>();
    private final TapeProvider acme = saying("from acme");
    private final TapeProvider blue = saying("from blue");

    RoutingGatewayTest() {
        providers.put("acme", acme);
        providers.put("blue", blue);
        route("chat", "in order", "acme/large", "blue/meta/large");
        route("fast", "backwards", "acme/small", "acme/large", "blue/small");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "default", "chat"})
    void nothingIsTheDefaultRoute(String asked) {
        List<AnswerEvent> events = ask(asked);

        assertThat(events.getFirst())
                .isEqualTo(new AnswerEvent.Start(idOf(events), "chat", target("acme/large")));
    }

    @Test
    void aRouteNamedDefaultIsWhatDefaultMeans() {
        route("default", "in order", "blue/small");

        List<AnswerEvent> events = ask("default");

        assertThat(start(events).target()).isEqualTo(target("blue/small"));
    }

    @Test
    void aRouteIsOrderedByItsOwnStrategy() {
        List<AnswerEvent> events = ask("fast");

        assertThat(start(events).target()).isEqualTo(target("blue/small"));
        assertThat(blue.modelsAsked()).containsExactly("small");
    }

    @Test
    void aTargetIsAskedAlone() {
        providers.put("acme", failing(new ProviderFailure.Unavailable(503, "")));

        Opening opening = open(gateway(), "acme/large");

        assertThat(opening)
                .isInstanceOfSatisfying(
                        Opening.Refused.class,
                        refused ->
                                assertThat(refused.failure())
                                        .isInstanceOf(AnswerFailure.AllFailed.class));
        assertThat(blue.modelsAsked()).isEmpty();
        assertThat(decision().route().name()).isEqualTo("acme/large");
    }

    @Test
    void aTargetWhoseModelHoldsASlashIsFound() {
        assertThat(start(ask("blue/meta/large")).target()).isEqualTo(target("blue/meta/large"));
        assertThat(blue.modelsAsked()).containsExactly("meta/large");
    }

    @Test
    void aModelIsAllItsTargetsAsOneGroup() {
        List<AnswerEvent> events = ask("small");

        assertThat(decision().route().groups()).hasSize(1);
        assertThat(decision().candidates())
                .extracting(candidate -> candidate.member().target().id())
                .containsExactly("blue/small", "acme/small");
        assertThat(start(events).route()).isEqualTo("small");
    }

    @Test
    void aTargetOfSeveralRoutesIsInItsModelsGroupOnce() {
        ask("large");

        assertThat(decision().candidates()).hasSize(1);
        assertThat(decision().route().strategy()).isEqualTo("in order");
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", "acme", "acme/other", "blue/large", " chat"})
    void refusesWhatIsNotConfigured(String asked) {
        Opening opening = open(gateway(), asked);

        assertThat(opening).isEqualTo(new Opening.Refused(new AnswerFailure.UnknownModel(asked)));
        assertThat(audit.kinds()).containsExactly("Ended");
        assertThat(audit.all(AuditEvent.Ended.class).getFirst().failure())
                .isEqualTo("unknown_model");
        assertThat(health.given()).isEmpty();
    }

    @Test
    void tellsTheAuditEachThingOnceAndInOrder() {
        providers.put("acme", failing(new ProviderFailure.Unavailable(503, "")));

        ask("chat");

        assertThat(audit.kinds())
                .containsExactly("Decided", "Attempted", "Switched", "Attempted", "Ended");
        assertThat(audit.all(AuditEvent.Switched.class).getFirst())
                .isEqualTo(
                        new AuditEvent.Switched(
                                "request-1",
                                audit.all(AuditEvent.Decided.class).getFirst().answerId(),
                                "chat",
                                target("acme/large"),
                                target("blue/meta/large"),
                                "unavailable",
                                0));
    }

    @Test
    void decidesOnWhatIsKnownWithItsOwnRandomness() {
        ask("chat");

        Decision decision = decision();
        assertThat(decision.at()).isEqualTo(NOW);
        assertThat(decision.board()).isEqualTo(health.look().known());
        Random same = new Random(7);
        same.nextLong();
        same.nextLong();
        assertThat(decision.seed()).isEqualTo(same.nextLong());
    }

    @Test
    void answersHaveIdsOf128Bits() {
        Gateway gateway = gateway();
        Set<String> ids = new HashSet<>();

        for (int i = 0; i < 100; i++) {
            ids.add(idOf(drain(open(gateway, ""))));
        }

        assertThat(ids).hasSize(100).allMatch(id -> id.matches("[0-9a-f]{32}"));
    }

    @Test
    void aStrategyThatThrowsEndsTheAnswerToo() {
        route("odd", "broken", "acme/large");

        assertThatIllegalStateException().isThrownBy(() -> open(gateway(), "odd"));

        assertThat(audit.kinds()).containsExactly("Ended");
        assertThat(audit.all(AuditEvent.Ended.class).getFirst().failure())
                .isEqualTo("internal_error");
    }

    @Test
    void wantsAProviderForEachTarget() {
        providers.remove("blue");

        assertThatIllegalArgumentException()
                .isThrownBy(this::gateway)
                .withMessage("route chat names the provider blue, but there are only acme");
    }

    @Test
    void wantsEachStrategyThatARouteNames() {
        route("odd", "by the stars", "acme/large");

        assertThatIllegalArgumentException()
                .isThrownBy(this::gateway)
                .withMessageContaining("route odd names the strategy by the stars");
    }

    private List<AnswerEvent> ask(String model) {
        return drain(open(gateway(), model));
    }

    private static Opening open(Gateway gateway, String model) {
        var caller = new Caller("request-1", Deadline.after(Duration.ofMinutes(1), Ticker.SYSTEM));
        return gateway.open(caller, ChatRequest.of(model, "prompt"));
    }

    private static List<AnswerEvent> drain(Opening opening) {
        List<AnswerEvent> events = new ArrayList<>();
        try (Answer answer = ((Opening.Answering) opening).answer()) {
            while (events.isEmpty() || !(events.getLast() instanceof AnswerEvent.Done)) {
                answer.next(Duration.ofSeconds(10)).ifPresent(events::add);
            }
        }
        return events;
    }

    private Gateway gateway() {
        var settings =
                new ProviderSettings(
                        "acme", ProviderSettings.Kind.SCRIPTED, URI.create("http://x"), "KEY");
        var config =
                new GatewayConfig(
                        new LinkedHashMap<>(Map.of("acme", settings)),
                        routes,
                        "chat",
                        new LinkedHashMap<>(Map.of("acme/large", BreakerSettings.DEFAULT)));
        return new RoutingGateway(
                config,
                providers,
                Map.of(
                        "in order",
                        order(false),
                        "backwards",
                        order(true),
                        "broken",
                        (_, _, _, _, _) -> {
                            throw new IllegalStateException("a bug");
                        }),
                health,
                audit,
                new Random(7),
                Clock.fixed(NOW, ZoneOffset.UTC),
                Ticker.SYSTEM);
    }

    private void route(String name, String strategy, String... targets) {
        List<Route.Member> members = new ArrayList<>();
        for (String id : targets) {
            members.add(new Route.Member(target(id), 1, Timers.DEFAULT));
        }
        Route.Group group = new Route.Group(members);
        routes.put(name, new Route(name, List.of(group), strategy, Route.DEFAULT_FAILOVER_BUDGET));
    }

    private static RoutingStrategy order(boolean backwards) {
        return (route, board, local, now, seed) -> {
            List<Candidate> candidates = new ArrayList<>();
            for (Route.Group group : route.groups()) {
                for (Route.Member member : group.members()) {
                    candidates.add(
                            new Candidate(member, 0, Candidate.Standing.READY, 0, "in order"));
                }
            }
            return new Decision(
                    route, now, board, local, seed, backwards ? candidates.reversed() : candidates);
        };
    }

    private Decision decision() {
        return audit.all(AuditEvent.Decided.class).getFirst().decision();
    }

    private static Target target(String id) {
        int slash = id.indexOf('/');
        return new Target(id.substring(0, slash), id.substring(slash + 1));
    }

    private static AnswerEvent.Start start(List<AnswerEvent> events) {
        return (AnswerEvent.Start) events.getFirst();
    }

    private static String idOf(List<AnswerEvent> events) {
        return start(events).id();
    }
}
