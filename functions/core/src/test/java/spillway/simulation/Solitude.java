package spillway.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What holds of a process that never hears of the table: after three failures in a row it leaves a
 * target alone for five seconds, then tries once, and so on.
 */
final class Solitude {
    private static final int FAILURES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Schedule schedule;
    private final VirtualTime time;
    private final Referee referee;
    private final Map<String, Pause> pauses = new HashMap<>();

    Solitude(Schedule schedule, VirtualTime time, Referee referee) {
        this.schedule = schedule;
        this.time = time;
        this.referee = referee;
    }

    void begun(Instance instance, String target) {
        Pause pause = pauses.get(instance + " " + target);
        if (pause != null && pause.failures >= FAILURES) {
            referee.require(
                    time.nanos() - pause.since >= PAUSE.toNanos(),
                    "who is alone leaves alone what fails",
                    instance,
                    target);
        }
    }

    void failed(Instance instance, String target, long begunAt) {
        if (!isAlone(target)) {
            return;
        }
        Pause pause = pauses.getOrDefault(instance + " " + target, new Pause(0, 0));
        boolean isTrial = pause.failures >= FAILURES && begunAt - pause.since >= PAUSE.toNanos();
        if (pause.failures < FAILURES || isTrial) {
            pauses.put(instance + " " + target, new Pause(pause.failures + 1, time.nanos()));
        }
    }

    /** Where the target always fails, so that failures are in a row, and another never does. */
    private boolean isAlone(String target) {
        return schedule.isWithoutTable()
                && schedule.hasAFirmTarget()
                && schedule.targets().get(target).isAlwaysFailing();
    }

    private record Pause(int failures, long since) {}
}
