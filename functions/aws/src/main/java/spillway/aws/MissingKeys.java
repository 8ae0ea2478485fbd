package spillway.aws;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import spillway.aws.config.Environment;
import spillway.aws.config.Variable;
import spillway.config.GatewayConfig;
import spillway.provider.ProviderSettings;

/** Which keys are asked for by a provider and set by nobody. */
final class MissingKeys {
    private MissingKeys() {}

    /**
     * The name of the key by the id of the provider that needs it. None when there is a secret: it
     * may hold them, and is not read before it must be.
     */
    static SequencedMap<String, String> of(Environment environment, GatewayConfig config) {
        SequencedMap<String, String> missing = new LinkedHashMap<>();
        if (environment.get(Variable.SPILLWAY_KEYS_SECRET).isPresent()) {
            return missing;
        }
        for (Map.Entry<String, ProviderSettings> provider : config.providers().entrySet()) {
            String key = provider.getValue().keyName();
            // A script has none.
            if (!key.isEmpty() && environment.named(key).isEmpty()) {
                missing.put(provider.getKey(), key);
            }
        }
        return missing;
    }
}
