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
 * one after the other until one answers, or the reader has had enough.
 */
final class Walk {
    /** The least patience with a target while others wait. */
    private static final Duration LEAST = Duration.ofMillis(200);

    private final String name;
    private final Instance instance;
    private final Health health;
    private final Deque<Candidate> waiting;
    private final Schedule schedule;
    private final VirtualTime time;
    private final SplittableRandom random;
    private final Referee referee;
    private final Solitude solitude;
    private final Journal journal;
    private final long startedAt;
    private boolean isScheduled;

    Walk(
            String name,
            Instance instance,
            Health health,
            List<Candidate> toTry,
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
        if (!hasAsked()) {
            referee.unanswered(name);
        }
    }

    /** Asks the one candidate, unless another probes it or it is not due. */
    void probe() {
        isScheduled = true;
        hasAsked();
    }

    private boolean hasAsked() {
        while (!waiting.isEmpty()) {
            Candidate candidate = waiting.remove();
            String target = candidate.member().target().id();
            boolean probe = candidate.standing() == Candidate.Standing.PROBE;
            if (probe) {
                instance.waitForNext();
            }
            Admission admission = health.admit(target, probe);
            instance.waitNoMore();
            journal.note(
                    name,
                    instance,
                    candidate.standing(),
                    target,
                    admission.getClass().getSimpleName());
            if (admission instanceof Admission.Granted(Permit permit)) {
                attempt(target, permit);
                return true;
            }
        }
        return false;
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
            referee.answered(target);
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
