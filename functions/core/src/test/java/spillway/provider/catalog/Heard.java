package spillway.provider.catalog;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.provider.ChatStream;

/** A stream read to its end. */
record Heard(List<StreamEvent> events, @Nullable ProviderFailure failure) {

    /** Reads until the stream finishes or fails; leaves it open. */
    static Heard of(ChatStream stream) {
        List<StreamEvent> events = new ArrayList<>();
        try {
            StreamEvent event;
            do {
                event = stream.next();
                events.add(event);
            } while (!(event instanceof StreamEvent.Finish));
            return new Heard(events, null);
        } catch (ProviderException e) {
            return new Heard(events, e.failure());
        }
    }

    /** All of the content in a line, and how it ended. */
    String summary() {
        StringBuilder summary = new StringBuilder();
        for (StreamEvent event : events) {
            switch (event) {
                case StreamEvent.TextDelta(var text) -> summary.append(text);
                case StreamEvent.ReasoningDelta(var text) -> summary.append("~").append(text);
                case StreamEvent.RefusalDelta(var text) -> summary.append("!").append(text);
                case StreamEvent.ToolCallStarted(var index, var id, var name) ->
                        summary.append("<" + index + " " + id + " " + name + " ");
                case StreamEvent.ToolCallDelta(_, var arguments) -> summary.append(arguments);
                case StreamEvent.ToolCallEnded(var index) -> summary.append(" " + index + ">");
                case StreamEvent.Finish(var reason) -> summary.append(" -> ").append(reason);
                case StreamEvent.Opened _, StreamEvent.Alive _, StreamEvent.UsageReport _ -> {}
            }
        }
        if (failure != null) {
            summary.append(" -> ").append(failure.reason()).append(" ").append(failure.detail());
        }
        return summary.toString().strip();
    }

    /** The last report; null when there was none. */
    StreamEvent.@Nullable UsageReport usage() {
        StreamEvent.UsageReport last = null;
        for (StreamEvent event : events) {
            if (event instanceof StreamEvent.UsageReport report) {
                last = report;
            }
        }
        return last;
    }
}
