package spillway.runtime;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.util.function.Consumer;

/** Makes the handler, once, before the first invocation. */
@FunctionalInterface
public interface HandlerFactory {
    /**
     * Makes it. What it throws ends the process: the platform is told its class, the log also its
     * message, which therefore must hold no secret.
     *
     * @param hooks takes hooks; they run in the order given before a snapshot, and in the reverse
     *     order after a restore
     */
    RequestStreamHandler create(Consumer<SnapshotHook> hooks) throws Exception;
}
