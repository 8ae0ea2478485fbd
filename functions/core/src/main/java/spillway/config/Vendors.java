package spillway.config;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import spillway.provider.ProviderSettings.Kind;

/**
 * Where the vendors are and what their keys are called, unless a routes file says so: as their
 * official SDKs find it in the environment.
 */
final class Vendors {
    private final Map<String, String> values;

    /**
     * @param values like those of the environment
     */
    Vendors(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** The name of the variable that holds the key. */
    static String keyName(Kind kind) {
        return switch (kind) {
            case OPENAI -> "OPENAI_API_KEY";
            case ANTHROPIC -> "ANTHROPIC_API_KEY";
            case SCRIPTED -> "";
        };
    }

    /** What is wrong with the address in the environment, which is named. */
    Optional<String> mistake(Kind kind) {
        boolean allowHttp = Boolean.parseBoolean(value("SPILLWAY_ALLOW_HTTP"));
        return own(kind)
                .flatMap(url -> BaseUrl.mistake(url, allowHttp))
                .map(
                        mistake ->
                                variable(kind)
                                        + " "
                                        + mistake
                                        + (mistake.endsWith(BaseUrl.LEAVE)
                                                ? " (SPILLWAY_ALLOW_HTTP=true)"
                                                : ""));
    }

    /** The address in the environment, else the vendor's; only if there is no mistake. */
    URI baseUrl(Kind kind) {
        return own(kind).map(URI::create).orElseGet(() -> official(kind));
    }

    /** The value without the white space around it; empty when there is none. */
    String value(String name) {
        return values.getOrDefault(name, "").strip();
    }

    private Optional<String> own(Kind kind) {
        return Optional.of(value(variable(kind))).filter(url -> !url.isEmpty());
    }

    private static String variable(Kind kind) {
        return switch (kind) {
            case OPENAI -> "OPENAI_BASE_URL";
            case ANTHROPIC -> "ANTHROPIC_BASE_URL";
            // None: a script is nowhere.
            case SCRIPTED -> "";
        };
    }

    private static URI official(Kind kind) {
        return switch (kind) {
            case OPENAI -> URI.create("https://api.openai.com/v1");
            case ANTHROPIC -> URI.create("https://api.anthropic.com");
            case SCRIPTED -> URI.create("scripted:script");
        };
    }
}
