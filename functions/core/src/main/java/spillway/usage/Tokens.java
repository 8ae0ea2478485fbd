package spillway.usage;

import org.jspecify.annotations.Nullable;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.ResponseFormat;
import spillway.chat.StreamEvent;
import spillway.chat.Tool;

/**
 * Estimates tokens by size: one for every four bytes of UTF-8 begun, which is near for English and
 * above the truth for most else.
 */
final class Tokens {
    private static final int BYTES_PER_TOKEN = 4;

    private Tokens() {}

    static long of(long bytes) {
        return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    }

    static long bytesOf(ChatRequest request) {
        long bytes = 0;
        for (Message message : request.messages()) {
            bytes += bytesOf(message);
        }
        for (Tool tool : request.tools()) {
            bytes += utf8(tool.name()) + utf8(tool.description()) + utf8(tool.parameters());
        }
        ResponseFormat format = request.responseFormat();
        return format == null ? bytes : bytes + utf8(format.schema());
    }

    static long bytesOf(StreamEvent.Content content) {
        return switch (content) {
            case StreamEvent.TextDelta(var text) -> utf8(text);
            case StreamEvent.ReasoningDelta(var text) -> utf8(text);
            case StreamEvent.RefusalDelta(var text) -> utf8(text);
            case StreamEvent.ToolCallStarted(_, _, var name) -> utf8(name);
            case StreamEvent.ToolCallDelta(_, var arguments) -> utf8(arguments);
            case StreamEvent.ToolCallEnded _ -> 0;
        };
    }

    private static long bytesOf(Message message) {
        return switch (message) {
            case Message.Instructions(var text) -> utf8(text);
            case Message.User(var text) -> utf8(text);
            case Message.Assistant(var text, var calls) ->
                    utf8(text)
                            + calls.stream()
                                    .mapToLong(call -> utf8(call.name()) + utf8(call.arguments()))
                                    .sum();
            case Message.ToolResult(_, var text) -> utf8(text);
        };
    }

    /** The length in UTF-8, without the copy that encoding would make. */
    private static long utf8(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair stands for two of the pair's four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
