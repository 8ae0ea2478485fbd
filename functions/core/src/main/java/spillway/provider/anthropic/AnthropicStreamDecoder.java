package spillway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.time.Clock;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import spillway.chat.FinishReason;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.provider.http.ProviderError;
import spillway.provider.http.StreamDecoder;
import spillway.provider.http.ToolCalls;
import spillway.provider.http.WireJson;

/**
 * Events of Messages to ours. Complete is only what ends by {@code message_stop} and has told its
 * {@code stop_reason} before.
 */
final class AnthropicStreamDecoder implements StreamDecoder {
    private static final ObjectReader EVENTS = WireJson.MAPPER.readerFor(Event.class);
    private static final int NO_BLOCK = -1;

    private final Clock clock;
    private final ToolCalls calls = new ToolCalls();
    private int toolBlock = NO_BLOCK;
    private Event.Tokens tokens = Event.Tokens.NONE;
    private @Nullable FinishReason reason;

    AnthropicStreamDecoder(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void decode(String name, byte[] data, int length, Queue<StreamEvent> out)
            throws IOException, ProviderException {
        if (WireJson.isBlank(data, length)) {
            return;
        }
        Event event = EVENTS.readValue(data, 0, length);
        if (event == null) {
            return;
        }
        switch (event.typeOr(name)) {
            case "message_start" -> {
                JsonNode message = event.message();
                report(message == null ? null : tokens(message.path("usage")), out);
            }
            case "content_block_start" -> start(event.index(), event.block(), out);
            case "content_block_delta" -> append(event.index(), event.delta(), out);
            // Whether a tool call is whole, only what follows its block tells.
            case "content_block_stop" -> toolBlock = NO_BLOCK;
            case "message_delta" -> {
                conclude(event.delta(), out);
                report(event.usage(), out);
            }
            case "message_stop" -> out.add(finish());
            case "error" ->
                    throw new ProviderException(
                            ProviderError.inStream(data, length, clock.instant()));
            // Pings, and events that are newer than we are.
            default -> {}
        }
    }

    @Override
    public StreamEvent.Finish end(String how) throws ProviderException {
        throw new ProviderException(new ProviderFailure.CutOff(how));
    }

    @Override
    public boolean isWhole() {
        return false;
    }

    private void start(int index, Event.@Nullable Block block, Queue<StreamEvent> out)
            throws ProviderException {
        calls.endOpen(out);
        String type = block == null ? null : block.type();
        if (block == null || type == null) {
            return;
        }
        switch (type) {
            case "text" -> addText(block.text(), out);
            case "thinking" -> addThinking(block.thinking(), out);
            case "tool_use" -> startCall(index, block, out);
            default -> {}
        }
    }

    private void startCall(int index, Event.Block block, Queue<StreamEvent> out)
            throws ProviderException {
        String id = block.id();
        String name = block.name();
        if (id == null || name == null) {
            throw new ProviderException(new ProviderFailure.Malformed("tool_call_without_name"));
        }
        toolBlock = index;
        calls.start(id, name, out);
        JsonNode input = block.input();
        if (input != null && input.isObject() && !input.isEmpty()) {
            calls.append(input.toString(), out);
        }
    }

    private void append(int index, Event.@Nullable Delta delta, Queue<StreamEvent> out)
            throws ProviderException {
        String type = delta == null ? null : delta.type();
        if (delta == null || type == null) {
            return;
        }
        switch (type) {
            case "text_delta" -> addText(delta.text(), out);
            case "thinking_delta" -> addThinking(delta.thinking(), out);
            case "input_json_delta" -> {
                String json = delta.partialJson();
                // The calls that the server makes itself, such as a search, are not for us.
                if (json != null && index == toolBlock) {
                    calls.append(json, out);
                }
            }
            // Signatures and citations mean nothing to another provider.
            default -> {}
        }
    }

    private void conclude(Event.@Nullable Delta delta, Queue<StreamEvent> out)
            throws ProviderException {
        String told = delta == null ? null : delta.stopReason();
        if (told == null) {
            return;
        }
        FinishReason meant =
                switch (told) {
                    case "end_turn", "stop_sequence" -> FinishReason.STOP;
                    case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
                    case "tool_use" -> FinishReason.TOOL_CALLS;
                    case "refusal" -> FinishReason.REFUSAL;
                    // The model would go on if asked again, which nobody here does.
                    case "pause_turn" ->
                            throw new ProviderException(new ProviderFailure.CutOff("pause_turn"));
                    default ->
                            throw new ProviderException(
                                    new ProviderFailure.Malformed("unknown_stop_reason"));
                };
        if (meant == FinishReason.STOP || meant == FinishReason.TOOL_CALLS) {
            calls.endOpen(out);
        }
        reason = meant;
    }

    private StreamEvent.Finish finish() throws ProviderException {
        if (reason == null) {
            throw new ProviderException(new ProviderFailure.CutOff("stop_without_reason"));
        }
        return new StreamEvent.Finish(reason);
    }

    private void report(Event.@Nullable Tokens told, Queue<StreamEvent> out) {
        if (told == null) {
            return;
        }
        tokens = tokens.then(told);
        Event.OutputDetails details = tokens.outputDetails();
        long written = count(tokens.cacheWritten());
        long read = count(tokens.cacheRead());
        out.add(
                new StreamEvent.UsageReport(
                        new Usage(
                                count(tokens.input()) + written + read,
                                count(tokens.output()),
                                read,
                                written,
                                details == null ? 0 : count(details.thinking()),
                                false)));
    }

    private static Event.@Nullable Tokens tokens(JsonNode usage) throws IOException {
        return WireJson.MAPPER.treeToValue(usage, Event.Tokens.class);
    }

    private static void addText(@Nullable String text, Queue<StreamEvent> out) {
        if (text != null && !text.isEmpty()) {
            out.add(new StreamEvent.TextDelta(text));
        }
    }

    private static void addThinking(@Nullable String text, Queue<StreamEvent> out) {
        if (text != null && !text.isEmpty()) {
            out.add(new StreamEvent.ReasoningDelta(text));
        }
    }

    private static long count(@Nullable Long told) {
        // Bounded, so that sums of what a provider says cannot run over.
        return told == null ? 0 : Math.clamp(told, 0, Integer.MAX_VALUE);
    }
}
