package spillway.attempt;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import spillway.chat.ChatRequest;
import spillway.chat.FinishReason;
import spillway.chat.Message;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;

/**
 * A provider that plays tapes, one a call, the last again and again. A tape that has run out is
 * silent until the stream is closed. Counts what is open and remembers which threads read.
 */
public final class TapeProvider implements ChatProvider {
    /** What happens at one pull. */
    private interface Step {
        StreamEvent play(Stream stream) throws ProviderException, InterruptedException;
    }

    /** What one call does, step by step. */
    public static final class Tape {
        private final List<Step> steps = new ArrayList<>();
        private boolean endless;

        public Tape say(StreamEvent... events) {
            for (StreamEvent event : events) {
                steps.add(_ -> event);
            }
            return this;
        }

        public Tape say(String... texts) {
            for (String text : texts) {
                say(new StreamEvent.TextDelta(text));
            }
            return this;
        }

        public Tape cost(long input, long output) {
            return say(new StreamEvent.UsageReport(new Usage(input, output, 0, 0, 0, false)));
        }

        public Tape finish(FinishReason reason) {
            return say(new StreamEvent.Finish(reason));
        }

        public Tape finish() {
            return finish(FinishReason.STOP);
        }

        public Tape fail(ProviderFailure failure) {
            steps.add(
                    _ -> {
                        throw new ProviderException(failure);
                    });
            return this;
        }

        public Tape crash(RuntimeException bug) {
            steps.add(
                    _ -> {
                        throw bug;
                    });
            return this;
        }

        /** Plays its last step for ever. */
        public Tape forEver() {
            endless = true;
            return this;
        }

        /** Goes on when the latch opens, or when the stream is closed. */
        public Tape await(CountDownLatch latch, StreamEvent then) {
            steps.add(
                    stream -> {
                        stream.silence(latch);
                        return then;
                    });
            return this;
        }
    }

    private final Queue<Tape> tapes = new ArrayDeque<>();
    private final List<ChatRequest> asked = new CopyOnWriteArrayList<>();
    private final List<Duration> connectTimeouts = new CopyOnWriteArrayList<>();
    private final List<Thread> readers = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger pulled = new AtomicInteger();

    /** An empty tape. */
    public static Tape tape() {
        return new Tape();
    }

    /** A tape that begins with the response headers. */
    public static Tape opened() {
        return new Tape().say(new StreamEvent.Opened());
    }

    /** A provider that plays these. */
    public static TapeProvider playing(Tape... tapes) {
        TapeProvider provider = new TapeProvider();
        provider.tapes.addAll(List.of(tapes));
        return provider;
    }

    /** A provider that says that text and ends. */
    public static TapeProvider saying(String... texts) {
        return playing(opened().say(texts).finish());
    }

    /** A provider that fails before it says anything. */
    public static TapeProvider failing(ProviderFailure failure) {
        return playing(tape().fail(failure));
    }

    /** A provider that never says anything. */
    public static TapeProvider silent() {
        return playing(tape());
    }

    @Override
    public synchronized ChatStream call(ChatRequest request, Duration connectTimeout) {
        asked.add(request);
        connectTimeouts.add(connectTimeout);
        open.incrementAndGet();
        Tape tape = tapes.size() > 1 ? tapes.remove() : tapes.element();
        return new Stream(tape);
    }

    /** The requests, in order. */
    public List<ChatRequest> asked() {
        return List.copyOf(asked);
    }

    public List<String> modelsAsked() {
        return asked.stream().map(ChatRequest::model).toList();
    }

    /** What the user said in each call. */
    public List<String> prompts() {
        return asked.stream()
                .map(request -> request.messages().getLast())
                .map(TapeProvider::text)
                .toList();
    }

    private static String text(Message message) {
        return message instanceof Message.User(var text) ? text : message.toString();
    }

    /** Returns when so many calls are being read. */
    public void awaitReaders(int calls) {
        await(() -> readers.size() >= calls);
    }

    public List<Duration> connectTimeouts() {
        return List.copyOf(connectTimeouts);
    }

    /** Streams that were not closed. */
    public int open() {
        return open.get();
    }

    /** Events given away, over all streams. */
    public int pulled() {
        return pulled.get();
    }

    /** Returns when no thread that has read from here goes on reading by itself. */
    public void awaitAllWaiting() {
        for (Thread reader : readers) {
            await(() -> reader.getState() == Thread.State.WAITING || !reader.isAlive());
        }
    }

    /** Returns when so many events have been given away. */
    public void awaitPulled(int events) {
        await(() -> pulled() >= events);
    }

    /** Returns when that is so, or fails when the test's time is over. */
    static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
            if (Thread.interrupted()) {
                throw new AssertionError("waited in vain");
            }
        }
    }

    /** Threads that have read from here and have not ended within that time. */
    public List<Thread> threadsLeftAfter(Duration patience) throws InterruptedException {
        List<Thread> left = new ArrayList<>();
        for (Thread reader : readers) {
            if (!reader.join(patience)) {
                left.add(reader);
            }
        }
        return left;
    }

    private final class Stream implements ChatStream {
        private final Tape tape;
        private final CountDownLatch closed = new CountDownLatch(1);
        private int position;

        Stream(Tape tape) {
            this.tape = tape;
        }

        @Override
        public StreamEvent next() throws ProviderException {
            if (position == 0) {
                readers.add(Thread.currentThread());
            }
            try {
                if (position == tape.steps.size()) {
                    silence(new CountDownLatch(1));
                }
                StreamEvent event = tape.steps.get(position).play(this);
                boolean stay = tape.endless && position == tape.steps.size() - 1;
                position += stay ? 0 : 1;
                pulled.incrementAndGet();
                return event;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            synchronized (closed) {
                if (closed.getCount() > 0) {
                    open.decrementAndGet();
                    closed.countDown();
                }
            }
        }

        private void silence(CountDownLatch until) throws ProviderException, InterruptedException {
            while (!until.await(1, TimeUnit.MILLISECONDS)) {
                if (closed.getCount() == 0) {
                    throw new ProviderException(new ProviderFailure.CutOff("closed"));
                }
            }
        }
    }
}
