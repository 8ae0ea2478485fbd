package spillway.health;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import spillway.health.TargetHealth.State;

/**
 * Health without a table: a fleet of one process. Keeps nothing longer than the process lives, and
 * per target no more than the counters that are still asked for.
 */
public final class InMemoryHealthStore implements HealthStore {
    private final Map<String, Row> rows = new HashMap<>();

    @Override
    public synchronized Map<String, TargetHealth> board(Set<String> targets) {
        Map<String, TargetHealth> board = new HashMap<>();
        for (String target : targets) {
            Row row = rows.get(target);
            if (row != null) {
                board.put(target, row.health);
            }
        }
        return board;
    }

    @Override
    public synchronized Counters add(String target, Evidence evidence, Instant now) {
        return row(target).add(evidence, now);
    }

    @Override
    public synchronized Written transition(TargetHealth from, TargetHealth to) {
        Row row = row(from.target());
        return row.write(row.health.version() == from.version(), health -> over(health, to));
    }

    @Override
    public synchronized Written leaseProbe(
            String target, String owner, Instant now, Instant until) {
        Row row = row(target);
        TargetHealth health = row.health;
        boolean isDue =
                health.state() == State.OPEN
                        && !isAfter(health.openUntil(), now)
                        && !isAfter(health.probeUntil(), now);
        Written written =
                row.write(isDue, old -> leased(old, old.fence() + 1, until, old.cooldownUntil()));
        if (written.made()) {
            row.owner = owner;
        }
        return written.made() || !row.isHeldBy(owner) ? written : new Written(true, row.health);
    }

    @Override
    public synchronized Written settleProbe(ProbeLease lease, TargetHealth to) {
        Row row = row(lease.target());
        return row.write(row.isHeldUnder(lease), health -> over(health, to));
    }

    @Override
    public synchronized Written releaseProbe(ProbeLease lease) {
        Row row = row(lease.target());
        Written written =
                row.write(
                        row.isHeldUnder(lease),
                        old -> leased(old, old.fence(), null, old.cooldownUntil()));
        if (written.made()) {
            row.owner = null;
        }
        return written;
    }

    @Override
    public synchronized Written coolDown(String target, Instant until) {
        Row row = row(target);
        return row.write(
                !isAfter(row.health.cooldownUntil(), until),
                old -> leased(old, old.fence(), old.probeUntil(), until));
    }

    @Override
    public synchronized Map<String, Tally> tallies(Set<String> targets, Instant now) {
        Map<String, Tally> tallies = new HashMap<>();
        for (String target : targets) {
            Row row = rows.get(target);
            if (row != null) {
                tallies.put(target, row.tally(now));
            }
        }
        return tallies;
    }

    private Row row(String target) {
        return rows.computeIfAbsent(target, Row::new);
    }

    private static boolean isAfter(@Nullable Instant moment, Instant other) {
        return moment != null && moment.isAfter(other);
    }

    /** The new state, in what the row keeps of its own. */
    private static TargetHealth over(TargetHealth row, TargetHealth to) {
        return new TargetHealth(
                row.target(),
                to.state(),
                row.version() + 1,
                to.since(),
                to.openUntil(),
                to.backoff(),
                row.fence(),
                null,
                row.cooldownUntil(),
                to.disabledFor(),
                to.reason());
    }

    private static TargetHealth leased(
            TargetHealth row,
            long fence,
            @Nullable Instant probeUntil,
            @Nullable Instant cooldownUntil) {
        return new TargetHealth(
                row.target(),
                row.state(),
                row.version(),
                row.since(),
                row.openUntil(),
                row.backoff(),
                fence,
                probeUntil,
                cooldownUntil,
                row.disabledFor(),
                row.reason());
    }

    /** What is kept of one target. */
    private static final class Row {
        private TargetHealth health;
        private @Nullable String owner;
        private final TreeMap<Long, Half> halves = new TreeMap<>();
        private final TreeMap<Long, Tally.Span> spans = new TreeMap<>();
        private final TreeMap<Long, Long> failuresByVersion = new TreeMap<>();
        private @Nullable Instant lastEvidenceAt;
        private @Nullable Instant lastProbeAt;
        private @Nullable Boolean lastProbeOk;

        Row(String target) {
            health = TargetHealth.well(target);
        }

        Written write(boolean condition, UnaryOperator<TargetHealth> change) {
            if (condition) {
                health = change.apply(health);
            }
            return new Written(condition, health);
        }

        boolean isHeldUnder(ProbeLease lease) {
            return health.fence() == lease.fence() && isHeldBy(lease.owner());
        }

        boolean isHeldBy(String other) {
            return health.probeUntil() != null && other.equals(owner);
        }

        Counters add(Evidence evidence, Instant now) {
            long number = Math.floorDiv(now.toEpochMilli(), evidence.halfMillis());
            halves.headMap(number - 1).clear();
            Half half = halves.computeIfAbsent(number, _ -> new Half());
            half.failures += evidence.failures();
            half.successes += evidence.successes();
            if (evidence.failures() > 0) {
                half.reporters.add(evidence.reporter());
                failuresByVersion.merge(evidence.version(), evidence.failures(), Long::sum);
                failuresByVersion.headMap(evidence.version()).clear();
            }
            keepForReports(evidence, now);
            return counters(
                    half,
                    halves.getOrDefault(number - 1, new Half()),
                    failuresByVersion.getOrDefault(evidence.version(), 0L));
        }

        private void keepForReports(Evidence evidence, Instant now) {
            long span = Tally.spanOf(now);
            spans.headMap(span - 1).clear();
            spans.merge(
                    span,
                    new Tally.Span(
                            evidence.successes(),
                            evidence.failures(),
                            evidence.reasons(),
                            evidence.firstContent()),
                    Tally.Span::plus);
            lastEvidenceAt = now;
            if (evidence.probeOk() != null) {
                lastProbeAt = now;
                lastProbeOk = evidence.probeOk();
            }
        }

        private static Counters counters(Half half, Half before, long failuresInState) {
            Set<String> reporters = new HashSet<>(half.reporters);
            reporters.addAll(before.reporters);
            return new Counters(
                    half.failures + before.failures,
                    half.successes + before.successes,
                    reporters.size(),
                    failuresInState);
        }

        Tally tally(Instant now) {
            long span = Tally.spanOf(now);
            return new Tally(
                    spans.getOrDefault(span, Tally.Span.NOTHING),
                    spans.getOrDefault(span - 1, Tally.Span.NOTHING),
                    lastEvidenceAt,
                    lastProbeAt,
                    lastProbeOk);
        }
    }

    /** Half a breaker's window. */
    private static final class Half {
        private long failures;
        private long successes;
        private final Set<String> reporters = new HashSet<>();
    }
}
