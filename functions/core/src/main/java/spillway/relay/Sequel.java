package spillway.relay;

import spillway.relay.AnswerFailure.Halt;

/** How an answer goes on whose target has broken. */
sealed interface Sequel {

    /** Another target goes on with the text. */
    record Continued(Continuation continuation) implements Sequel {}

    /** Another target answers anew. */
    record Restarted(Question question) implements Sequel {}

    /** It does not. */
    record Ended(Halt why) implements Sequel {}
}
