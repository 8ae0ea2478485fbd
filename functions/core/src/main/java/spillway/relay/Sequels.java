package spillway.relay;

import java.util.function.Predicate;
import spillway.attempt.Target;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderFailure;
import spillway.relay.AnswerFailure.Halt;
import spillway.routing.OnBreak;

/**
 * What was agreed for an answer that breaks. The one place where that is decided.
 *
 * @param asked what is answered
 * @param takesBeginning which targets go on from a beginning that is put into their mouth
 */
record Sequels(OnBreak onBreak, ChatRequest asked, Predicate<Target> takesBeginning) {

    /** What the reader must have kept for him. */
    Delivered nothingDelivered() {
        boolean isPlain = asked.responseFormat() == null;
        return new Delivered(isPlain, isPlain && onBreak == OnBreak.CONTINUE);
    }

    /**
     * What follows on a break.
     *
     * @param isFirst whether nothing has broken before: what another target says of the request
     *     afterwards is not held against it
     */
    Sequel after(ProviderFailure failure, Delivered delivered, boolean isFirst) {
        if (isFirst && !failure.isRetryable()) {
            return new Sequel.Ended(Halt.REJECTED);
        }
        return switch (onBreak) {
            case ERROR -> new Sequel.Ended(Halt.AGREED);
            case RESTART -> new Sequel.Restarted(_ -> asked);
            case CONTINUE -> continued(delivered);
        };
    }

    private Sequel continued(Delivered delivered) {
        if (!delivered.isResumable()) {
            return new Sequel.Ended(Halt.NOT_TEXT);
        }
        if (delivered.isTooLong()) {
            return new Sequel.Ended(Halt.TOO_LONG);
        }
        return Seam.of(delivered.text())
                .<Sequel>map(
                        seam -> new Sequel.Continued(new Continuation(asked, seam, takesBeginning)))
                .orElseGet(() -> new Sequel.Ended(Halt.REPETITIVE));
    }
}
