package spillway.simulation;

import java.util.function.UnaryOperator;
import spillway.health.Health;
import spillway.health.HealthStore;
import spillway.routing.RoutingStrategy;

/** What is put around the real parts: nothing, or a defect that the referee must find. */
record Parts(
        UnaryOperator<HealthStore> store,
        UnaryOperator<Health> health,
        UnaryOperator<RoutingStrategy> strategy) {
    static final Parts SOUND =
            new Parts(UnaryOperator.identity(), UnaryOperator.identity(), UnaryOperator.identity());

    static Parts store(UnaryOperator<HealthStore> defect) {
        return new Parts(defect, UnaryOperator.identity(), UnaryOperator.identity());
    }

    static Parts health(UnaryOperator<Health> defect) {
        return new Parts(UnaryOperator.identity(), defect, UnaryOperator.identity());
    }

    static Parts strategy(UnaryOperator<RoutingStrategy> defect) {
        return new Parts(UnaryOperator.identity(), UnaryOperator.identity(), defect);
    }
}
