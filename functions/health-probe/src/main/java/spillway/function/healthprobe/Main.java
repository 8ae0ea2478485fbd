package spillway.function.healthprobe;

import spillway.aws.Spillway;
import spillway.aws.config.Environment;
import spillway.runtime.LambdaRuntime;

/** Starts the health-probe function. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        LambdaRuntime.run(
                hooks -> {
                    Spillway spillway = Spillway.fromEnvironment(Environment.ofProcess());
                    hooks.accept(spillway);
                    return spillway.healthProbe();
                });
    }
}
