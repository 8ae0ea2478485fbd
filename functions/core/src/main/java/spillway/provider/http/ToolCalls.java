package spillway.provider.http;

import java.util.Queue;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;

/**
 * The tool calls of one answer, numbered from 0. A call has ended only when the answer went on
 * beyond it, or ended for a reason that leaves its arguments whole: a limit of tokens does not.
 */
public final class ToolCalls {
    private int index = -1;
    private boolean open;
    private boolean hasArguments;

    /** Whether a call is open. */
    public boolean isOpen() {
        return open;
    }

    /** How many calls have begun. */
    public int count() {
        return index + 1;
    }

    /** A call begins; the one before it is whole. */
    public void start(String id, String name, Queue<StreamEvent> out) {
        endOpen(out);
        index++;
        open = true;
        hasArguments = false;
        out.add(new StreamEvent.ToolCallStarted(index, id, name));
    }

    /**
     * More of the open call's arguments; may be empty.
     *
     * @throws ProviderException when no call is open
     */
    public void append(String arguments, Queue<StreamEvent> out) throws ProviderException {
        if (!open) {
            throw new ProviderException(new ProviderFailure.Malformed("tool_call_not_open"));
        }
        if (!arguments.isEmpty()) {
            hasArguments = true;
            out.add(new StreamEvent.ToolCallDelta(index, arguments));
        }
    }

    /** The open call, if there is one, is whole. */
    public void endOpen(Queue<StreamEvent> out) {
        if (!open) {
            return;
        }
        if (!hasArguments) {
            // Vendors leave the arguments of a function without parameters empty, which is no JSON.
            out.add(new StreamEvent.ToolCallDelta(index, "{}"));
        }
        open = false;
        out.add(new StreamEvent.ToolCallEnded(index));
    }
}
