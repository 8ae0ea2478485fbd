package spillway.local.url;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A function that says what it is told: each piece is received by itself. */
final class ScriptedFunction implements Function {
    private static final String END = "end";
    private static final String CUT = "cut";

    String contentType = Prelude.CONTENT_TYPE;
    boolean fails;
    private volatile byte @Nullable [] event;
    private volatile BlockingQueue<String> script = new LinkedBlockingQueue<>();
    private volatile BlockingQueue<String> later = new LinkedBlockingQueue<>();
    private volatile boolean open;
    private final AtomicInteger invocations = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** What every next invocation answers, before its end. */
    void says(String... pieces) {
        script = new LinkedBlockingQueue<>();
        for (String piece : pieces) {
            script.add(piece);
        }
    }

    /** The next invocation does not end after its script; what comes then is said live. */
    void staysOpen() {
        open = true;
        later = new SynchronousQueue<>();
    }

    void saysMore(String piece) throws IOException {
        try {
            if (!later.offer(piece, 5, TimeUnit.SECONDS)) {
                throw new IOException("nobody reads");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    void ends() throws IOException {
        saysMore(END);
        open = false;
    }

    void isCut() throws IOException {
        saysMore(CUT);
    }

    /** Writes until nobody reads any more, at most so often. */
    void saysUntilRefused(int times) throws InterruptedException {
        for (int i = 0; i < times && closed.getCount() > 0; i++) {
            boolean taken = false;
            while (!taken && closed.getCount() > 0) {
                taken = later.offer("more", 10, TimeUnit.MILLISECONDS);
            }
        }
    }

    boolean wasCut() {
        return closed.getCount() == 0;
    }

    JsonNode event() {
        try {
            return new ObjectMapper().readTree(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int invocations() {
        return invocations.get();
    }

    @Override
    public void invoke(byte[] event, Receiver receiver) throws Failed {
        this.event = event;
        invocations.incrementAndGet();
        if (fails) {
            throw new Failed("as told");
        }
        BlockingQueue<String> pieces = new LinkedBlockingQueue<>(script);
        try {
            receiver.begin(contentType);
            for (String piece = next(pieces); !piece.equals(END); piece = next(pieces)) {
                if (piece.equals(CUT)) {
                    throw new Failed("cut");
                }
                byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
                receiver.receive(bytes, 0, bytes.length);
            }
        } catch (IOException e) {
            throw new Failed("not wanted: " + e.getMessage());
        } finally {
            closed.countDown();
        }
    }

    private String next(BlockingQueue<String> first) throws Failed {
        @Nullable String piece = first.poll();
        try {
            return piece != null ? piece : open ? later.take() : END;
        } catch (InterruptedException e) {
            throw new Failed("interrupted");
        }
    }
}
