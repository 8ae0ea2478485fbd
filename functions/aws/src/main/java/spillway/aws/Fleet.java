package spillway.aws;

import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import spillway.aws.config.AwsClients;
import spillway.aws.config.Environment;
import spillway.aws.config.FirstCall;
import spillway.aws.config.Variable;
import spillway.aws.health.DynamoDbHealthStore;
import spillway.config.GatewayConfig;
import spillway.health.FleetHealth;
import spillway.health.FleetHealthSettings;
import spillway.health.HealthListener;
import spillway.health.HealthStore;
import spillway.health.InMemoryHealthStore;
import spillway.time.Ticker;

/** Makes the health that this process shares with the fleet, or keeps for itself. */
final class Fleet {
    private Fleet() {}

    static FleetHealth health(
            HealthStore store,
            GatewayConfig config,
            FleetHealthSettings settings,
            Randomness random,
            Supplier<String> instance,
            HealthListener listener) {
        return new FleetHealth(
                config.breakers(),
                store,
                settings,
                instance,
                Clock.systemUTC(),
                Ticker.SYSTEM,
                random,
                listener);
    }

    /** The usual ones, but for what the environment says otherwise. */
    static FleetHealthSettings settings(Environment environment) {
        return environment
                .millis(Variable.SPILLWAY_ACCOUNT_RETRY_MS)
                .map(FleetHealthSettings.DEFAULT::withAccountRetry)
                .orElse(FleetHealthSettings.DEFAULT);
    }

    /**
     * The table, or this process alone. No service is called yet.
     *
     * @param first lets the first call take longer
     */
    static HealthStore store(Environment environment, FirstCall first) {
        Optional<String> table = environment.get(Variable.SPILLWAY_STATE_TABLE);
        if (table.isEmpty()) {
            return new InMemoryHealthStore();
        }
        environment.region();
        Lazy<HealthStore> made =
                new Lazy<>(
                        () ->
                                new DynamoDbHealthStore(
                                        AwsClients.dynamoDb(environment, first), table.get()));
        Thread.ofVirtual().name("health-store").start(() -> prepare(made));
        return new DeferredHealthStore(made);
    }

    private static void prepare(Lazy<HealthStore> store) {
        try {
            store.get();
        } catch (RuntimeException e) {
            // Whoever asks it gets the same, and takes it for a table that cannot be reached.
        }
    }
}
