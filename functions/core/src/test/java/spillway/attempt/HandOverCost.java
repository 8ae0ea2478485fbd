package spillway.attempt;

import java.util.concurrent.TimeUnit;
import spillway.chat.ProviderException;
import spillway.chat.StreamEvent;
import spillway.time.Ticker;

/** Measures what passing an event between two virtual threads costs; run by hand. */
final class HandOverCost {
    private static final StreamEvent EVENT = new StreamEvent.TextDelta("word ");
    private static final long WAIT = TimeUnit.SECONDS.toNanos(10);

    private HandOverCost() {}

    public static void main(String[] args) throws InterruptedException {
        for (int round = 0; round < 6; round++) {
            System.out.printf(
                    "burst %d ns an event, one at a time %d ns an event%n",
                    burst(2_000_000), oneAtATime(200_000));
        }
    }

    /** The writer is always ahead. */
    private static long burst(int events) throws InterruptedException {
        HandOver handOver = new HandOver(32, Ticker.SYSTEM);
        long before = System.nanoTime();
        Thread writer = Thread.ofVirtual().start(() -> put(handOver, events));
        Thread reader = Thread.ofVirtual().start(() -> take(handOver, events));
        writer.join();
        reader.join();
        return (System.nanoTime() - before) / events;
    }

    /** The reader always waits, as it does for a model's tokens: both are parked and woken. */
    private static long oneAtATime(int events) throws InterruptedException {
        HandOver there = new HandOver(32, Ticker.SYSTEM);
        HandOver back = new HandOver(32, Ticker.SYSTEM);
        long before = System.nanoTime();
        Thread echo =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    for (int i = 0; i < events; i++) {
                                        take(there, 1);
                                        put(back, 1);
                                    }
                                });
        Thread caller =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    for (int i = 0; i < events; i++) {
                                        put(there, 1);
                                        take(back, 1);
                                    }
                                });
        echo.join();
        caller.join();
        return (System.nanoTime() - before) / events / 2;
    }

    private static void put(HandOver handOver, int events) {
        for (int i = 0; i < events; i++) {
            handOver.put(EVENT);
        }
    }

    private static void take(HandOver handOver, int events) {
        try {
            int left = events;
            while (left > 0) {
                if (handOver.poll(WAIT) != null) {
                    left--;
                }
            }
        } catch (ProviderException e) {
            throw new IllegalStateException(e);
        }
    }
}
