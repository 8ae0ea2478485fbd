package spillway.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import spillway.local.url.FunctionUrl.ClientGone;

/**
 * What the platform is told by its environment. {@code toString} tells names only, since values can
 * be keys.
 *
 * @param port 0 for any free one
 * @param functions the folder with a module per function
 * @param variables passed on to the functions: keys, base URLs and all that begins with {@code
 *     SPILLWAY_}
 * @param origins of other sites whose pages may ask the gateway
 * @param concurrency invocations of one function at once; more are throttled
 * @param timeout of one invocation
 * @param probeEvery how often the health probe is invoked
 */
public record Settings(
        int port,
        Path functions,
        Map<String, String> variables,
        List<String> origins,
        ClientGone clientGone,
        int concurrency,
        Duration timeout,
        Duration probeEvery) {
    /** Makes the scripted providers stand in for both vendors, whatever else is set. */
    static final String SCRIPTED = "SPILLWAY_SCRIPTED";

    private static final int USUAL_PORT = 8080;
    private static final int CONCURRENCY = 600;
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Duration PROBE_EVERY = Duration.ofSeconds(15);
    private static final Duration NO_PROBE = Duration.ofDays(1);

    public Settings {
        Objects.requireNonNull(functions);
        variables = Map.copyOf(variables);
        origins = List.copyOf(origins);
        Objects.requireNonNull(clientGone);
        Objects.requireNonNull(timeout);
        Objects.requireNonNull(probeEvery);
    }

    /**
     * Reads the environment.
     *
     * @throws SettingsException when a value cannot be followed
     */
    public static Settings of(Map<String, String> environment, Path functions) {
        return new Settings(
                port(environment.get("PORT")),
                functions,
                passedOn(environment),
                list(environment.get("SPILLWAY_CORS_ORIGINS")),
                clientGone(environment.get("SPILLWAY_CLIENT_GONE")),
                CONCURRENCY,
                TIMEOUT,
                PROBE_EVERY);
    }

    /** The same, but the health probe does not run: targets are asked by readers only. */
    public Settings withoutProbe() {
        return new Settings(
                port, functions, variables, origins, clientGone, concurrency, timeout, NO_PROBE);
    }

    /**
     * Whether scripted providers stand in for real ones: SPILLWAY_SCRIPTED says so, or nothing says
     * where real ones are or how to pay them.
     */
    public boolean scripted() {
        return Boolean.parseBoolean(variables.get(SCRIPTED)) || !isAnythingReal();
    }

    private boolean isAnythingReal() {
        return variables.keySet().stream()
                .anyMatch(
                        name ->
                                name.endsWith("_API_KEY")
                                        || name.endsWith("_BASE_URL")
                                        || name.equals("SPILLWAY_ROUTES"));
    }

    private static int port(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return USUAL_PORT;
        }
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new SettingsException("PORT is " + text + "; a number from 0 to 65535 is needed");
    }

    private static Map<String, String> passedOn(Map<String, String> environment) {
        Map<String, String> passed = new TreeMap<>();
        environment.forEach(
                (name, value) -> {
                    boolean ours =
                            name.startsWith("SPILLWAY_")
                                    || name.endsWith("_API_KEY")
                                    || name.endsWith("_BASE_URL");
                    if (ours && !value.isBlank()) {
                        passed.put(name, value.strip());
                    }
                });
        passed.remove("SPILLWAY_CORS_ORIGINS");
        passed.remove("SPILLWAY_CLIENT_GONE");
        passed.computeIfPresent(SCRIPTED, (_, value) -> scripted(value));
        passed.computeIfPresent("SPILLWAY_ROUTES", (_, value) -> routes(value));
        // A server at home needs no key, but the gateway uses no provider without one.
        withKey(passed, "OPENAI");
        withKey(passed, "ANTHROPIC");
        return passed;
    }

    private static String scripted(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new SettingsException(SCRIPTED + " is " + value + "; true or false is needed");
        }
        return value;
    }

    private static void withKey(Map<String, String> variables, String vendor) {
        if (variables.containsKey(vendor + "_BASE_URL")) {
            variables.putIfAbsent(vendor + "_API_KEY", "none");
        }
    }

    /** The functions run in other directories. */
    private static String routes(String value) {
        if (value.startsWith("{")) {
            return value;
        }
        Path file = Path.of(value).toAbsolutePath().normalize();
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            String reason =
                    Files.isDirectory(file) ? "which is a directory" : "which cannot be read";
            throw new SettingsException(
                    "SPILLWAY_ROUTES names " + file + ", " + reason + "; give a routes file");
        }
        return file.toString();
    }

    private static List<String> list(@Nullable String text) {
        return Stream.of(Optional.ofNullable(text).orElse("").split(",", -1))
                .map(String::strip)
                .filter(origin -> !origin.isEmpty())
                .toList();
    }

    private static ClientGone clientGone(@Nullable String text) {
        return switch (text == null || text.isBlank() ? "runs-on" : text.strip()) {
            case "runs-on" -> ClientGone.RUNS_ON;
            case "is-cut" -> ClientGone.IS_CUT;
            default ->
                    throw new SettingsException(
                            "SPILLWAY_CLIENT_GONE is " + text + "; runs-on or is-cut is needed");
        };
    }

    @Override
    public String toString() {
        return "Settings[port " + port + ", " + variables.keySet() + "]";
    }
}
