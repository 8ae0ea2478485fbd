package spillway.relay;

import spillway.attempt.Target;
import spillway.chat.ChatRequest;

/** What a search asks. It can differ by who is asked; the model in it is replaced by his. */
@FunctionalInterface
interface Question {
    ChatRequest to(Target target);

    /** Whether that puts a beginning into its mouth, to which it may have nothing to add. */
    default boolean beginsFor(Target target) {
        return false;
    }
}
