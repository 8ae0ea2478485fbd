package spillway.testkit.lambda;

/** How an invocation ended, as the platform would count it. */
public sealed interface Outcome {
    /** Whether all of a response came, be it that its end carried an error. */
    default boolean isWhole() {
        return switch (this) {
            case Completed _, FailedMidStream _ -> true;
            case Failed _,
                    Truncated _,
                    TooLarge _,
                    InvalidResponseMode _,
                    TimedOut _,
                    InitFailed _,
                    Exited _,
                    Cancelled _ ->
                    false;
        };
    }

    /** A whole response without an error. */
    record Completed() implements Outcome {}

    /** A response had begun, and its end carried an error. */
    record FailedMidStream(RuntimeError error) implements Outcome {}

    /** The runtime reported an error instead of a response. */
    record Failed(RuntimeError error) implements Outcome {}

    /** The response broke off: {@code Runtime.TruncatedResponse}. */
    record Truncated() implements Outcome {}

    /** The response went over the limit: {@code Function.ResponseSizeTooLarge}. */
    record TooLarge(long limitBytes) implements Outcome {}

    /** The response named a mode that there is not: {@code Runtime.InvalidResponseModeHeader}. */
    record InvalidResponseMode(String mode) implements Outcome {}

    /** The function's time ran out: {@code Sandbox.Timeout}. */
    record TimedOut() implements Outcome {}

    /** The runtime never became ready, and said why. */
    record InitFailed(RuntimeError error) implements Outcome {}

    /** The function's process ended under the invocation: {@code Runtime.ExitError}. */
    record Exited() implements Outcome {}

    /** The invoker gave up before the function had taken it, or the Runtime API was closed. */
    record Cancelled() implements Outcome {}
}
