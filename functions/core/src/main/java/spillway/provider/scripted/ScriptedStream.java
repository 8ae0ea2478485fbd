package spillway.provider.scripted;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.provider.ChatStream;

/** A script being played. */
final class ScriptedStream implements ChatStream {
    private final Iterator<StreamEvent> events;
    private final Duration firstToken;
    private final Duration nextToken;
    private final Pacing pacing;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean opened;
    private boolean speaking;

    ScriptedStream(ScriptedAnswer answer, Duration firstToken, Duration nextToken, Pacing pacing) {
        this.events = answer.events().iterator();
        this.firstToken = firstToken;
        this.nextToken = nextToken;
        this.pacing = pacing;
    }

    @Override
    public StreamEvent next() throws ProviderException {
        if (closed.getCount() == 0) {
            throw cutOff("closed_by_reader");
        }
        if (!opened) {
            opened = true;
            return new StreamEvent.Opened();
        }
        StreamEvent event = events.next();
        if (event instanceof StreamEvent.Content) {
            pause(speaking ? nextToken : firstToken);
            speaking = true;
        }
        return event;
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void pause(Duration wait) throws ProviderException {
        try {
            if (pacing.pause(wait, closed)) {
                throw cutOff("closed_by_reader");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw cutOff("interrupted");
        }
    }

    private static ProviderException cutOff(String how) {
        return new ProviderException(new ProviderFailure.CutOff(how));
    }
}
