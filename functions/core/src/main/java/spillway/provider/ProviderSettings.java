package spillway.provider;

import java.net.URI;
import java.util.Objects;

/**
 * One configured provider.
 *
 * @param id its name in targets ({@code id/model}), logs and answers
 * @param kind which wire it speaks
 * @param baseUrl where its API is; for OpenAI with {@code /v1}, for Anthropic without, as the
 *     official SDKs read theirs
 * @param keyName the environment variable, or the entry of the secret, that holds its key
 */
public record ProviderSettings(String id, Kind kind, URI baseUrl, String keyName) {
    public ProviderSettings {
        Objects.requireNonNull(id);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(baseUrl);
        Objects.requireNonNull(keyName);
    }

    /** Which wire a provider speaks. */
    public enum Kind {
        /** OpenAI Chat Completions, and whoever is compatible with it. */
        OPENAI,
        /** Anthropic Messages. */
        ANTHROPIC,
        /**
         * Answers from a script, without a network: for a stack without keys, or rolled back to
         * mock answers.
         */
        SCRIPTED
    }
}
