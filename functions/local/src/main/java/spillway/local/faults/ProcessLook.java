package spillway.local.faults;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a function's process holds, seen from outside: by {@code /proc} of Linux and by the JDK's
 * own {@code jcmd}.
 *
 * @param platformThreads threads of the operating system
 * @param virtualThreads as the JVM dumps them
 * @param connections to the providers that are established
 */
record ProcessLook(int platformThreads, int virtualThreads, int connections) {
    private static final Pattern VIRTUAL = Pattern.compile("\"virtual\": *true");
    private static final String ESTABLISHED = "01";

    /**
     * Looks.
     *
     * @param ports of the providers
     */
    static ProcessLook at(long pid, List<Integer> ports) throws IOException, InterruptedException {
        return new ProcessLook(platformThreads(pid), virtualThreads(pid), connections(pid, ports));
    }

    private static int platformThreads(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("Threads:"))
                    .mapToInt(line -> Integer.parseInt(line.substring(8).strip()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static int virtualThreads(long pid) throws IOException, InterruptedException {
        Path dump = Files.createTempFile("threads", ".json");
        try {
            Process jcmd =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    Long.toString(pid),
                                    "Thread.dump_to_file",
                                    "-format=json",
                                    "-overwrite",
                                    dump.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!jcmd.waitFor(30, TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
                jcmd.destroyForcibly();
                throw new IOException("jcmd cannot dump the threads of " + pid);
            }
            return (int) VIRTUAL.matcher(Files.readString(dump)).results().count();
        } finally {
            Files.deleteIfExists(dump);
        }
    }

    private static int connections(long pid, List<Integer> ports) throws IOException {
        Set<String> own = sockets(pid);
        Set<String> remote = new HashSet<>();
        ports.forEach(port -> remote.add(String.format("%04X", port)));
        int count = 0;
        for (String table : List.of("tcp", "tcp6")) {
            Path file = Path.of("/proc/" + pid + "/net/" + table);
            if (Files.exists(file)) {
                try (Stream<String> lines = Files.lines(file)) {
                    count += (int) lines.skip(1).filter(line -> isOurs(line, own, remote)).count();
                }
            }
        }
        return count;
    }

    /** A line of the kernel's table: local and remote address, state, …, inode. */
    private static boolean isOurs(String line, Set<String> own, Set<String> remote) {
        String[] fields = line.strip().split("\\s+", -1);
        String port = fields[2].substring(fields[2].indexOf(':') + 1);
        return fields[3].equals(ESTABLISHED) && remote.contains(port) && own.contains(fields[9]);
    }

    private static Set<String> sockets(long pid) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files) {
                try {
                    String link = Files.readSymbolicLink(file).toString();
                    if (link.startsWith("socket:[")) {
                        inodes.add(link.substring(8, link.length() - 1));
                    }
                } catch (IOException _) {
                    // It was closed while we looked.
                }
            }
        }
        return inodes;
    }
}
