package spillway.simulation;

import java.time.Duration;
import spillway.health.Admission;
import spillway.health.Board;
import spillway.health.BoardView;
import spillway.health.Health;
import spillway.health.LocalView;

/** Health that admits nobody without the table. */
record OnlyWithTheTable(Health health) implements Health {
    @Override
    public BoardView look() {
        return health.look();
    }

    @Override
    public LocalView local() {
        return health.local();
    }

    @Override
    public Admission admit(String target, boolean probe) {
        return health.look().known().source() == Board.Source.SHARED
                ? health.admit(target, probe)
                : new Admission.Refused(Admission.Reason.LOCAL_BREAKER);
    }

    @Override
    public void drain(Duration atMost) {
        health.drain(atMost);
    }
}
