package spillway.provider.http;

import okhttp3.Request;
import spillway.chat.ProviderException;

/** One call in a vendor's words. Made anew for each call, used by one thread. */
public interface WireCall {
    /**
     * The HTTP request, with its key.
     *
     * @throws ProviderException when there is no key, or the request cannot be said in the vendor's
     *     words
     */
    Request request() throws ProviderException;

    /** Whether that field of the request says what its caller did not ask for. */
    boolean added(String field);

    /** What reads the answer; called once. */
    StreamDecoder decoder();

    /** The provider has refused the key. Never throws. */
    void keyRefused();
}
