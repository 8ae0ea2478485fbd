package spillway.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import spillway.health.BreakerSettings;
import spillway.health.Counters;
import spillway.health.Evidence;
import spillway.health.FleetHealthSettings;
import spillway.health.ProbeLease;
import spillway.health.TargetHealth;
import spillway.health.TargetHealth.State;

/** Knows what must be true of every schedule, and remembers the first thing that was not. */
final class Referee {
    private static final BreakerSettings RULE = BreakerSettings.DEFAULT;

    /** In calm weather everybody has heard of everything by then. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Schedule schedule;
    private final VirtualTime time;
    private final Journal journal;
    private final Map<String, Long> toldChanges = new HashMap<>();
    private final Map<String, Long> madeChanges = new HashMap<>();
    private final Map<String, Long> seen = new TreeMap<>();
    private final Map<String, Long> sickSince = new HashMap<>();
    private final Map<String, Instant> answeredAt = new HashMap<>();
    private final Map<String, ProbeLease> leases = new HashMap<>();
    private @Nullable String violation;

    Referee(Schedule schedule, VirtualTime time, Journal journal) {
        this.schedule = schedule;
        this.time = time;
        this.journal = journal;
    }

    /** What was not true first; null if all was. */
    @Nullable String violation() {
        return violation;
    }

    /** What has happened how often: changes of state, leases, requests without an answer. */
    Map<String, Long> seen() {
        return seen;
    }

    void require(boolean isTrue, String rule, Object... about) {
        if (!isTrue && violation == null) {
            violation = rule + " " + List.of(about) + " at " + time.elapsed();
            journal.note("VIOLATION", violation);
        }
    }

    /** Failures were told to the table, which has counted them. */
    void counted(TargetHealth truth, Evidence evidence, Counters counters) {
        journal.note("counted", evidence.reporter(), truth.target(), counters);
        boolean isSick =
                counters.failures() >= RULE.failures()
                        && counters.reporters() >= RULE.reporters()
                        && counters.failures()
                                >= RULE.failureShare()
                                        * (counters.failures() + counters.successes());
        if (schedule.weather().isCalmThroughout()
                && isSick
                && evidence.failures() > 0
                && truth.state() == State.CLOSED) {
            sickSince.putIfAbsent(truth.target(), time.nanos());
        }
        sickSince.forEach(
                (target, since) ->
                        require(
                                time.nanos() - since <= GRACE.toNanos(),
                                "a target that enough have seen fail is open soon",
                                target));
    }

    /**
     * A new state was written.
     *
     * @param from what the writer knew, if the write was conditional on its version
     * @param lease under which it was written, if it was
     */
    void changed(
            TargetHealth before,
            TargetHealth after,
            @Nullable TargetHealth from,
            @Nullable ProbeLease lease) {
        journal.note("changed", before, "->", after, Objects.requireNonNullElse(lease, ""));
        String target = after.target();
        require(
                after.version() == before.version() + 1,
                "a change adds one version",
                before,
                after);
        require(after.fence() == before.fence(), "a change keeps the fence", before, after);
        require(
                from == null || from.version() == before.version(),
                "a change is made from the newest version",
                before);
        require(
                lease == null || lease.equals(leases.get(target)),
                "a probe counts only under the newest lease",
                before);
        require(
                Edge.isOne(before, after, time.instant()),
                "states follow each other as documented",
                before,
                after);
        require(
                after.state() != State.OPEN || !isInnocent(target),
                "what is not a target's fault does not open it",
                after);
        require(
                before.state() != State.OPEN
                        || after.state() != State.RAMP
                        || !answeredAt.getOrDefault(target, Instant.MIN).isBefore(before.since()),
                "only who has answered is back",
                before);
        seen.merge(before.state() + " -> " + after.state(), 1L, Long::sum);
        if (before.state() != after.state()) {
            madeChanges.merge(target, 1L, Long::sum);
        }
        sickSince.remove(target);
        leases.remove(target);
    }

    private boolean isInnocent(String target) {
        return Objects.requireNonNull(schedule.targets().get(target)).isAlwaysInnocent();
    }

    /**
     * An attempt was answered.
     *
     * @param isLast whether all that the decision listed had failed before
     */
    void answered(String target, boolean isLast) {
        if (isLast) {
            seen.merge("saved at last", 1L, Long::sum);
        }
        answeredAt.put(target, time.instant());
    }

    void leased(TargetHealth before, TargetHealth after, String owner) {
        journal.note("leased", after, owner);
        seen.merge("leased", 1L, Long::sum);
        ProbeLease lease = new ProbeLease(after.target(), owner, after.fence());
        ProbeLease held = leases.put(after.target(), lease);
        require(
                held == null
                        || held.owner().equals(owner)
                        || before.probeUntil() == null
                        || !before.probeUntil().isAfter(time.instant()),
                "one lease at a time",
                Objects.requireNonNullElse(held, ""),
                lease);
        require(
                before.openUntil() != null && !before.openUntil().isAfter(time.instant()),
                "only what is open and due is leased",
                before);
        require(
                after.fence() == before.fence() + 1 || (held != null && held.owner().equals(owner)),
                "a lease raises the fence",
                before,
                after);
    }

    void released(ProbeLease lease) {
        journal.note("released", lease);
        require(
                lease.equals(leases.remove(lease.target())),
                "only the newest lease is released",
                lease);
    }

    void cooled(TargetHealth before, TargetHealth after, Instant until) {
        journal.note("cooled", after);
        seen.merge("cooled", 1L, Long::sum);
        require(after.state() == before.state(), "a rate limit changes no state", before, after);
        require(
                before.cooldownUntil() == null
                        || (after.cooldownUntil() != null
                                && !after.cooldownUntil().isBefore(before.cooldownUntil())),
                "the longest cooldown wins",
                before,
                after);
        require(
                !until.isAfter(time.instant().plus(FleetHealthSettings.DEFAULT.coolDownMax())),
                "no cooldown is longer than the longest",
                until);
    }

    /** A process has said that it changed a shared state. */
    void told(String target) {
        toldChanges.merge(target, 1L, Long::sum);
        require(
                toldChanges.get(target) <= madeChanges.getOrDefault(target, 0L),
                "each change is told at most once",
                target);
    }

    /** Nobody was left who could be asked. */
    void unanswered(String request) {
        journal.note(request, "has no answer");
        seen.merge("unanswered", 1L, Long::sum);
        require(!schedule.hasAFirmTarget(), "who has a healthy target gets an answer", request);
    }

    /** Nothing has gone wrong for as long as recovery may take. */
    void recovered(TargetHealth truth) {
        boolean cools =
                truth.cooldownUntil() != null && truth.cooldownUntil().isAfter(time.instant());
        require(
                truth.state() == State.CLOSED && !cools,
                "what is well again has its traffic back",
                truth);
    }
}
