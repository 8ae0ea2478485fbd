package spillway.local.measure;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import spillway.local.Main;
import spillway.local.measure.Children.Child;

/**
 * The local platform with a {@link PassingFunction} in the place of the function that generates. It
 * is made of links to the packaged functions, in a folder of its own, which goes away with it.
 */
final class BarePlatform implements AutoCloseable {
    private static final String CLASSES = "-cp \"$task/lib/*\" \"$_HANDLER\"";

    private final Path folder;
    private final Child platform;

    private BarePlatform(Path folder, Child platform) {
        this.folder = folder;
        this.platform = platform;
    }

    /**
     * Starts it.
     *
     * @param functions the folder of the functions' modules, which have been packaged
     * @param options of the platform's JVM
     */
    static BarePlatform start(Path functions, List<String> options, Map<String, String> settings)
            throws IOException {
        Path folder = Files.createTempDirectory("bare-platform");
        try {
            for (String function : List.of("stream", "provider-status", "health-probe")) {
                Files.createSymbolicLink(folder.resolve(function), functions.resolve(function));
            }
            replace(functions, folder);
            return new BarePlatform(
                    folder,
                    Children.start(Main.class, options, List.of(folder.toString()), settings));
        } catch (IOException e) {
            delete(folder);
            throw e;
        }
    }

    /** Everything but the main class is the packaged function's, also the options of its JVM. */
    private static void replace(Path functions, Path folder) throws IOException {
        Path packaged = functions.toAbsolutePath().resolve("generate/target/function");
        Path ours = Files.createDirectories(folder.resolve("generate/target/function"));
        Files.createSymbolicLink(ours.resolve("lib"), packaged.resolve("lib"));
        String script = Files.readString(packaged.resolve("run.sh"));
        if (!script.contains(CLASSES)) {
            throw new IOException("run.sh of the function does not end with " + CLASSES);
        }
        String classes = "-cp \"$task/lib/*:" + classes() + "\" " + PassingFunction.class.getName();
        Path run = Files.writeString(ours.resolve("run.sh"), script.replace(CLASSES, classes));
        if (!run.toFile().setExecutable(true)) {
            throw new IOException("run.sh cannot be made executable");
        }
    }

    private static Path classes() throws IOException {
        try {
            return Path.of(
                    PassingFunction.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    Child platform() {
        return platform;
    }

    @Override
    public void close() throws IOException {
        platform.close();
        delete(folder);
    }

    /** Links are not followed. */
    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
