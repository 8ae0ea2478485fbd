package spillway.testkit.lambda;

import java.io.IOException;

/**
 * Whom the response of one invocation goes to, piece by piece as the function flushes it, on the
 * thread that reads it off the runtime's connection. While a call has not returned, the function is
 * held back.
 */
public interface ResponseReceiver {
    /** It begins. Called once, before any bytes; not at all when there is no response. */
    void begin(ResponseHead head) throws IOException, InterruptedException;

    /**
     * The next bytes, which belong to the caller again when this returns.
     *
     * @throws IOException when no more is wanted: the response is cut, so that the function's next
     *     write fails
     */
    void receive(byte[] bytes, int offset, int length) throws IOException, InterruptedException;

    /**
     * The invocation has ended. Called once, on any thread. Of a whole response, no call is under
     * way then nor follows; of another, as when the time is over, one may be under way.
     */
    void end(Outcome outcome);
}
