package spillway.relay;

import java.time.Duration;
import java.util.Optional;

/**
 * A running answer, pulled by one thread; any thread may {@link #close}.
 *
 * <p>A reader that is slow slows the provider. Closing early cancels the call to the provider;
 * closing is idempotent and waits (bounded) until what must be told of the answer is told.
 */
public interface Answer extends AutoCloseable {
    /**
     * The next event, or empty when none came in that time. {@link Duration#ZERO} asks for what is
     * already there, so that a writer can put off its flush.
     *
     * @throws IllegalStateException after {@link AnswerEvent.Done} or {@link AnswerEvent.Failed},
     *     and when the answer is closed, also meanwhile
     */
    Optional<AnswerEvent> next(Duration patience);

    @Override
    void close();
}
