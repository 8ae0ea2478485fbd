package spillway.local.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One answer as its reader saw it. Times are of {@link System#nanoTime}.
 *
 * @param status 0 when there was none
 * @param headers by their names in lower case
 * @param document a body that is no stream of events; null when there is none
 * @param leak whether the provider's own words came through
 */
record Heard(
        long asked,
        long ended,
        End end,
        int status,
        Map<String, String> headers,
        List<Event> events,
        @Nullable JsonNode document,
        boolean leak) {
    private static final Set<String> CONTENT = Set.of("text", "reasoning", "refusal", "tool");
    private static final Set<String> LAST = Set.of("done", "failed");

    /** How a response ends. */
    enum End {
        /** As HTTP ends a body. */
        IN_ORDER,
        /** The connection broke. */
        CUT,
        /** The reader's patience was over. */
        TOO_LATE
    }

    /**
     * @param at when its last line had come
     */
    record Event(String name, JsonNode data, long at) {
        boolean isContent() {
            return CONTENT.contains(name);
        }

        boolean isLast() {
            return LAST.contains(name);
        }

        /** Whether it tells that another target took over after the first content. */
        boolean isInsideTheText() {
            return (name.equals("switch") || name.equals("reset")) && data.path("at").asLong() > 0;
        }

        /** A member of its data as text; empty when there is none. */
        String field(String member) {
            return data.path(member).asText();
        }
    }

    /** What a reader has who follows the events: all text since the last reset. */
    String text() {
        return joined("text");
    }

    /** The same of a refusal. */
    String refusal() {
        return joined("refusal");
    }

    /** How many tool calls he has whole. */
    int wholeCalls() {
        return (int)
                sinceTheReset()
                        .filter(event -> event.name.equals("tool"))
                        .filter(event -> event.data.path("complete").asBoolean())
                        .count();
    }

    private String joined(String name) {
        return sinceTheReset()
                .filter(event -> event.name.equals(name))
                .map(event -> event.field("text"))
                .collect(Collectors.joining());
    }

    private Stream<Event> sinceTheReset() {
        int reset = 0;
        for (int i = 0; i < events.size(); i++) {
            reset = events.get(i).name.equals("reset") ? i : reset;
        }
        return events.stream().skip(reset);
    }

    List<Event> named(String name) {
        return events.stream().filter(event -> event.name.equals(name)).toList();
    }

    Stream<Event> last() {
        return events.stream().filter(Event::isLast);
    }

    boolean isDone() {
        return !named("done").isEmpty();
    }

    /** When the first content came. */
    OptionalLong firstContent() {
        return contentFrom(0);
    }

    /** When the first content came after another target took over inside the text. */
    OptionalLong contentAfterTheBreak() {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).isInsideTheText()) {
                return contentFrom(i);
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong contentFrom(int index) {
        return events.stream()
                .skip(index)
                .filter(Event::isContent)
                .mapToLong(Event::at)
                .findFirst();
    }

    /** The document of a refusal, or of the event that tells of a failure; null when neither. */
    @Nullable JsonNode problem() {
        List<Event> failed = named("failed");
        return failed.isEmpty() ? document : failed.getFirst().data;
    }

    /** The attempts that it tells of, whichever way it ended. */
    List<JsonNode> attempts() {
        List<Event> done = named("done");
        JsonNode teller = done.isEmpty() ? problem() : done.getFirst().data;
        return teller == null ? List.of() : teller.path("attempts").valueStream().toList();
    }
}
