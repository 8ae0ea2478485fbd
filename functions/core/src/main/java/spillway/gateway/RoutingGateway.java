package spillway.gateway;

import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import spillway.audit.AuditLog;
import spillway.chat.ChatRequest;
import spillway.config.GatewayConfig;
import spillway.health.BoardView;
import spillway.health.Health;
import spillway.provider.ChatProvider;
import spillway.relay.AnswerFailure;
import spillway.relay.Job;
import spillway.relay.Opening;
import spillway.relay.Relay;
import spillway.routing.Decision;
import spillway.routing.Route;
import spillway.routing.RoutingStrategy;
import spillway.time.Ticker;

/**
 * The gateway: finds the route, decides on the board as it is known, and plays the decision.
 *
 * <p>{@link ChatRequest#model} may be empty or {@code default} (the default route), a route, a
 * {@code provider/model} (that target alone: nobody takes over when it fails) or a model (all its
 * targets as one group).
 */
public final class RoutingGateway implements Gateway {
    private final Routes routes;
    private final Map<String, RoutingStrategy> strategies;
    private final Health health;
    private final Relay relay;
    private final RandomGenerator random;
    private final Clock clock;
    private final Ticker ticker;

    /**
     * A gateway.
     *
     * @param providers by id
     * @param strategies by the name that routes call them
     * @param random for decisions and for the ids of answers, which nobody may guess: a {@link
     *     java.security.SecureRandom}; must be safe to use from many threads
     * @param clock for what the board says of times
     * @throws IllegalArgumentException when a route names a provider or a strategy that is not
     *     there
     */
    public RoutingGateway(
            GatewayConfig config,
            Map<String, ChatProvider> providers,
            Map<String, RoutingStrategy> strategies,
            Health health,
            AuditLog audit,
            RandomGenerator random,
            Clock clock,
            Ticker ticker) {
        for (Route route : config.routes().values()) {
            requireParts(route, providers, strategies);
        }
        this.routes = new Routes(config);
        this.strategies = Map.copyOf(strategies);
        this.health = health;
        this.relay = new Relay(providers, health, audit, ticker);
        this.random = random;
        this.clock = clock;
        this.ticker = ticker;
    }

    @Override
    public Opening open(Caller caller, ChatRequest request) {
        String answerId = newId();
        var job =
                new Job(
                        caller.requestId(),
                        answerId,
                        request,
                        ticker.nanos(),
                        caller.deadline(),
                        caller.onBreak());
        Optional<Route> route = routes.find(request.model());
        if (route.isEmpty()) {
            return relay.refuse(job, new AnswerFailure.UnknownModel(request.model()));
        }
        BoardView view = health.look();
        return relay.play(job, decide(job, route.get(), view), view);
    }

    private Decision decide(Job job, Route route, BoardView view) {
        try {
            RoutingStrategy strategy = Objects.requireNonNull(strategies.get(route.strategy()));
            return strategy.decide(
                    route, view.known(), health.local(), clock.instant(), random.nextLong());
        } catch (RuntimeException | Error bug) {
            relay.broke(job);
            throw bug;
        }
    }

    /** 128 random bits in hex. */
    private String newId() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }

    private static void requireParts(
            Route route,
            Map<String, ChatProvider> providers,
            Map<String, RoutingStrategy> strategies) {
        requireKnown("strategy", route.strategy(), route, strategies);
        for (Route.Group group : route.groups()) {
            for (Route.Member member : group.members()) {
                requireKnown("provider", member.target().provider(), route, providers);
            }
        }
    }

    private static void requireKnown(String what, String name, Route route, Map<String, ?> known) {
        if (!known.containsKey(name)) {
            throw new IllegalArgumentException(
                    "route "
                            + route.name()
                            + " names the "
                            + what
                            + " "
                            + name
                            + ", but there are only "
                            + String.join(", ", known.keySet()));
        }
    }
}
