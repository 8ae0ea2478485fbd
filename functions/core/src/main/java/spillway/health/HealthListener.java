package spillway.health;

import spillway.chat.ProviderFailure;

/** Is told what health makes of what it sees. Safe to call from many threads; must not block. */
public interface HealthListener {
    /** Hears nothing. */
    HealthListener NONE = new HealthListener() {};

    /** This process has changed a target's shared state, or its local breaker changed. */
    default void stateChanged(
            String target, TargetHealth.State from, TargetHealth.State to, String reason) {}

    /** A provider refuses our account: somebody must act. */
    default void accountRefused(String target, ProviderFailure failure) {}

    /** The table could no longer be reached, or can be again. */
    default void tableReachable(boolean reachable) {}
}
