package spillway.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import spillway.attempt.Target;
import spillway.chat.ChatRequest;
import spillway.chat.Message;

/**
 * Asks another target to go on with a text that was cut. One that takes a beginning gets the text
 * as its own unfinished answer; any other is told to repeat the last words, by which the join is
 * found.
 */
final class Continuation implements Question {
    private static final String INSTRUCTION =
            """
            Your answer above was cut off by a technical fault. Write the rest of it, in the same language, style and format.
            Begin with the last words of it, exactly as they stand there, character for character, and go straight on from them. Put nothing before them. Do not start over, do not mention the interruption, and do not repeat anything else.
            The last words are:
            """;

    private final ChatRequest asked;
    private final Seam seam;
    private final Predicate<Target> takesBeginning;

    /**
     * @param asked what the text is the answer to
     */
    Continuation(ChatRequest asked, Seam seam, Predicate<Target> takesBeginning) {
        this.asked = asked;
        this.seam = seam;
        this.takesBeginning = takesBeginning;
    }

    @Override
    public ChatRequest to(Target target) {
        if (seam.said().isEmpty()) {
            return asked;
        }
        List<Message> messages = new ArrayList<>(asked.messages());
        if (messages.getLast() instanceof Message.Assistant(var begun, var calls)
                && calls.isEmpty()) {
            // The answer began with what the caller had put into the model's mouth.
            messages.removeLast();
            messages.add(new Message.Assistant(begun + seam.said(), List.of()));
        } else {
            messages.add(new Message.Assistant(seam.said(), List.of()));
        }
        if (!takesBeginning.test(target)) {
            messages.add(new Message.User(INSTRUCTION + seam.anchor()));
        }
        return asked.withMessages(messages);
    }

    @Override
    public boolean beginsFor(Target target) {
        return !seam.said().isEmpty() && takesBeginning.test(target);
    }

    /** What joins that target's words to the text. */
    Splice splice(Target target) {
        return takesBeginning.test(target)
                ? Splice.afterPrefill(seam)
                : Splice.afterRepetition(seam);
    }
}
