package spillway.local;

/** A setting that cannot be followed; the message says which and what would be right. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SettingsException(String message) {
        super(message);
    }
}
