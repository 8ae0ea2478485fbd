package spillway.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.PriorityQueue;
import spillway.time.Ticker;

/**
 * Both clocks, and what is to happen when. Time passes only from one event to the next, and events
 * of the same moment happen in the order in which they were planned.
 */
final class VirtualTime extends Clock implements Ticker {
    private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

    /**
     * How many may wait inside each other. One that waits lets others go on, on the same stack, and
     * goes on itself when they have ended or wait no more; the deepest does not wait at all.
     */
    private static final int DEEPEST = 6;

    private final PriorityQueue<Event> planned = new PriorityQueue<>();
    private long now;
    private long count;
    private int depth;

    /** Plans something. */
    void after(Duration wait, Runnable event) {
        planned.add(new Event(now + wait.toNanos(), count++, event));
    }

    /** Lets that much time pass, with all that happens in it. */
    void pass(Duration span) {
        long end = now + span.toNanos();
        while (!planned.isEmpty() && planned.peek().at <= end) {
            Event event = planned.remove();
            now = Math.max(now, event.at);
            event.what.run();
        }
        now = Math.max(now, end);
    }

    /** Waits in the middle of an event: at least that long, unless too many wait already. */
    void spend(Duration span) {
        if (depth < DEEPEST) {
            depth++;
            pass(span);
            depth--;
        }
    }

    /** How long it has been going on. */
    Duration elapsed() {
        return Duration.ofNanos(now);
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Instant instant() {
        return START.plusNanos(now);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("times here have no zone");
    }

    private record Event(long at, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime == 0 ? Long.compare(order, other.order) : byTime;
        }
    }
}
