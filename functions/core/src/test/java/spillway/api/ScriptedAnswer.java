package spillway.api;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import spillway.relay.Answer;
import spillway.relay.AnswerEvent;

/** An answer that comes in the bursts it is told; between two there is a wait. */
final class ScriptedAnswer implements Answer {
    private final Queue<Object> script = new ArrayDeque<>();
    final List<Duration> waits = new ArrayList<>();
    int closed;

    /** These events come together. */
    ScriptedAnswer burst(AnswerEvent... events) {
        script.add(Step.WAIT);
        script.addAll(List.of(events));
        return this;
    }

    /** Nothing comes for as long as the reader is willing to wait. */
    ScriptedAnswer silence() {
        script.add(Step.WAIT);
        script.add(Step.SILENCE);
        return this;
    }

    /** A bug. */
    ScriptedAnswer bug(RuntimeException bug) {
        script.add(bug);
        return this;
    }

    @Override
    public Optional<AnswerEvent> next(Duration patience) {
        if (script.peek() == Step.WAIT) {
            if (patience.isZero()) {
                return Optional.empty();
            }
            waits.add(patience);
            script.remove();
        }
        return switch (script.remove()) {
            case AnswerEvent event -> Optional.of(event);
            case RuntimeException bug -> throw bug;
            default -> Optional.empty();
        };
    }

    @Override
    public void close() {
        closed++;
    }

    private enum Step {
        WAIT,
        SILENCE
    }
}
