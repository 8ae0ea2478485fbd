package spillway.attempt;

import java.util.concurrent.RejectedExecutionException;
import spillway.time.Ticker;

/** Starts attempts for which there is no thread. */
public final class NoThreads {
    private NoThreads() {}

    /** What {@link Attempt#start} does when no thread can be had. */
    public static Attempt start(Call call, AttemptListener listener, Ticker ticker) {
        return Attempt.start(
                call,
                listener,
                ticker,
                _ -> {
                    throw new RejectedExecutionException("no thread");
                });
    }
}
