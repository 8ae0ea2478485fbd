package spillway.aws;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import spillway.api.Api;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.audit.AuditLog;
import spillway.aws.config.AwsClients;
import spillway.aws.config.ConfigurationException;
import spillway.aws.config.Environment;
import spillway.aws.config.FirstCall;
import spillway.aws.config.GatewayConfigs;
import spillway.aws.config.ProviderKeys;
import spillway.aws.config.SecretKeys;
import spillway.aws.config.Variable;
import spillway.aws.log.Faults;
import spillway.aws.log.PowertoolsAuditLog;
import spillway.aws.metrics.CloudWatchHistory;
import spillway.aws.metrics.EmfMetrics;
import spillway.aws.url.FunctionUrlHandler;
import spillway.aws.url.ScheduleHandler;
import spillway.config.GatewayConfig;
import spillway.gateway.Gateway;
import spillway.gateway.RoutingGateway;
import spillway.health.FleetHealth;
import spillway.health.HealthHistory;
import spillway.health.HealthProbe;
import spillway.health.HealthStore;
import spillway.health.SmallestChat;
import spillway.provider.ChatProvider;
import spillway.provider.catalog.Providers;
import spillway.routing.RoutingStrategies;
import spillway.routing.RoutingStrategy;
import spillway.runtime.SnapshotHook;
import spillway.time.Ticker;

/**
 * The gateway, put together from the environment, and a handler for each function. Made once in a
 * process; its handlers are safe to use from many threads.
 *
 * <p>What a function does not use is not made: the status never makes a provider's client.
 */
public final class Spillway implements SnapshotHook {
    private static final Clock CLOCK = Clock.systemUTC();

    /** With patience: a slow target is not a sick one while nobody waits. */
    private static final Timers PROBE_TIMERS =
            new Timers(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10));

    /** A target that is well is probed when nobody has told of it for so long. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final Environment environment;
    private final GatewayConfig config;
    private final PowertoolsAuditLog log;
    private final AuditLog audit;
    private final Randomness random = new Randomness();
    private final Instance instance = new Instance(random);
    private final FirstCall firstCall = new FirstCall();
    private final @Nullable SecretKeys secret;
    private final HealthStore store;
    private final FleetHealth health;
    private final Lazy<Providers> clients = new Lazy<>(() -> new Providers(CLOCK));
    private final Lazy<Gateway> gateway = new Lazy<>(this::newGateway);

    private Spillway(Environment environment, GatewayConfig config, PowertoolsAuditLog log) {
        this.environment = environment;
        this.config = config;
        this.log = log;
        this.audit = auditLog();
        this.secret = secret(log);
        this.store = Fleet.store(environment, firstCall);
        this.health = healthOver(store);
        log.configured(
                config.targets().stream().map(Target::id).toList(),
                unpriced(config),
                environment.get(Variable.SPILLWAY_STATE_TABLE).orElse(null),
                environment.get(Variable.SPILLWAY_METRICS_NAMESPACE).orElse(null));
        Map<String, String> missing = MissingKeys.of(environment, config);
        if (!missing.isEmpty()) {
            log.keysMissing(missing);
        }
    }

    private FleetHealth healthOver(HealthStore over) {
        return Fleet.health(over, config, Fleet.settings(environment), random, instance, log);
    }

    /**
     * Puts the gateway together. Calls no service yet.
     *
     * @throws ConfigurationException when the environment asks for what cannot be; the log says why
     */
    public static Spillway fromEnvironment(Environment environment) {
        PowertoolsAuditLog log = new PowertoolsAuditLog();
        try {
            return new Spillway(
                    environment, GatewayConfigs.read(environment, RoutingStrategies.names()), log);
        } catch (ConfigurationException e) {
            // The platform tells its kind alone.
            log.misconfigured(e.mistakes().lines().toList());
            throw e;
        }
    }

    /** {@code POST /v1/stream/generate}. */
    public RequestStreamHandler generate() {
        return new FunctionUrlHandler(
                Api.generate(gateway.get(), config, Faults::write), Ticker.SYSTEM);
    }

    /** {@code GET /v1/stream/stream}. */
    public RequestStreamHandler stream() {
        return new FunctionUrlHandler(
                Api.stream(gateway.get(), config, Faults::write), Ticker.SYSTEM);
    }

    /** {@code GET /v1/stream/providers/status} and {@code …/health}. */
    public RequestStreamHandler providerStatus() {
        // Whoever looks changes nothing: this function may only read the table.
        FleetHealth seen = healthOver(new ReadOnlyHealthStore(store));
        return new FunctionUrlHandler(
                Api.providers(seen, history(), config, CLOCK, Faults::write), Ticker.SYSTEM);
    }

    /** Looks after targets of which nothing was heard, whenever it is invoked. */
    public RequestStreamHandler healthProbe() {
        var probe =
                new HealthProbe(
                        health,
                        List.copyOf(config.targets()),
                        new SmallestChat(providers(), PROBE_TIMERS, Ticker.SYSTEM),
                        IDLE,
                        Thread::sleep,
                        CLOCK);
        return new ScheduleHandler(_ -> run(probe), Ticker.SYSTEM);
    }

    private Map<String, ?> run(HealthProbe probe) {
        try {
            List<HealthProbe.Probed> probed = probe.run();
            // To the log and not to the metrics, which are of traffic.
            probed.forEach(each -> log.probed(each.target(), each.outcome()));
            return Map.of(
                    "board",
                    health.board().source().wireName(),
                    "probed",
                    probed.stream()
                            .map(
                                    each ->
                                            Map.of(
                                                    "target", each.target().id(),
                                                    "outcome", each.outcome().wireName()))
                            .toList());
        } catch (InterruptedException e) {
            // The deadline: what was begun is told by who ends it.
            Thread.currentThread().interrupt();
            return Map.of("interrupted", true);
        }
    }

    private static List<String> unpriced(GatewayConfig config) {
        Instant now = CLOCK.instant();
        return config.targets().stream()
                .filter(target -> !config.prices().knows(target.provider(), target.model(), now))
                .map(Target::id)
                .toList();
    }

    private AuditLog auditLog() {
        Optional<String> namespace = environment.get(Variable.SPILLWAY_METRICS_NAMESPACE);
        if (namespace.isEmpty()) {
            return log;
        }
        EmfMetrics metrics = new EmfMetrics(namespace.get(), CLOCK);
        return event -> {
            log.record(event);
            metrics.record(event);
        };
    }

    private @Nullable SecretKeys secret(SecretKeys.SecretListener listener) {
        Optional<String> name = environment.get(Variable.SPILLWAY_KEYS_SECRET);
        if (name.isEmpty()) {
            return null;
        }
        environment.region();
        return new SecretKeys(
                new Lazy<>(() -> AwsClients.secretsManager(environment)),
                name.get(),
                Ticker.SYSTEM,
                listener);
    }

    private HealthHistory history() {
        Optional<String> namespace = environment.get(Variable.SPILLWAY_METRICS_NAMESPACE);
        if (namespace.isEmpty()) {
            return HealthHistory.absent(
                    "SPILLWAY_METRICS_NAMESPACE is not set, so no metrics are kept");
        }
        environment.region();
        return new CloudWatchHistory(
                new Lazy<>(() -> AwsClients.cloudWatch(environment)),
                namespace.get(),
                config.targets(),
                CLOCK,
                Ticker.SYSTEM);
    }

    private Gateway newGateway() {
        return new RoutingGateway(
                config,
                providers(),
                strategies(config),
                health,
                audit,
                random,
                CLOCK,
                Ticker.SYSTEM);
    }

    private Map<String, ChatProvider> providers() {
        ProviderKeys keys = new ProviderKeys(environment, secret);
        Map<String, ChatProvider> byId = new LinkedHashMap<>();
        config.providers()
                .forEach(
                        (id, settings) ->
                                byId.put(
                                        id,
                                        clients.get()
                                                .of(settings, keys.named(settings.keyName()))));
        return byId;
    }

    static Map<String, RoutingStrategy> strategies(GatewayConfig config) {
        RoutingStrategies all = new RoutingStrategies(config.breakers());
        Map<String, RoutingStrategy> byName = new LinkedHashMap<>();
        RoutingStrategies.names().forEach(name -> byName.put(name, all.named(name).orElseThrow()));
        return byName;
    }

    /** Runs what a first request would load, and lets go of what no snapshot may hold. */
    @Override
    public void beforeSnapshot() {
        Primer.prime();
        primeStore();
        drop();
    }

    /** Reads the table once, past {@link #health}, which must not remember it. */
    private void primeStore() {
        try {
            store.board(Set.of("primer"));
        } catch (RuntimeException e) {
            // Warm enough; whether the table can be reached is asked again when it matters.
        }
    }

    /** Draws what two processes from one snapshot must not share. */
    @Override
    public void afterRestore() {
        drop();
        random.renew();
        instance.renew();
        firstCall.renew();
    }

    /** Connections are dead after a restore, and keys may have changed. */
    private void drop() {
        clients.ifMade(Providers::closeIdle);
        if (secret != null) {
            secret.forget();
        }
    }
}
