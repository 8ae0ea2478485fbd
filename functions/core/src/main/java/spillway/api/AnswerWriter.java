package spillway.api;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import spillway.http.ResponseSink;
import spillway.relay.Answer;
import spillway.relay.AnswerEvent;
import spillway.sse.SseEncoder;

/**
 * Writes one answer to its reader, whole. What is already there goes out in one flush; the status
 * goes out with the start, and the start with all that is behind it.
 */
final class AnswerWriter {
    /** The longest silence towards the reader. */
    static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** Flushed at this size even if more is there, so that a fast provider is not held back. */
    private static final int BATCH_BYTES = 16 * 1024;

    private final Answer answer;
    private final AnswerEncoder encoder;
    private final ResponseSink sink;
    private final String requestId;
    private final SseEncoder out = new SseEncoder();
    private boolean started;
    private boolean readable;
    private boolean ended;
    private boolean failed;

    AnswerWriter(Answer answer, AnswerEncoder encoder, ResponseSink sink, String requestId) {
        this.answer = answer;
        this.encoder = encoder;
        this.sink = sink;
        this.requestId = requestId;
    }

    /**
     * Writes until the answer's end.
     *
     * @throws IOException when the reader is gone
     */
    void write() throws IOException {
        try {
            while (!ended) {
                gather();
                if (readable) {
                    send();
                }
            }
        } catch (RuntimeException e) {
            tellFailure(e);
            throw e;
        }
        if (failed) {
            sink.fail("UpstreamFailed");
        }
    }

    /** Waits for an event, and takes with it what has come meanwhile. */
    private void gather() {
        Optional<AnswerEvent> next = answer.next(HEARTBEAT);
        if (next.isEmpty()) {
            encoder.heartbeat(out);
            readable = true;
        }
        while (next.isPresent()) {
            take(next.get());
            next =
                    ended || out.length() > BATCH_BYTES
                            ? Optional.empty()
                            : answer.next(Duration.ZERO);
        }
    }

    private void take(AnswerEvent event) {
        encoder.event(event, out);
        switch (event) {
            // Not worth a packet of its own.
            case AnswerEvent.UsageSoFar _ -> {}
            case AnswerEvent.Start _,
                    AnswerEvent.Switch _,
                    AnswerEvent.Reset _,
                    AnswerEvent.Delta _ ->
                    readable = true;
            case AnswerEvent.Done _ -> end();
            case AnswerEvent.Failed _ -> {
                failed = true;
                end();
            }
        }
    }

    private void end() {
        readable = true;
        ended = true;
    }

    private void send() throws IOException {
        if (!started) {
            started = true;
            sink.start(200, encoder.headers());
        }
        sink.write(out.buffer(), 0, out.length());
        sink.flush();
        out.clear();
    }

    /** Tells a reader who has begun to read that nothing more will come. */
    private void tellFailure(RuntimeException cause) {
        if (!started || ended) {
            return;
        }
        try {
            encoder.failed(InternalProblem.of(requestId), out);
            send();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
