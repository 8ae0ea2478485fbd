package spillway.local.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one function's process running: starts it, passes on what it prints, starts it again when
 * it dies, ever more slowly while it keeps dying. Ends that process and no other.
 */
public final class FunctionProcess implements AutoCloseable {
    private static final Duration FIRST_WAIT = Duration.ofMillis(250);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** A process that has run so long did not die of its start. */
    private static final Duration STEADY = Duration.ofSeconds(30);

    /** From being asked to end until being made to. */
    private static final Duration GRACE = Duration.ofMillis(1200);

    /**
     * Becomes the function's process, and leaves a watch that ends it when this process is killed:
     * the watch's input ends then, without the line that lets go of the watch.
     */
    private static final String WATCHED =
            "exec 3<&0; (read -r _ <&3 || kill $$) >/dev/null 2>&1 & exec \"$@\" </dev/null 3<&-";

    private final ProcessSettings settings;
    private final PrintStream out;
    private final Life life;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private @Nullable Process process;
    private boolean closed;

    private FunctionProcess(ProcessSettings settings, PrintStream out, Life life) {
        this.settings = settings;
        this.out = out;
        this.life = life;
    }

    /** Hears of each process that is started. Called by one thread; must not block. */
    public interface Life {
        /** One has been started. */
        void started();

        /**
         * It has ended.
         *
         * @return whether another is worth starting
         */
        boolean ended();
    }

    /**
     * Starts it, and watches it until it is closed.
     *
     * @param life says whether one that has ended is followed by another
     */
    public static FunctionProcess start(ProcessSettings settings, PrintStream out, Life life) {
        FunctionProcess kept = new FunctionProcess(settings, out, life);
        Thread.ofVirtual().name("keep-" + settings.name()).start(kept::keep);
        return kept;
    }

    /** The running process's id, or -1 between two. */
    public long pid() {
        lock.lock();
        try {
            Process running = process;
            return running != null && running.isAlive() ? running.pid() : -1;
        } finally {
            lock.unlock();
        }
    }

    private void keep() {
        Duration wait = FIRST_WAIT;
        while (true) {
            long started = System.nanoTime();
            String end = runOnce();
            boolean isWorthAnother = life.ended();
            if (end == null) {
                return;
            }
            if (!isWorthAnother) {
                print(end + "; it is not started again");
                return;
            }
            boolean wasSteady = System.nanoTime() - started > STEADY.toNanos();
            wait = wasSteady ? FIRST_WAIT : wait;
            print(end + "; it is started again in " + wait.toMillis() + " ms");
            if (isClosedAfter(wait)) {
                return;
            }
            wait = wait.multipliedBy(2);
            wait = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        }
    }

    /** What became of it, or null when it was closed. */
    private @Nullable String runOnce() {
        Process running;
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            ProcessBuilder builder =
                    new ProcessBuilder(command())
                            .directory(settings.directory().toFile())
                            .redirectErrorStream(true);
            builder.environment().clear();
            builder.environment().putAll(settings.environment());
            running = builder.start();
            process = running;
        } catch (IOException e) {
            return "cannot be started: " + e.getMessage();
        } finally {
            lock.unlock();
        }
        life.started();
        passOn(running);
        int status = waitFor(running);
        release(running);
        lock.lock();
        try {
            return closed ? null : "the process ended with status " + status;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the watch of a process that has ended. */
    private static void release(Process ended) {
        try (OutputStream watch = ended.getOutputStream()) {
            watch.write('\n');
        } catch (IOException _) {
            // It has been let go of before.
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", WATCHED, settings.name()));
        command.addAll(settings.command());
        return command;
    }

    private void passOn(Process running) {
        try (BufferedReader lines = running.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                print(line);
            }
        } catch (IOException _) {
            // It has ended, and with it what it had to say.
        }
    }

    private static int waitFor(Process running) {
        try {
            return running.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the keeper", e);
        }
    }

    private boolean isClosedAfter(Duration wait) {
        lock.lock();
        try {
            long left = wait.toNanos();
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
            return closed;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the keeper", e);
        } finally {
            lock.unlock();
        }
    }

    private void print(String line) {
        out.println(settings.name() + " | " + line);
    }

    /** Asks the process to end, and makes it end if it does not at once. */
    @Override
    public void close() {
        @Nullable Process running = ask();
        if (running == null) {
            return;
        }
        try {
            if (!running.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                running.destroyForcibly().waitFor();
            }
            release(running);
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the process to end without waiting for it. */
    public @Nullable Process ask() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
            Process running = process;
            if (running != null) {
                running.destroy();
            }
            return running;
        } finally {
            lock.unlock();
        }
    }
}
