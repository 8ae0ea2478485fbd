package spillway.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import spillway.attempt.AttemptOutcome;
import spillway.health.Admission;
import spillway.health.Health;
import spillway.health.Permit;
import spillway.routing.Candidate;

/**
 * One request on its way through its candidates, as the relay plays it, at the level of permits:
 * one after the other until one answers, or the reader has had enough, and when nobody else is left
 * one of those held back.
 */
final class Walk {
    /** The least patience with a target while others wait. */
    private static final Duration LEAST = Duration.ofMillis(200);

    private final String name;
    private final Instance instance;
    private final Health health;
    private final Deque<Candidate> waiting;
    private final Reserve reserve;
    private final Schedule schedule;
    private final VirtualTime time;
    private final SplittableRandom random;
    private final Referee referee;
    private final Solitude solitude;
    private final Journal journal;
    private final long startedAt;
    private boolean isScheduled;
    private boolean isLast;

    Walk(
            String name,
            Instance instance,
            Health health,
            List<Candidate> toTry,
            Reserve reserve,
            Schedule schedule,
            VirtualTime time,
            SplittableRandom random,
            Referee referee,
            Solitude solitude,
            Journal journal) {
        this.name = name;
        this.instance = instance;
        this.health = health;
        this.waiting = new ArrayDeque<>(toTry);
        this.reserve = reserve;
        this.schedule = schedule;
        this.time = time;
        this.random = random;
        this.referee = referee;
        this.solitude = solitude;
        this.journal = journal;
        this.startedAt = time.nanos();
    }

    /** Asks the next candidate that admits it. */
    void next() {
        boolean hasAsked = hasAsked() || (isInTime() && hasAskedTheLast());
        if (!hasAsked) {
            if (isInTime()) {
                reserve.gaveUp();
            }
            referee.unanswered(name);
        }
    }

    private boolean isInTime() {
        return time.nanos() - startedAt < schedule.route().failoverBudget().toNanos();
    }

    /** Asks the one candidate, unless another probes it or it is not due. */
    void probe() {
        isScheduled = true;
        hasAsked();
    }

    private boolean hasAsked() {
        boolean hasAsked = false;
        while (!hasAsked && !waiting.isEmpty()) {
            hasAsked = hasAsked(waiting.remove());
        }
        return hasAsked;
    }

    private boolean hasAskedTheLast() {
        boolean hasAsked = false;
        Candidate candidate = reserve.next();
        while (!hasAsked && candidate != null) {
            hasAsked = hasAsked(candidate);
            isLast = hasAsked;
            candidate = reserve.next();
        }
        return hasAsked;
    }

    private boolean hasAsked(Candidate candidate) {
        String target = candidate.member().target().id();
        boolean probe = candidate.standing() == Candidate.Standing.PROBE;
        if (probe) {
            instance.waitForNext();
        }
        Admission admission = health.admit(target, probe);
        instance.waitNoMore();
        journal.note(
                name, instance, candidate.standing(), target, admission.getClass().getSimpleName());
        return switch (admission) {
            case Admission.Granted(Permit permit) -> {
                reserve.asked(candidate);
                attempt(target, permit);
                yield true;
            }
            case Admission.Refused _ -> {
                reserve.refused(candidate);
                yield false;
            }
        };
    }

    private void attempt(String target, Permit permit) {
        Behaviour.Attempt course =
                schedule.targets().get(target).attempt(time.elapsed(), patience(), random);
        solitude.begun(instance, target);
        Duration end = course.end();
        AttemptOutcome outcome = course.outcome();
        if (!isScheduled && random.nextInt(12) == 0) {
            end = Duration.ofNanos(random.nextLong(end.toNanos() + 1));
            outcome =
                    random.nextBoolean()
                            ? new AttemptOutcome.Cancelled()
                            : new AttemptOutcome.LostRace();
        }
        if (course.hasContent() && course.content().compareTo(end) < 0) {
            time.after(course.content(), () -> permit.firstContent(course.content()));
        }
        AttemptOutcome told = outcome;
        long begunAt = time.nanos();
        time.after(end, () -> ended(target, permit, told, begunAt));
    }

    private Duration patience() {
        if (waiting.isEmpty()) {
            return Schedule.MOST_PATIENCE;
        }
        Duration budget = schedule.route().failoverBudget();
        Duration left = budget.minusNanos(time.nanos() - startedAt).dividedBy(waiting.size());
        Duration most = Duration.ofSeconds(3);
        Duration share = left.compareTo(LEAST) < 0 ? LEAST : left;
        return share.compareTo(most) < 0 ? share : most;
    }

    private void ended(String target, Permit permit, AttemptOutcome outcome, long begunAt) {
        journal.note(name, instance, target, outcome);
        if (outcome instanceof AttemptOutcome.Answered) {
            referee.answered(target, isLast);
        } else if (outcome instanceof AttemptOutcome.Failed) {
            solitude.failed(instance, target, begunAt);
        }
        permit.settle(outcome);
        if (outcome instanceof AttemptOutcome.Failed(var failure, boolean afterContent)
                && failure.isRetryable()
                && !afterContent
                && !isScheduled) {
            next();
        }
    }
}
