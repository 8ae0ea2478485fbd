package spillway.runtime;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;

/** What all workers of a process share. */
record RuntimeParts(
        RuntimeEnvironment environment,
        RequestStreamHandler handler,
        Dialer dialer,
        Pause pause,
        RuntimeLog log,
        DeadlineWatch watch) {}
