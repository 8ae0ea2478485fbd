package spillway.attempt;

import org.jspecify.annotations.Nullable;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.provider.ChatStream;
import spillway.time.Ticker;
import spillway.usage.UsageMeter;

/**
 * A provider's stream, seen from the other end of the hand-over with the thread that reads it.
 *
 * <p>The thread ends with the stream, or soon after {@link #close}. It is not interrupted: an
 * interrupt could hit a connection that others share.
 */
final class Wire {
    /** Enough for what a provider sends in one piece, too little to run ahead of a slow reader. */
    private static final int AHEAD = 32;

    private final HandOver handOver;
    private final ChatStream stream;
    private final Timers timers;
    private final Pace pace;
    private final UsageMeter meter;
    private final Ticker ticker;

    /** Prepares the call. Whatever a provider throws at it comes out of {@link #poll}. */
    Wire(Call call, UsageMeter meter, Ticker ticker) {
        this.meter = meter;
        this.handOver = new HandOver(AHEAD, ticker);
        this.timers = call.timers();
        this.pace = new Pace(timers.throughput(), timers.nextEvent());
        this.ticker = ticker;
        this.stream = streamOf(call);
    }

    /**
     * The next event; waits that long for one.
     *
     * @return null when there was none, or when it is closed and nothing is left
     * @throws ProviderException when the provider failed, after all that came before
     */
    @Nullable StreamEvent poll(long nanos) throws ProviderException {
        return handOver.poll(nanos);
    }

    /** From now on that is run whenever {@link #poll} may have more. Must not block. */
    void whenFilled(Runnable told) {
        handOver.whenFilled(told);
    }

    /** Ends the call; what was handed over can still be polled. Idempotent; never blocks. */
    void close() {
        handOver.close();
        closeStream();
    }

    private static ChatStream streamOf(Call call) {
        try {
            return call.provider().call(call.request(), call.timers().connect());
        } catch (Throwable bug) {
            return new StillbornStream(Bug.asFailure(bug));
        }
    }

    /** Makes the call, on the thread that is to read it: hands everything over, to the end. */
    void read() {
        try {
            boolean more = true;
            while (more) {
                long asked = ticker.nanos();
                StreamEvent event = stream.next();
                // Before it is handed over: what was generated is paid for, read or not.
                meter.add(event);
                pace.add(event, ticker.nanos() - asked);
                more = handOver.put(event) && !(event instanceof StreamEvent.Finish);
                requirePace(event);
            }
        } catch (ProviderException failure) {
            handOver.fail(failure);
        } catch (Throwable bug) {
            // Also a checked one: libraries written in other languages throw them undeclared.
            handOver.fail(Bug.asFailure(bug));
        } finally {
            // At once, not when the reader gets there: the connection can serve others.
            closeStream();
        }
    }

    private void requirePace(StreamEvent event) throws ProviderException {
        boolean goesOn = event instanceof StreamEvent.Content || event instanceof StreamEvent.Alive;
        if (goesOn && pace.isTooSlow()) {
            throw new ProviderException(
                    new ProviderFailure.TimedOut(
                            ProviderFailure.Phase.THROUGHPUT, timers.nextEvent()));
        }
    }

    private void closeStream() {
        try {
            stream.close();
        } catch (Throwable bug) {
            // Must not keep the attempt from ending, nor go unheard.
            Bug.tell(bug);
        }
    }
}
