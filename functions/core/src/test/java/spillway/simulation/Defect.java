package spillway.simulation;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import spillway.health.Board;
import spillway.health.ForwardingStore;
import spillway.health.LocalView;
import spillway.health.ProbeLease;
import spillway.health.TargetHealth;
import spillway.routing.Decision;

/**
 * Something that could be wrong.
 *
 * @param breaks the rule that it must be found to break
 */
record Defect(String name, String breaks, Parts parts) {
    static List<Defect> all() {
        return List.of(

                // Whoever asks gets a lease, though another has one.
                new Defect(
                        "leases for all",
                        "one lease at a time",
                        Parts.store(
                                store ->
                                        new ForwardingStore(store) {
                                            @Override
                                            public Written leaseProbe(
                                                    String target,
                                                    String owner,
                                                    Instant now,
                                                    Instant until) {
                                                TargetHealth known = known(target);
                                                if (known.probeUntil() != null
                                                        && known.probeUntil().isAfter(now)) {
                                                    return new Written(true, known);
                                                }
                                                return super.leaseProbe(target, owner, now, until);
                                            }
                                        })),
                // A probe that comes late counts, whoever has probed meanwhile.
                new Defect(
                        "no fence",
                        "a probe counts only under the newest lease",
                        Parts.store(
                                store ->
                                        new ForwardingStore(store) {
                                            @Override
                                            public Written settleProbe(
                                                    ProbeLease lease, TargetHealth to) {
                                                return store.transition(known(lease.target()), to);
                                            }
                                        })),
                // Who writes last wins.
                new Defect(
                        "no version",
                        "a change is made from the newest version",
                        Parts.store(
                                store ->
                                        new ForwardingStore(store) {
                                            @Override
                                            public Written transition(
                                                    TargetHealth from, TargetHealth to) {
                                                return store.transition(known(from.target()), to);
                                            }
                                        })),
                // The client's mistakes are the target's.
                new Defect(
                        "counts client faults",
                        "what is not a target's fault does not open it",
                        Parts.health(
                                health -> new SettledOtherwise(health, SettledOtherwise::blamed))),
                // A reader who leaves says nothing to anybody.
                new Defect(
                        "forgets cancels",
                        "nothing is left of what has ended",
                        Parts.health(
                                health ->
                                        new SettledOtherwise(
                                                health, SettledOtherwise::unlessCancelled))),
                // The process itself does not learn from failures.
                new Defect(
                        "learns nothing",
                        "who is alone leaves alone what fails",
                        Parts.health(
                                health ->
                                        new SettledOtherwise(health, SettledOtherwise::unblamed))),
                // What was counted is not acted on.
                new Defect(
                        "never opens",
                        "a target that enough have seen fail is open soon",
                        Parts.store(
                                store ->
                                        new ForwardingStore(store) {
                                            @Override
                                            public Written transition(
                                                    TargetHealth from, TargetHealth to) {
                                                return new Written(false, known(from.target()));
                                            }
                                        })),
                // What is open stays open.
                new Defect(
                        "never probes",
                        "what is well again has its traffic back",
                        Parts.store(
                                store ->
                                        new ForwardingStore(store) {
                                            @Override
                                            public Written leaseProbe(
                                                    String target,
                                                    String owner,
                                                    Instant now,
                                                    Instant until) {
                                                return new Written(false, known(target));
                                            }
                                        })),
                // A read gives again and again what the first has given.
                new Defect(
                        "old reads",
                        "who looks twice has heard",
                        Parts.store(
                                store ->
                                        new ForwardingStore(store) {
                                            private Map<String, TargetHealth> first = Map.of();

                                            @Override
                                            public Map<String, TargetHealth> board(
                                                    Set<String> targets) {
                                                first =
                                                        first.isEmpty()
                                                                ? super.board(targets)
                                                                : first;
                                                return first;
                                            }
                                        })),
                // Without the table nobody may be asked.
                new Defect(
                        "lost without the table",
                        "who has a healthy target gets an answer",
                        Parts.health(OnlyWithTheTable::new)),
                // What is known of the targets is not looked at.
                new Defect(
                        "blind",
                        "nobody is sent where it is known to fail",
                        Parts.strategy(
                                strategy ->
                                        (route, board, local, now, seed) -> {
                                            Decision blind =
                                                    strategy.decide(
                                                            route,
                                                            new Board(
                                                                    Map.of(),
                                                                    now,
                                                                    Board.Source.LOCAL),
                                                            LocalView.NOTHING,
                                                            now,
                                                            seed);
                                            return new Decision(
                                                    route,
                                                    now,
                                                    board,
                                                    local,
                                                    seed,
                                                    blind.candidates());
                                        })),
                // Whoever has lost all that are listed gives up.
                new Defect(
                        "gives up early",
                        "nobody gives up while one held back may be asked",
                        Parts.lastResort((_, _, _) -> Optional.empty())),
                // A decision hangs on something that is not in it.
                new Defect(
                        "capricious",
                        "a decision can be replayed",
                        Parts.strategy(
                                strategy -> {
                                    var mood = new AtomicLong();
                                    return (route, board, local, now, seed) ->
                                            strategy.decide(
                                                    route,
                                                    board,
                                                    local,
                                                    now,
                                                    seed + mood.incrementAndGet());
                                })));
    }

    @Override
    public String toString() {
        return name;
    }
}
