package spillway.aws.config;

/** The environment asks for what cannot be; the message says which variable and what would do. */
public final class ConfigurationException extends RuntimeException {
    private final String mistakes;

    public ConfigurationException(String message) {
        super(message);
        this.mistakes = message;
    }

    /** The message, a line for each mistake; safe to log. */
    public String mistakes() {
        return mistakes;
    }
}
