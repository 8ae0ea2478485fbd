package spillway.local.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import spillway.local.Platform;
import spillway.testkit.provider.Fault;

/** All faults at once, 200 streams at a time, and what is left of them afterwards. */
final class Storm {
    private static final int STREAMS = 200;

    private static final Duration SETTLE = Duration.ofSeconds(10);

    /** Carriers and helpers that the JVM itself keeps: they do not grow with each storm. */
    private static final int PLATFORM_THREADS_SPARE = 8;

    private final Platform platform;
    private final Wall wall;
    private final Stage stage;
    private final int workers;

    /**
     * @param workers as many invocations the platform allows at once
     */
    Storm(Platform platform, Wall wall, int workers) {
        this.platform = platform;
        this.workers = workers;
        this.wall = wall;
        this.stage = new Stage(wall, platform.port());
    }

    /**
     * How it went.
     *
     * @param left what should not be there any more; empty when all was returned
     */
    record Outcome(
            List<Played> played,
            Duration took,
            ProcessLook before,
            ProcessLook after,
            int idleBefore,
            int idleAfter,
            int activeAfter,
            int openAfter,
            List<String> left) {}

    /**
     * The scenarios of one storm: those given, again and again up to the number of streams. Without
     * the slow drip, which is no fault and takes a minute.
     */
    static List<Scenario> cast(List<Scenario> scenarios) {
        List<Scenario> faults =
                scenarios.stream()
                        .filter(one -> !(one.legs().getFirst().fault() instanceof Fault.Drip))
                        .toList();
        List<Scenario> cast = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            cast.add(faults.get(i % faults.size()).again("storm" + i + "-"));
        }
        return cast;
    }

    Outcome play(List<Scenario> cast) throws IOException, InterruptedException {
        settle(() -> wall.active() == 0 && platform.idle("generate") == workers);
        int idleBefore = platform.idle("generate");
        ProcessLook before = look();
        long start = System.nanoTime();
        List<Played> played = stage.atOnce(cast);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        settle(() -> wall.active() == 0 && platform.idle("generate") == idleBefore);
        // Connections that the provider broke are dropped when they are next looked at.
        settle(() -> connections() == wall.open());
        ProcessLook after = look();
        return new Outcome(
                played,
                took,
                before,
                after,
                idleBefore,
                platform.idle("generate"),
                wall.active(),
                wall.open(),
                left(before, after, idleBefore));
    }

    private List<String> left(ProcessLook before, ProcessLook after, int idleBefore) {
        List<String> left = new ArrayList<>();
        if (wall.active() != 0) {
            left.add(wall.active() + " requests still run at the providers");
        }
        if (after.connections() != wall.open()) {
            left.add(
                    "the gateway holds "
                            + after.connections()
                            + " connections, the providers "
                            + wall.open());
        }
        if (platform.idle("generate") != idleBefore) {
            left.add((idleBefore - platform.idle("generate")) + " invocations have not ended");
        }
        if (after.virtualThreads() > before.virtualThreads()) {
            left.add(
                    (after.virtualThreads() - before.virtualThreads())
                            + " more virtual threads than before");
        }
        if (after.platformThreads() > before.platformThreads() + PLATFORM_THREADS_SPARE) {
            left.add(
                    (after.platformThreads() - before.platformThreads())
                            + " more platform threads than before");
        }
        return left;
    }

    private ProcessLook look() throws IOException, InterruptedException {
        return ProcessLook.at(pid(), wall.ports());
    }

    private int connections() {
        try {
            return ProcessLook.at(pid(), wall.ports()).connections();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private long pid() {
        Long pid = platform.processes().get("generate");
        if (pid == null) {
            throw new IllegalStateException("the function generate does not run");
        }
        return pid;
    }

    private static void settle(BooleanSupplier settled) throws InterruptedException {
        long due = System.nanoTime() + SETTLE.toNanos();
        while (!settled.getAsBoolean() && System.nanoTime() < due) {
            Thread.sleep(50);
        }
    }
}
