package spillway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.sse.SseReader;

/**
 * All that a stream of bytes comes to: reader and decoder, put together as {@link HttpChatStream}
 * does it, without HTTP.
 *
 * @param failure null when the answer is whole
 */
record Told(List<StreamEvent> events, @Nullable ProviderFailure failure) {

    static Told of(InputStream in, StreamDecoder decoder) {
        List<StreamEvent> told = new ArrayList<>();
        SseReader reader = new SseReader(in);
        try {
            while (!isOver(told)) {
                takeUpToTheEnd(step(reader, decoder), told);
            }
            return new Told(told, null);
        } catch (JsonProcessingException e) {
            return new Told(told, new ProviderFailure.Malformed("json"));
        } catch (SseReader.TooLargeException e) {
            return new Told(told, new ProviderFailure.Malformed("too_large"));
        } catch (ProviderException e) {
            return new Told(told, e.failure());
        } catch (IOException e) {
            throw new AssertionError("only the bytes' source may throw this, and it does not", e);
        }
    }

    private static Queue<StreamEvent> step(SseReader reader, StreamDecoder decoder)
            throws IOException, ProviderException {
        Queue<StreamEvent> out = new ArrayDeque<>();
        switch (reader.next()) {
            case EVENT -> decoder.decode(reader.name(), reader.data(), reader.dataLength(), out);
            case ALIVE -> {}
            case END -> out.add(decoder.end("clean_end"));
            case CUT -> out.add(decoder.end("inside_event"));
        }
        if (out.isEmpty()) {
            out.add(new StreamEvent.Alive());
        }
        return out;
    }

    private static void takeUpToTheEnd(Queue<StreamEvent> out, List<StreamEvent> told) {
        while (!out.isEmpty() && !isOver(told)) {
            told.add(out.remove());
        }
    }

    private static boolean isOver(List<StreamEvent> told) {
        return !told.isEmpty() && told.getLast() instanceof StreamEvent.Finish;
    }

    boolean isWhole() {
        return failure == null;
    }

    List<StreamEvent> content() {
        return events.stream().filter(StreamEvent.Content.class::isInstance).toList();
    }

    /** What holds of every stream, whatever came: calls are numbered, begun before, ended once. */
    void assertSound() {
        Set<Integer> open = new HashSet<>();
        int begun = 0;
        for (StreamEvent event : events) {
            if (event instanceof StreamEvent.ToolCallStarted(int index, _, _)) {
                assertThat(index).as("the number of a call").isEqualTo(begun++);
                open.add(index);
            } else if (event instanceof StreamEvent.ToolCallDelta(int index, _)) {
                assertThat(open).as("open calls").contains(index);
            } else if (event instanceof StreamEvent.ToolCallEnded(int index)) {
                assertThat(open.remove(index)).as("call %d is open", index).isTrue();
            }
        }
        assertThat(events.stream().filter(StreamEvent.Finish.class::isInstance))
                .hasSize(isWhole() ? 1 : 0);
    }
}
