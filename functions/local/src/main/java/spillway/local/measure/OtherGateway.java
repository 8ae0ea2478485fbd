package spillway.local.measure;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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
     * @param command for the shell
     * @throws IOException when it does not listen within 30 s
     */
    static OtherGateway start(String name, String command, int provider)
            throws IOException, InterruptedException {
        int port = freePort();
        Path folder = Files.createTempDirectory("other-gateway");
        ProcessBuilder builder = new ProcessBuilder(List.of("sh", "-c", "exec " + command));
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
            other.close();
            throw e;
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
                        name + " does not listen on PORT, and said:\n" + Files.readString(said));
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

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
