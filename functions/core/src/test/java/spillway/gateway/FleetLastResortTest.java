package spillway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.attempt.TapeProvider.failing;
import static spillway.attempt.TapeProvider.saying;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spillway.attempt.AttemptReport;
import spillway.attempt.TapeProvider;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderFailure;
import spillway.config.GatewayConfig;
import spillway.health.BreakerSettings;
import spillway.health.FleetHealth;
import spillway.health.FleetHealthSettings;
import spillway.health.HealthListener;
import spillway.health.HealthStore;
import spillway.health.InMemoryHealthStore;
import spillway.health.TargetHealth;
import spillway.health.TargetHealth.State;
import spillway.provider.ProviderSettings;
import spillway.relay.Answer;
import spillway.relay.AnswerEvent;
import spillway.relay.AnswerFailure;
import spillway.relay.Opening;
import spillway.relay.RecordingAudit;
import spillway.routing.Route;
import spillway.routing.RoutingStrategies;
import spillway.time.Deadline;
import spillway.time.Ticker;

/** One target fails that all took for well, and the other is open: with the fleet's real health. */
@Timeout(20)
class FleetLastResortTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Target A = new Target("acme", "large");
    private static final Target B = new Target("blue", "large");
    private static final ProviderFailure SICK = new ProviderFailure.Unavailable(503, "");

    private final HealthStore store = new InMemoryHealthStore();
    private final TapeProvider acme = failing(SICK);
    private final SequencedMap<String, BreakerSettings> breakers = new LinkedHashMap<>();

    @Test
    void oneThatIsWellAfterAllAnswersAndTheFleetHearsOfIt() {
        open(B);

        Opening opening = ask(saying("from blue"));

        List<AnswerEvent> events = drain(opening);
        assertThat(events)
                .contains(new AnswerEvent.Start(idOf(events), "chat", B))
                .contains(new AnswerEvent.Switch(A, B, "unavailable", 0));
        assertThat(events.getLast()).isInstanceOf(AnswerEvent.Done.class);
        assertThat(shared(B).state()).isEqualTo(State.RAMP);
    }

    @Test
    void oneThatIsStillSickStaysOpen() {
        open(B);

        Opening opening = ask(failing(SICK));

        var refused = (Opening.Refused) opening;
        assertThat(((AnswerFailure.AllFailed) refused.failure()).attempts())
                .extracting(AttemptReport::target)
                .containsExactly(A, B);
        assertThat(shared(B).state()).isEqualTo(State.OPEN);
        assertThat(shared(B).version()).isEqualTo(1);
    }

    private void open(Target target) {
        Instant now = Instant.now();
        var open =
                new TargetHealth(
                        target.id(),
                        State.OPEN,
                        1,
                        now,
                        now.plusSeconds(40),
                        3,
                        0,
                        null,
                        null,
                        null,
                        "unavailable");
        assertThat(store.transition(TargetHealth.well(target.id()), open).made()).isTrue();
    }

    private TargetHealth shared(Target target) {
        return Objects.requireNonNull(store.board(Set.of(target.id())).get(target.id()));
    }

    private Opening ask(TapeProvider blue) {
        var caller = new Caller("request-1", Deadline.after(Duration.ofMinutes(1), Ticker.SYSTEM));
        breakers.put(A.id(), BreakerSettings.DEFAULT);
        breakers.put(B.id(), BreakerSettings.DEFAULT);
        return gateway(blue).open(caller, ChatRequest.of("chat", "prompt"));
    }

    private Gateway gateway(TapeProvider blue) {
        var health =
                new FleetHealth(
                        breakers,
                        store,
                        FleetHealthSettings.DEFAULT,
                        () -> "one",
                        Clock.systemUTC(),
                        Ticker.SYSTEM,
                        new Random(1),
                        HealthListener.NONE);
        return new RoutingGateway(
                config(),
                Map.of("acme", acme, "blue", blue),
                Map.of("ordered", new RoutingStrategies(breakers).named("ordered").orElseThrow()),
                health,
                new RecordingAudit(),
                new Random(7),
                Clock.systemUTC(),
                Ticker.SYSTEM);
    }

    private GatewayConfig config() {
        var members =
                List.of(
                        new Route.Member(A, 1, Timers.DEFAULT),
                        new Route.Member(B, 1, Timers.DEFAULT));
        var route =
                new Route(
                        "chat",
                        List.of(new Route.Group(members)),
                        "ordered",
                        Route.DEFAULT_FAILOVER_BUDGET);
        var settings =
                new ProviderSettings(
                        "acme", ProviderSettings.Kind.SCRIPTED, URI.create("http://x"), "KEY");
        return new GatewayConfig(
                new LinkedHashMap<>(Map.of("acme", settings)),
                new LinkedHashMap<>(Map.of("chat", route)),
                "chat",
                breakers);
    }

    private static List<AnswerEvent> drain(Opening opening) {
        List<AnswerEvent> events = new ArrayList<>();
        // Closing waits for what is told to the table.
        try (Answer answer = ((Opening.Answering) opening).answer()) {
            while (events.isEmpty() || !(events.getLast() instanceof AnswerEvent.Done)) {
                answer.next(PATIENCE).ifPresent(events::add);
            }
        }
        return events;
    }

    private static String idOf(List<AnswerEvent> events) {
        return ((AnswerEvent.Start) events.getFirst()).id();
    }
}
