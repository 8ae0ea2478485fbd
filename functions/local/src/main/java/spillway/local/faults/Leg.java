package spillway.local.faults;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.Wire;

/**
 * One target of a scenario, which no other scenario asks, and how it is broken.
 *
 * @param fault null when it is well
 * @param times so many requests meet the fault
 * @param time from the first request on it is broken so long; null for ever
 */
record Leg(Wire wire, String model, @Nullable Fault fault, int times, @Nullable Duration time) {
    static Leg of(Wire wire, String model, @Nullable Fault fault) {
        return new Leg(wire, model, fault, Integer.MAX_VALUE, null);
    }

    Leg times(int requests) {
        return new Leg(wire, model, fault, requests, time);
    }

    Leg lasting(Duration broken) {
        return new Leg(wire, model, fault, times, broken);
    }
}
