package spillway.aws.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The environment, read once. Immutable; {@code toString} tells names only, since values can be
 * keys.
 *
 * <p>A variable that is empty or blank is not set: a template cannot leave one out.
 */
public final class Environment {
    private static final long MOST_ROUTES_BYTES = 1 << 20;
    private static final Duration MOST_MILLIS = Duration.ofDays(1);

    private final Map<String, String> values;

    private Environment(Map<String, String> values) {
        this.values = values;
    }

    /** The environment of this process. */
    public static Environment ofProcess() {
        return of(System.getenv());
    }

    /** These variables as an environment. */
    public static Environment of(Map<String, String> variables) {
        Map<String, String> values = new HashMap<>();
        variables.forEach(
                (name, value) -> {
                    if (!value.isBlank()) {
                        values.put(name, value.strip());
                    }
                });
        return new Environment(Map.copyOf(values));
    }

    /** The value of that variable. */
    public Optional<String> get(Variable variable) {
        return named(variable.name());
    }

    /** The value of any variable: a routes file may name others for its keys. */
    public Optional<String> named(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * The text of the routes: the file's, or the variable's own when it begins with a brace.
     *
     * @throws ConfigurationException when the file cannot be read or is larger than 1 MiB
     */
    public Optional<Routes> routes() {
        Optional<String> given = get(Variable.SPILLWAY_ROUTES);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        if (given.get().startsWith("{")) {
            return Optional.of(new Routes(Variable.SPILLWAY_ROUTES.name(), given.get()));
        }
        Path file = Path.of(given.get());
        try {
            if (Files.size(file) > MOST_ROUTES_BYTES) {
                throw new ConfigurationException(
                        "SPILLWAY_ROUTES names " + file + ", which is larger than 1 MiB");
            }
            return Optional.of(new Routes(file.toString(), Files.readString(file)));
        } catch (IOException _) {
            throw new ConfigurationException(
                    "SPILLWAY_ROUTES names "
                            + file
                            + ", "
                            + whyUnreadable(file)
                            + "; give the path of a routes file, or the JSON itself");
        }
    }

    private static String whyUnreadable(Path file) {
        if (Files.isDirectory(file)) {
            return "which is a directory";
        }
        return Files.exists(file) ? "which cannot be read" : "which does not exist";
    }

    /**
     * The region, for which an AWS client was asked.
     *
     * @throws ConfigurationException when none is set
     */
    public String region() {
        return get(Variable.AWS_REGION)
                .orElseThrow(
                        () ->
                                new ConfigurationException(
                                        "AWS_REGION is not set; the table, the secret and the"
                                                + " metrics need it, for example eu-west-1"));
    }

    /**
     * A duration in ms, from 1 to a day.
     *
     * @throws ConfigurationException when the value is another
     */
    public Optional<Duration> millis(Variable variable) {
        Optional<String> text = get(variable);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.get().matches("[0-9]{1,8}")) {
            Duration duration = Duration.ofMillis(Long.parseLong(text.get()));
            if (duration.isPositive() && duration.compareTo(MOST_MILLIS) <= 0) {
                return Optional.of(duration);
            }
        }
        throw new ConfigurationException(
                variable
                        + " is "
                        + text.get()
                        + "; a whole number of milliseconds from 1 to "
                        + MOST_MILLIS.toMillis()
                        + " is needed");
    }

    @Override
    public String toString() {
        return "Environment" + values.keySet();
    }

    /**
     * The text of the routes and where it came from.
     *
     * @param source for messages about mistakes in it
     */
    public record Routes(String source, String json) {
        public Routes {
            Objects.requireNonNull(source);
            Objects.requireNonNull(json);
        }
    }
}
