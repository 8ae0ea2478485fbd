package spillway.local.url;

import java.io.IOException;

/** A deployed function, as the front door sees it. Safe to use from many threads. */
@FunctionalInterface
public interface Function {
    /**
     * Hands the event to an instance, and its response to the receiver. Returns when all of it has
     * come, also when error trailers followed; the receiver's calls have then returned.
     *
     * @throws Failed when there was no response, or not all of it; the receiver may then still be
     *     in a call
     */
    void invoke(byte[] event, Receiver receiver) throws Failed;

    /** The function failed, died or took too long before its response was whole. */
    final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        public Failed(String what) {
            super(what);
        }
    }

    /**
     * Whom a response goes to as it comes. Called by one thread at a time, which is not the one
     * that invoked; the function is held back meanwhile.
     */
    interface Receiver {
        /**
         * The response begins.
         *
         * @param contentType the type that the function gave it
         * @throws IOException when it is not wanted: it is cut
         */
        void begin(String contentType) throws IOException;

        /**
         * The next bytes, which belong to the caller again when this returns.
         *
         * @throws IOException when no more is wanted: the response is cut, so that the function's
         *     next write fails
         */
        void receive(byte[] bytes, int offset, int length) throws IOException;
    }
}
