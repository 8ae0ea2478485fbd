package spillway.function.stream;

import spillway.aws.Spillway;
import spillway.aws.config.Environment;
import spillway.runtime.LambdaRuntime;

/** Starts the stream function. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        LambdaRuntime.run(
                hooks -> {
                    Spillway spillway = Spillway.fromEnvironment(Environment.ofProcess());
                    hooks.accept(spillway);
                    return spillway.stream();
                });
    }
}
