package spillway.provider.http;

import java.net.URI;
import okhttp3.HttpUrl;

/** Where a vendor's calls go. */
public final class ProviderUrl {
    private ProviderUrl() {}

    /**
     * The base with the path after its own.
     *
     * @throws IllegalArgumentException when the base is not an HTTP URL
     */
    public static HttpUrl of(URI base, String path) {
        HttpUrl url = HttpUrl.parse(base.toString());
        if (url == null) {
            throw new IllegalArgumentException(
                    "the base URL is "
                            + base.getScheme()
                            + "://"
                            + base.getHost()
                            + "; one like https://api.example.com/v1 is needed");
        }
        return url.newBuilder().addPathSegments(path).query(null).fragment(null).build();
    }
}
