package spillway.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import spillway.json.Json;
import spillway.json.JsonReader;
import spillway.json.Mistake;
import spillway.json.Mistakes;

/**
 * Reads the routes file: JSON in which comments and a trailing comma are allowed. {@code ROUTES.md}
 * describes it.
 */
public final class RoutesFile {
    /** The largest file that is read. */
    public static final int MOST_BYTES = 1024 * 1024;

    private static final JsonReader READER = JsonReader.withComments();

    private RoutesFile() {}

    /**
     * What the file says.
     *
     * @param name of the file, for messages
     * @param strategies the names of the routing strategies there are; the first is the default
     * @param values like those of the environment: OPENAI_BASE_URL, ANTHROPIC_BASE_URL and
     *     SPILLWAY_ALLOW_HTTP hold for providers of which the file says no base_url
     * @throws ConfigException with every mistake and its position
     */
    public static GatewayConfig read(
            String name, byte[] content, Collection<String> strategies, Map<String, String> values)
            throws ConfigException {
        if (content.length > MOST_BYTES) {
            throw new ConfigException(
                    List.of(
                            name
                                    + " has "
                                    + content.length
                                    + " bytes; at most "
                                    + MOST_BYTES
                                    + " are read"));
        }
        var mistakes = new Mistakes();
        Json document = READER.read(content, mistakes).orElse(null);
        GatewayConfig config =
                document == null
                        ? null
                        : new ConfigReader(mistakes, List.copyOf(strategies), new Vendors(values))
                                .read(document);
        if (config == null) {
            throw new ConfigException(
                    mistakes.inOrder().stream().map(mistake -> line(name, mistake)).toList());
        }
        return config;
    }

    private static String line(String file, Mistake mistake) {
        Json.Place place = mistake.place();
        return file
                + ":"
                + place.line()
                + ":"
                + place.column()
                + ": "
                + (place.pointer().isEmpty() ? "the file" : place.pointer())
                + " "
                + mistake.detail();
    }
}
