package spillway.simulation;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.UnaryOperator;
import spillway.health.Board;
import spillway.health.Health;
import spillway.health.HealthStore;
import spillway.routing.Candidate;
import spillway.routing.LastResort;
import spillway.routing.RoutingStrategy;

/** What is put around the real parts: nothing, or a defect that the referee must find. */
record Parts(
        UnaryOperator<HealthStore> store,
        UnaryOperator<Health> health,
        UnaryOperator<RoutingStrategy> strategy,
        LastResortRule lastResort) {
    /** Who is asked when nobody else is left. */
    @FunctionalInterface
    interface LastResortRule {
        Optional<Candidate> of(Collection<Candidate> heldBack, Board board, Instant now);
    }

    static final Parts SOUND =
            new Parts(
                    UnaryOperator.identity(),
                    UnaryOperator.identity(),
                    UnaryOperator.identity(),
                    LastResort::of);

    static Parts store(UnaryOperator<HealthStore> defect) {
        return new Parts(defect, SOUND.health, SOUND.strategy, SOUND.lastResort);
    }

    static Parts health(UnaryOperator<Health> defect) {
        return new Parts(SOUND.store, defect, SOUND.strategy, SOUND.lastResort);
    }

    static Parts strategy(UnaryOperator<RoutingStrategy> defect) {
        return new Parts(SOUND.store, SOUND.health, defect, SOUND.lastResort);
    }

    static Parts lastResort(LastResortRule defect) {
        return new Parts(SOUND.store, SOUND.health, SOUND.strategy, defect);
    }
}
