package spillway.runtime;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ends invocations whose time is nearly over. One thread waits for the earliest of them; it is
 * started by the first invocation.
 */
final class DeadlineWatch {
    private static final long IDLE_NANOS = 3_600_000_000_000L;

    private final Set<Watched> active = new HashSet<>();
    private long wakesAt;
    private @Nullable Thread watcher;

    /** What the handler's worker is doing. */
    private enum Step {
        HANDLING,
        FINISHING,
        DONE
    }

    /** Begins to watch an invocation; the calling thread is the one to be interrupted. */
    synchronized Watched watch(
            InvocationDeadline deadline,
            ResponseStream response,
            ApiConnection connection,
            Runnable stuck) {
        Watched watched = new Watched(deadline, response, connection, stuck);
        active.add(watched);
        if (watcher == null) {
            wakesAt = deadline.expiryNanos();
            watcher = new Thread(new Watcher(), "deadlines");
            watcher.setDaemon(true);
            watcher.start();
        } else if (deadline.expiryNanos() - wakesAt < 0) {
            notifyAll();
        }
        return watched;
    }

    private synchronized void forget(Watched watched) {
        active.remove(watched);
    }

    private final class Watcher implements Runnable {
        @Override
        public void run() {
            try {
                watchForEver();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void watchForEver() throws InterruptedException {
        while (true) {
            long now = System.nanoTime();
            wakesAt = expireAndFindNext(now);
            wait((wakesAt - now) / 1_000_000 + 1);
        }
    }

    private long expireAndFindNext(long now) {
        long next = now + IDLE_NANOS;
        for (var each = active.iterator(); each.hasNext(); ) {
            Watched watched = each.next();
            long expiry = watched.deadline.expiryNanos();
            if (expiry - now <= 0) {
                each.remove();
                // On its own thread: a stuck connection must not delay the others.
                Thread.ofVirtual().name("deadline").start(watched);
            } else if (expiry - next < 0) {
                next = expiry;
            }
        }
        return next;
    }

    /** One invocation under watch. */
    final class Watched implements Runnable {
        private final InvocationDeadline deadline;
        private final ResponseStream response;
        private final ApiConnection connection;
        private final Runnable stuck;
        private final Thread handling = Thread.currentThread();
        private Step step = Step.HANDLING;

        Watched(
                InvocationDeadline deadline,
                ResponseStream response,
                ApiConnection connection,
                Runnable stuck) {
            this.deadline = deadline;
            this.response = response;
            this.connection = connection;
            this.stuck = stuck;
        }

        /** The handler has returned: after this call no interrupt comes, and none is left. */
        void handlerReturned() {
            synchronized (this) {
                step = Step.FINISHING;
            }
            // It was meant for the handler; the worker's own connection would be closed by it.
            boolean _ = Thread.interrupted();
        }

        /** The response is settled. */
        void done() {
            synchronized (this) {
                step = Step.DONE;
                notifyAll();
            }
            forget(this);
        }

        /** The time is over. */
        @Override
        public void run() {
            long patience = Math.max(1, deadline.marginNanos() / 2_000_000);
            ErrorReport report =
                    ErrorReport.named(
                            "DeadlineExceeded",
                            "The function ran into its time-out and was ended.");
            // On its own thread: a stuck connection must not keep the handler from its interrupt.
            Thread ending = Thread.ofVirtual().name("ending").start(() -> response.expire(report));
            try {
                if (!ending.join(Duration.ofMillis(patience))) {
                    cut();
                }
                interruptHandler();
                awaitDone(patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private synchronized void interruptHandler() {
            if (step == Step.HANDLING) {
                handling.interrupt();
            }
        }

        /** In one go: no worker may get on with its next invocation while it is given up. */
        private synchronized void awaitDone(long millis) throws InterruptedException {
            long end = System.nanoTime() + millis * 1_000_000;
            for (long left = millis; step != Step.DONE && left > 0; ) {
                wait(left);
                left = (end - System.nanoTime()) / 1_000_000;
            }
            switch (step) {
                case DONE -> {}
                case FINISHING -> cut();
                case HANDLING -> stuck.run();
            }
        }

        private synchronized void cut() {
            // When it is done, the connection already serves another invocation.
            if (step != Step.DONE) {
                connection.close();
            }
        }
    }
}
