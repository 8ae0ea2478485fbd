package spillway.relay;

/** What opening an answer comes to: the status of an HTTP answer is decided by which it is. */
public sealed interface Opening {

    /**
     * The first content is here, or somebody has been seen to work on it for long: the reader can
     * be told yes. The caller closes the answer.
     */
    record Answering(Answer answer) implements Opening {}

    /** There will be no content, and nothing has been sent. */
    record Refused(AnswerFailure failure) implements Opening {}
}
