package spillway.local.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a function's process is started. {@code toString} tells no values: they can be keys.
 *
 * @param name prefixes its output
 * @param directory where it runs: its unpacked zip
 * @param command the program and its arguments
 * @param environment all of it; nothing is inherited
 */
public record ProcessSettings(
        String name, Path directory, List<String> command, Map<String, String> environment) {
    public ProcessSettings {
        Objects.requireNonNull(name);
        Objects.requireNonNull(directory);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    @Override
    public String toString() {
        return "ProcessSettings[" + name + ", " + directory + "]";
    }
}
