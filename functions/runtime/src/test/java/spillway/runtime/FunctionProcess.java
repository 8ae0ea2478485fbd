package spillway.runtime;

import com.amazonaws.services.lambda.runtime.Context;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A function in a process of its own, whose output goes to a file. */
final class FunctionProcess implements AutoCloseable {
    private final Process process;

    private FunctionProcess(Process process) {
        this.process = process;
    }

    /** Starts {@link ExampleFunction}. */
    static FunctionProcess start(Map<String, String> environment, Path output) throws IOException {
        return start(List.of(), environment, output);
    }

    /** Starts {@link ExampleFunction} under another program, which gets its command line. */
    static FunctionProcess start(List<String> under, Map<String, String> environment, Path output)
            throws IOException {
        List<String> command = new ArrayList<>(under);
        command.addAll(command(classPath().stream().map(Path::toString).toList()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(environment);
        return new FunctionProcess(builder.redirectOutput(output.toFile()).start());
    }

    /** Starts {@link ExampleFunction} with these parts of a class path. */
    static List<String> command(List<String> classPath) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.join(File.pathSeparator, classPath),
                ExampleFunction.class.getName());
    }

    /** What {@link ExampleFunction} needs, and no more. */
    static List<Path> classPath() {
        return List.of(
                place(LambdaRuntime.class), place(ExampleFunction.class), place(Context.class));
    }

    private static Path place(Class<?> type) {
        return Path.of(
                URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("the process did not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        // Also what another program has started in its turn.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
