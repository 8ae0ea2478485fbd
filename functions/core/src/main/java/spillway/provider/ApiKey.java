package spillway.provider;

import spillway.chat.ProviderException;

/**
 * The key of one provider, read at each call so that it can be rotated. Safe to use from many
 * threads.
 */
@FunctionalInterface
public interface ApiKey {
    /**
     * The key itself: for the request's header and for nothing else.
     *
     * @throws ProviderException with {@link spillway.chat.ProviderFailure.KeyMissing} when there is
     *     none
     */
    String reveal() throws ProviderException;

    /** The provider has refused this key: whoever caches it should fetch it anew. Never throws. */
    default void refused() {}
}
