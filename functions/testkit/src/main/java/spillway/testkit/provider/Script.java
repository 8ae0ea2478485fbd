package spillway.testkit.provider;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One vendor's wire for one answer: its frames, each with its empty line at the end. */
interface Script {

    /** What is wrong with the request, by this vendor's rules; null when nothing is. */
    Fault.@Nullable Status objection();

    /** Headers that come with each response. */
    Map<String, String> headers();

    /** What comes before the first content. */
    String prelude();

    String token(String text);

    String ping();

    /** A frame, or several, that a client has never heard of. */
    String unknown();

    String reasoning(List<String> tokens);

    /** All of a refusal but {@link #reason} and {@link #terminal}. */
    String refusal();

    /** The tool calls up to the middle of the second one's arguments. */
    String toolCallsBegun();

    /** What is left of the tool calls. */
    String toolCallsEnded();

    /** Why the answer ended, and what it has cost. */
    String reason(End end, int tokens);

    String terminal();

    /** An error inside the stream. */
    String error(Fault.Shape shape, Fault.Kind kind);

    /** The body of an error response. */
    String errorBody(Fault.Kind kind);

    /** A whole answer without streaming. */
    String document(String text);

    /** Why an answer ends. */
    enum End {
        STOP,
        LENGTH,
        TOOLS,
        REFUSAL
    }
}
