package spillway.provider.http;

import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.provider.ApiKey;

/** A key as a header can carry it. */
public final class HttpKey {
    private HttpKey() {}

    /**
     * The key without the white space around it, which files and consoles leave there.
     *
     * @throws ProviderException when there is none, or it holds what a header cannot carry: the
     *     client's own message would show it
     */
    public static String of(ApiKey key) throws ProviderException {
        String value = key.reveal().strip();
        boolean visible = value.chars().allMatch(c -> c > ' ' && c < 0x7F);
        if (value.isEmpty() || !visible) {
            throw new ProviderException(new ProviderFailure.KeyMissing());
        }
        return value;
    }
}
