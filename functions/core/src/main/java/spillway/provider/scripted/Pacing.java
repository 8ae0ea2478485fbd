package spillway.provider.scripted;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How a script waits between its words. */
@FunctionalInterface
public interface Pacing {
    /** Waits in real time. */
    Pacing REAL = (wait, closed) -> closed.await(wait.toNanos(), TimeUnit.NANOSECONDS);

    /**
     * Waits that long, or until the stream is closed.
     *
     * @param closed opens when the stream is closed
     * @return whether it was closed
     */
    boolean pause(Duration wait, CountDownLatch closed) throws InterruptedException;
}
