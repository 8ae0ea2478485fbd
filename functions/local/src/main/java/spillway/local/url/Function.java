package spillway.local.url;

import java.io.IOException;
import java.io.InputStream;

/** A deployed function, as the front door sees it. Safe to use from many threads. */
@FunctionalInterface
public interface Function {
    /**
     * Hands the event to an instance and returns when its response has begun. The caller closes the
     * invocation.
     *
     * @throws Failed when there will be no response
     */
    Invocation invoke(byte[] event) throws Failed;

    /** The function failed, died or took too long before it responded. */
    final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        public Failed(String what) {
            super(what);
        }
    }

    /** A response under way. Used by one thread. */
    interface Invocation extends AutoCloseable {
        /** The type that the function gave its response. */
        String contentType();

        /**
         * The response as it comes: a read returns what is there. Ends where the function ended it,
         * also when error trailers followed; fails when it was cut.
         */
        InputStream body();

        /** Stops reading. The function's next write fails if it has not ended. */
        @Override
        void close() throws IOException;
    }
}
