package spillway.local.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Java processes with this one's class path. */
final class Children {
    private Children() {}

    /** One that runs; closing asks it to end, and makes it end after 5 s. */
    record Child(Process process, BufferedReader lines) implements AutoCloseable {
        /** Reads until a line is the one, then goes on reading for nobody. */
        String awaitLine(Predicate<String> wanted) throws IOException {
            StringBuilder said = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (wanted.test(line)) {
                    Thread.ofVirtual().start(this::drain);
                    return line;
                }
                said.append(line).append('\n');
            }
            throw new IOException("the process ended early, and said:\n" + said);
        }

        private void drain() {
            try {
                while (lines.readLine() != null) {}
            } catch (IOException _) {
                // It has ended.
            }
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Starts one.
     *
     * @param options of the JVM
     */
    static Child start(
            Class<?> main, List<String> options, List<String> arguments, Map<String, String> more)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(Children::isSetting);
        builder.environment().putAll(more);
        Process process = builder.start();
        return new Child(process, process.inputReader(StandardCharsets.UTF_8));
    }

    /** Whether a variable is a setting of a gateway, which no measured process inherits. */
    static boolean isSetting(String name) {
        return name.startsWith("SPILLWAY_")
                || name.endsWith("_API_KEY")
                || name.endsWith("_BASE_URL")
                || name.equals("PORT");
    }

    /** Resident memory in KiB of the process and those it started, named by what they run. */
    static Map<String, Long> memory(ProcessHandle process) throws IOException {
        Map<String, Long> memory = new TreeMap<>();
        memory.put("platform", resident(process));
        for (ProcessHandle child : process.descendants().toList()) {
            String[] arguments = child.info().arguments().orElse(new String[] {"?"});
            String last = arguments[arguments.length - 1];
            if (last.startsWith("spillway.")) {
                memory.put(name(last), resident(child));
            }
        }
        return memory;
    }

    /** {@code spillway.function.generate.Main} is generate. */
    private static String name(String main) {
        String[] parts = main.split("\\.", -1);
        return parts.length < 2 ? main : parts[parts.length - 2];
    }

    private static long resident(ProcessHandle process) throws IOException {
        Process ps =
                new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(process.pid())).start();
        try (BufferedReader lines = ps.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            return line == null ? 0 : Long.parseLong(line.strip());
        }
    }
}
