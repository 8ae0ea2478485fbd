package spillway.local.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway answered: events, or a document.
 *
 * @param firstContent from asking to the first text; null when there was none
 * @param document the body that was no stream of events; null when it was one
 */
record Events(
        int status,
        String type,
        List<Event> all,
        @Nullable Duration firstContent,
        @Nullable JsonNode document) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    record Event(String id, String name, JsonNode data) {}

    /** Asks with POST and hears the whole answer. */
    static Events post(HttpClient client, int port, String body) throws Exception {
        return hear(
                client,
                request(port, "/v1/stream/generate")
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                _ -> {});
    }

    /** Asks with GET, and tells each event as it comes. */
    static Events get(HttpClient client, int port, String path, Heard heard, String... headers)
            throws Exception {
        HttpRequest.Builder request = request(port, path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return hear(client, request.build(), heard);
    }

    /** Told of each event as it comes. */
    interface Heard {
        void event(Event event);
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE);
    }

    private static Events hear(HttpClient client, HttpRequest request, Heard heard)
            throws Exception {
        long asked = System.nanoTime();
        HttpResponse<InputStream> response =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        String type = response.headers().firstValue("content-type").orElse("");
        if (!type.startsWith("text/event-stream")) {
            byte[] body = response.body().readAllBytes();
            return new Events(
                    response.statusCode(),
                    type,
                    List.of(),
                    null,
                    body.length == 0 ? null : JSON.readTree(body));
        }
        List<Event> events = new ArrayList<>();
        Duration firstContent = null;
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (Event event = next(lines); event != null; event = next(lines)) {
                if (firstContent == null && event.name.equals("text")) {
                    firstContent = Duration.ofNanos(System.nanoTime() - asked);
                }
                events.add(event);
                heard.event(event);
            }
        }
        return new Events(response.statusCode(), type, events, firstContent, null);
    }

    private static @Nullable Event next(BufferedReader lines) throws IOException {
        String id = "";
        String name = "";
        String data = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.isEmpty() && !name.isEmpty()) {
                return new Event(id, name, JSON.readTree(data));
            }
        }
        return null;
    }

    List<String> names() {
        return all.stream().map(Event::name).distinct().toList();
    }

    /** All the text. */
    String text() {
        StringBuilder text = new StringBuilder();
        named("text").forEach(event -> text.append(event.data.get("text").asText()));
        return text.toString();
    }

    List<Event> named(String name) {
        return all.stream().filter(has(name)).toList();
    }

    /** The only event of that name. */
    JsonNode only(String name) {
        List<Event> events = named(name);
        if (events.size() != 1) {
            throw new AssertionError(events.size() + " events " + name + " in " + this);
        }
        return events.getFirst().data;
    }

    private static Predicate<Event> has(String name) {
        return event -> event.name.equals(name);
    }
}
