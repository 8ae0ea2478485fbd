package spillway.local.measure;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import spillway.local.Platform;

/**
 * Another gateway that is measured in the same rounds, for a comparison that the noise of a machine
 * does not spoil. It is told by {@code PORT} where to listen on 127.0.0.1, and by {@code
 * OPENAI_BASE_URL} and {@code OPENAI_API_KEY} whom to ask, and must pass on Chat Completions for
 * the model {@code m}. It runs in a folder of its own, which goes away with it.
 */
final class OtherGateway implements AutoCloseable {
    private static final long START_SECONDS = 30;

    private final String name;
    private final int port;
    private final Path folder;
    private final Process process;

    private OtherGateway(String name, int port, Path folder, Process process) {
        this.name = name;
        this.port = port;
        this.folder = folder;
        this.process = process;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param command for the shell; of the keys and settings that this process has, it sees none
     * @throws IOException when it does not listen within 30 s
     */
    static OtherGateway start(String name, String command, int provider)
            throws IOException, InterruptedException {
        int port = Platform.freePort();
        Path folder = Files.createTempDirectory("other-gateway");
        ProcessBuilder builder = new ProcessBuilder(List.of("sh", "-c", command));
        builder.environment().keySet().removeIf(Children::isSetting);
        builder.environment().put("PORT", Integer.toString(port));
        builder.environment().put("OPENAI_BASE_URL", "http://127.0.0.1:" + provider + "/v1");
        builder.environment().put("OPENAI_API_KEY", "none");
        File said = folder.resolve("said").toFile();
        Process process =
                builder.directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said)
                        .start();
        OtherGateway other = new OtherGateway(name, port, folder, process);
        try {
            other.awaitListening(said.toPath());
            return other;
        } catch (IOException | InterruptedException e) {
            try (other) {
                throw e;
            }
        }
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    private void awaitListening(Path said) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                throw new IOException(
                        name
                                + " does not listen on PORT, and said:\n"
                                + Files.readString(said, StandardCharsets.ISO_8859_1));
            }
            Thread.sleep(50);
        }
    }

    private boolean listens() {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        // What the shell has started does not end with it.
        List<ProcessHandle> all =
                Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        all.forEach(ProcessHandle::destroy);
        for (ProcessHandle each : all) {
            end(each);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void end(ProcessHandle handle) {
        try {
            handle.onExit().get(5, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            handle.destroyForcibly();
            handle.onExit().join();
        } catch (InterruptedException e) {
            handle.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
