package spillway.provider.openai;

import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
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
 * Chunks of Chat Completions to our events.
 *
 * <p>An answer is whole once a chunk has told its {@code finish_reason}: nothing of it comes later,
 * so a missing {@code [DONE]} costs at most the usage. {@code [DONE]} without a reason is a cut: a
 * gateway on the way may write it by itself.
 */
final class OpenAiStreamDecoder implements StreamDecoder {
    private static final ObjectReader CHUNKS = WireJson.MAPPER.readerFor(Chunk.class);

    private final Clock clock;
    private final ToolCalls calls = new ToolCalls();
    private int wireIndex = -1;
    private String wireId = "";
    private @Nullable FinishReason reason;

    OpenAiStreamDecoder(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void decode(String name, byte[] data, int length, Queue<StreamEvent> out)
            throws IOException, ProviderException {
        if (WireJson.isBlank(data, length)) {
            return;
        }
        if (isDone(data, length)) {
            out.add(end("done_without_reason"));
            return;
        }
        Chunk chunk = CHUNKS.readValue(data, 0, length);
        if (chunk == null || chunk.isError() || name.equals("error")) {
            throw new ProviderException(ProviderError.inStream(data, length, clock.instant()));
        }
        List<Chunk.Choice> choices = chunk.choices();
        if (choices != null) {
            for (Chunk.Choice choice : choices) {
                // One answer was asked for.
                if (choice != null && choice.index() == 0) {
                    decode(choice, out);
                }
            }
        }
        Chunk.Tokens usage = chunk.usage();
        if (usage != null) {
            out.add(new StreamEvent.UsageReport(usage(usage)));
        }
    }

    @Override
    public StreamEvent.Finish end(String how) throws ProviderException {
        if (reason == null) {
            throw new ProviderException(new ProviderFailure.CutOff(how));
        }
        return new StreamEvent.Finish(reason);
    }

    @Override
    public boolean isWhole() {
        return reason != null;
    }

    private void decode(Chunk.Choice choice, Queue<StreamEvent> out) throws ProviderException {
        Chunk.Delta delta = choice.delta();
        if (delta != null) {
            decode(delta, out);
        }
        String told = choice.finishReason();
        if (told != null && !told.isEmpty()) {
            finish(told, out);
        }
    }

    private void decode(Chunk.Delta delta, Queue<StreamEvent> out) throws ProviderException {
        String thinking = delta.thinking();
        if (thinking != null && !thinking.isEmpty()) {
            out.add(new StreamEvent.ReasoningDelta(thinking));
        }
        String content = delta.content();
        if (content != null && !content.isEmpty()) {
            out.add(new StreamEvent.TextDelta(content));
        }
        String refusal = delta.refusal();
        if (refusal != null && !refusal.isEmpty()) {
            out.add(new StreamEvent.RefusalDelta(refusal));
        }
        List<Chunk.Call> toolCalls = delta.toolCalls();
        if (toolCalls != null) {
            for (Chunk.Call call : toolCalls) {
                if (call != null) {
                    decode(call, out);
                }
            }
        }
    }

    /**
     * Some hosts leave the index out, some repeat id and name with each piece, and some give every
     * call the index 0: a name with another id is another call.
     */
    private void decode(Chunk.Call call, Queue<StreamEvent> out) throws ProviderException {
        String name = call.functionName();
        Integer told = call.index();
        int index = told != null ? told : wireIndex + (name.isEmpty() ? 0 : 1);
        String id = call.id() == null ? "" : call.id();
        boolean another = !name.isEmpty() && !id.isEmpty() && !id.equals(wireId);
        if (index != wireIndex || another) {
            if (name.isEmpty() || index < wireIndex) {
                throw new ProviderException(new ProviderFailure.Malformed("tool_call_not_open"));
            }
            wireIndex = index;
            wireId = id;
            calls.start(id.isEmpty() ? "call_" + calls.count() : id, name, out);
        }
        calls.append(call.arguments(), out);
    }

    private void finish(String told, Queue<StreamEvent> out) throws ProviderException {
        FinishReason meant =
                switch (told) {
                    case "stop", "end_turn", "eos", "stop_sequence" -> FinishReason.STOP;
                    case "length", "max_tokens" -> FinishReason.LENGTH;
                    case "tool_calls", "function_call", "tool_use" -> FinishReason.TOOL_CALLS;
                    case "content_filter", "refusal", "sensitive" -> FinishReason.REFUSAL;
                    case "error", "network_error", "insufficient_system_resource" ->
                            throw new ProviderException(
                                    new ProviderFailure.ErrorEvent("finish_reason_error"));
                    // Unknown words may mean a pause or a cut; only what we know is complete.
                    default ->
                            throw new ProviderException(
                                    new ProviderFailure.Malformed("unknown_finish_reason"));
                };
        if (meant == FinishReason.STOP || meant == FinishReason.TOOL_CALLS) {
            calls.endOpen(out);
        }
        boolean calling = meant == FinishReason.STOP && calls.count() > 0;
        reason = calling ? FinishReason.TOOL_CALLS : meant;
    }

    private static Usage usage(Chunk.Tokens told) {
        Chunk.PromptDetails in = told.promptDetails();
        Chunk.CompletionDetails out = told.completionDetails();
        return new Usage(
                count(told.prompt()),
                count(told.completion()),
                in == null ? 0 : count(in.cached()),
                in == null ? 0 : count(in.written()),
                out == null ? 0 : count(out.reasoning()),
                false);
    }

    private static long count(long told) {
        // Bounded, so that sums of what a provider says cannot run over.
        return Math.clamp(told, 0, Integer.MAX_VALUE);
    }

    private static boolean isDone(byte[] data, int length) {
        return length >= 6
                && data[0] == '['
                && data[1] == 'D'
                && data[2] == 'O'
                && data[3] == 'N'
                && data[4] == 'E'
                && data[5] == ']';
    }
}
