package spillway.health;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.ToolChoice;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.time.Ticker;

/**
 * Asks a model for one token. An answer that ends without content, as one token of thinking does,
 * is an answer.
 */
public final class SmallestChat implements HealthProbe.Call {
    private final Map<String, ChatProvider> providers;
    private final Timers timers;
    private final Ticker ticker;

    /**
     * @param providers by id
     */
    public SmallestChat(Map<String, ChatProvider> providers, Timers timers, Ticker ticker) {
        this.providers = Map.copyOf(providers);
        this.timers = timers;
        this.ticker = ticker;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException when the target's provider is not known
     */
    @Override
    public AttemptOutcome call(Target target, Consumer<Duration> onFirstContent) {
        ChatProvider provider = providers.get(target.provider());
        if (provider == null) {
            throw new IllegalArgumentException(
                    "provider of "
                            + target
                            + " is not known; known are "
                            + String.join(", ", providers.keySet()));
        }
        try (ChatStream stream = provider.call(request(target.model()), timers.connect())) {
            return new AttemptOutcome.Answered(finish(stream, onFirstContent).reason());
        } catch (ProviderException e) {
            return new AttemptOutcome.Failed(e.failure(), false);
        }
    }

    private StreamEvent.Finish finish(ChatStream stream, Consumer<Duration> onFirstContent)
            throws ProviderException {
        long begun = ticker.nanos();
        StreamEvent event =
                next(
                        stream,
                        timers.firstContent(),
                        ProviderFailure.Phase.FIRST_CONTENT,
                        any -> any instanceof StreamEvent.Content);
        if (!(event instanceof StreamEvent.Finish)) {
            onFirstContent.accept(Duration.ofNanos(ticker.nanos() - begun));
            event = next(stream, timers.nextEvent(), ProviderFailure.Phase.NEXT_EVENT, _ -> false);
        }
        return (StreamEvent.Finish) event;
    }

    /** The next event that is wanted, or the last. When the time is over, the stream is closed. */
    private static StreamEvent next(
            ChatStream stream,
            Duration limit,
            ProviderFailure.Phase phase,
            Predicate<StreamEvent> wanted)
            throws ProviderException {
        AtomicBoolean isOver = new AtomicBoolean();
        CountDownLatch here = new CountDownLatch(1);
        Thread.startVirtualThread(() -> closeAfter(limit, stream, isOver, here));
        try {
            StreamEvent event;
            do {
                event = stream.next();
            } while (!(event instanceof StreamEvent.Finish) && !wanted.test(event));
            return event;
        } catch (ProviderException e) {
            throw isOver.get()
                    ? new ProviderException(new ProviderFailure.TimedOut(phase, limit), e)
                    : e;
        } finally {
            here.countDown();
        }
    }

    private static void closeAfter(
            Duration limit, ChatStream stream, AtomicBoolean isOver, CountDownLatch here) {
        try {
            if (!here.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                isOver.set(true);
                stream.close();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts it; if somebody does, the stream goes on without a limit of ours.
            Thread.currentThread().interrupt();
        }
    }

    private static ChatRequest request(String model) {
        return new ChatRequest(
                model,
                List.of(new Message.User("Hi")),
                1,
                null,
                null,
                List.of(),
                List.of(),
                new ToolChoice.Auto());
    }
}
