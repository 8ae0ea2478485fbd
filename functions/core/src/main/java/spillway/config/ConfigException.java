package spillway.config;

import java.util.List;

/**
 * The gateway cannot be configured so. The message holds every mistake, a line each, and no key.
 */
public final class ConfigException extends Exception {
    private final transient List<String> mistakes;

    public ConfigException(List<String> mistakes) {
        super(String.join("\n", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    /** Each mistake, such as {@code routes.json:12:7: /routes/chat/groups is missing}. */
    public List<String> mistakes() {
        return mistakes;
    }
}
