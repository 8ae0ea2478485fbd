package spillway.chat;

import java.util.Objects;

/**
 * An attempt failed. The message is safe to log; the cause, when there is one, may not be: it is
 * for debuggers.
 */
public final class ProviderException extends Exception {
    private final transient ProviderFailure failure;

    public ProviderException(ProviderFailure failure) {
        this(failure, null);
    }

    public ProviderException(
            ProviderFailure failure, @org.jspecify.annotations.Nullable Throwable cause) {
        super(Objects.requireNonNull(failure).reason() + " " + failure.detail(), cause);
        this.failure = failure;
    }

    /** Why. */
    public ProviderFailure failure() {
        return failure;
    }
}
