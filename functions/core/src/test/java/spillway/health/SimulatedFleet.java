package spillway.health;

import java.time.Clock;
import java.util.SequencedMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import spillway.time.Ticker;

/** Processes whose errands are run by whoever simulates them. */
public final class SimulatedFleet {
    private SimulatedFleet() {}

    /**
     * A process.
     *
     * @param errands runs them, at once or later, on whichever thread
     */
    public static FleetHealth process(
            SequencedMap<String, BreakerSettings> breakers,
            HealthStore store,
            FleetHealthSettings settings,
            String name,
            Clock clock,
            Ticker ticker,
            RandomGenerator random,
            HealthListener listener,
            Executor errands) {
        return new FleetHealth(
                breakers,
                store,
                settings,
                () -> name,
                clock,
                ticker,
                random,
                listener,
                new Errands(errands));
    }
}
