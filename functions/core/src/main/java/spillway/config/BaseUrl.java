package spillway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks the address of a provider's API, to which a key is sent. */
final class BaseUrl {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|.+\\.localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    /** How the mistake ends that a setting can allow. */
    static final String LEAVE = "or leave to do so";

    private BaseUrl() {}

    /** What is wrong with it, without its text, since it may hold a password. */
    static Optional<String> mistake(String text, boolean allowHttp) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.of("is no URL");
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        String host = url.getHost();
        if (!(scheme.equals("https") || scheme.equals("http")) || host == null) {
            return Optional.of("is no http or https URL with a host");
        }
        if (url.getRawUserInfo() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            return Optional.of(
                    "has a user, a query or a fragment; only host, port and path are allowed");
        }
        if (scheme.equals("http")
                && !allowHttp
                && !LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
            return Optional.of(
                    "is http to another machine, which would send the key unencrypted; https is needed, "
                            + LEAVE);
        }
        return Optional.empty();
    }
}
