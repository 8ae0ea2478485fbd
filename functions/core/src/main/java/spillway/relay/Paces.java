package spillway.relay;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import spillway.health.Latencies;
import spillway.time.Ticker;

/**
 * How long targets took to their first content until lately, as this process has seen it. Safe to
 * use from many threads.
 */
final class Paces {
    /** Fewer tell nothing of the slowest twentieth. */
    static final int LEAST_SEEN = 20;

    /** What is remembered is between one and two of these old. */
    static final Duration SPAN = Duration.ofMinutes(10);

    private static final double P95 = 0.95;

    /**
     * What was seen of a target.
     *
     * @param since when the current span began
     */
    private record Pace(long since, Latencies current, Latencies previous) {
        /** The same, with a new span where the current one is over. */
        Pace at(long now) {
            // The clock may step back over a snapshot; then what is known is as good as new.
            long spans = Math.max(0, now - since) / SPAN.toNanos();
            if (spans == 0) {
                return this;
            }
            return new Pace(now, Latencies.NONE, spans == 1 ? current : Latencies.NONE);
        }

        Latencies both() {
            return current.plus(previous);
        }
    }

    private final Map<String, Pace> paces = new ConcurrentHashMap<>();
    private final Ticker ticker;

    Paces(Ticker ticker) {
        this.ticker = ticker;
    }

    /** The first content came after that long, or had not come by then. */
    void saw(String target, Duration waited) {
        paces.compute(
                target,
                (_, known) -> {
                    Pace pace = now(known);
                    Latencies current = pace.current.plus(Latencies.of(waited));
                    return new Pace(pace.since, current, pace.previous);
                });
    }

    /** What 95 % did not exceed; empty while too little was seen. */
    Optional<Duration> p95(String target) {
        Latencies seen = now(paces.get(target)).both();
        return seen.count() < LEAST_SEEN
                ? Optional.empty()
                : Optional.of(Duration.ofMillis((long) seen.percentile(P95)));
    }

    private Pace now(@Nullable Pace known) {
        long now = ticker.nanos();
        return known == null ? new Pace(now, Latencies.NONE, Latencies.NONE) : known.at(now);
    }
}
