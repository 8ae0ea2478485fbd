package spillway.gateway;

import spillway.chat.ChatRequest;
import spillway.relay.Opening;

/** The gateway: a request in, an answer out. Safe to use from many threads. */
@FunctionalInterface
public interface Gateway {
    /**
     * Opens an answer. Blocks until the first content is here or there will be none, which is
     * within the route's failover budget when any target is well; or, after the route's {@code
     * hold}, until a target is seen to work on it. Never throws for what a provider or the table
     * does.
     */
    Opening open(Caller caller, ChatRequest request);
}
