package spillway.aws.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.provider.ApiKey;

/**
 * The keys of the providers by name: an environment variable of that name, or else the entry of the
 * secret. Nothing is read from the secret before a key is revealed.
 */
public final class ProviderKeys {
    private final Environment environment;
    private final @Nullable SecretKeys secret;

    /**
     * Keys of the environment and of the secret.
     *
     * @param secret null when there is none
     */
    public ProviderKeys(Environment environment, @Nullable SecretKeys secret) {
        this.environment = environment;
        this.secret = secret;
    }

    /** The key of that name. */
    public ApiKey named(String name) {
        Optional<String> plain = environment.named(name);
        if (plain.isPresent()) {
            return plain::get;
        }
        return secret == null ? ProviderKeys::missing : secret.named(name);
    }

    private static String missing() throws ProviderException {
        throw new ProviderException(new ProviderFailure.KeyMissing());
    }
}
