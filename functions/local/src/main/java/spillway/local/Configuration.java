package spillway.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import spillway.local.process.ProcessSettings;

/**
 * What the gateway understands of its environment: it is asked, in a process of its own that ends
 * at once, so that a mistake is told before anything is started.
 *
 * @param json all of it, as the gateway's {@code Check} writes it
 */
record Configuration(String json, List<Route> routes, List<MissingKey> missingKeys) {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A route, and the targets of all its groups. */
    record Route(String name, List<String> targets) {
        Route {
            Objects.requireNonNull(name);
            targets = List.copyOf(targets);
        }
    }

    /** A key that a provider needs and nobody has set: its name. */
    record MissingKey(String provider, String key) {}

    Configuration {
        Objects.requireNonNull(json);
        routes = List.copyOf(routes);
        missingKeys = List.copyOf(missingKeys);
    }

    /**
     * Runs the check.
     *
     * @throws SettingsException with every mistake, a line each
     */
    static Configuration ask(ProcessSettings settings) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(settings.command()).directory(settings.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(settings.environment());
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            Executor threads = task -> Thread.ofVirtual().name("check").start(task);
            var said = CompletableFuture.supplyAsync(() -> text(process.getInputStream()), threads);
            var wrong =
                    CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), threads);
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SettingsException("the settings were not checked within " + LIMIT);
            }
            if (process.exitValue() != 0) {
                throw new SettingsException(wrong.join().strip());
            }
            return of(said.join().strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SettingsException("interrupted while the settings were checked");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Configuration of(String json) throws IOException {
        JsonNode whole = JSON.readTree(json);
        List<Route> routes = new ArrayList<>();
        for (JsonNode route : whole.path("routes")) {
            List<String> targets = new ArrayList<>();
            route.path("targets").forEach(target -> targets.add(target.asText()));
            routes.add(new Route(route.path("name").asText(), targets));
        }
        List<MissingKey> missing = new ArrayList<>();
        for (JsonNode key : whole.path("missing_keys")) {
            missing.add(new MissingKey(key.path("provider").asText(), key.path("key").asText()));
        }
        return new Configuration(json, routes, missing);
    }
}
