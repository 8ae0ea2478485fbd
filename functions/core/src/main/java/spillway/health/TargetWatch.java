package spillway.health;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import spillway.chat.ProviderFailure;
import spillway.time.Ticker;

/** What this process has seen of one target, and has not told yet. */
final class TargetWatch {
    /**
     * A failure counts as an answer this slow, so that a target that refuses at once does not look
     * like the fastest.
     */
    private static final Duration FAILURE_COST = Duration.ofSeconds(5);

    private final String target;
    private final BreakerSettings settings;
    private final LocalBreaker breaker;
    private final FleetHealthSettings fleet;
    private final Ticker ticker;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final PeakEwma firstContent;

    private long successes;
    private Latencies latencies = Latencies.NONE;
    private final Map<String, Long> reasons = new HashMap<>();
    private boolean hasTold;
    private long toldAt;
    private boolean isFailing;
    private long failingSince;
    private long failedAt;

    TargetWatch(
            String target,
            BreakerSettings settings,
            LocalBreaker breaker,
            FleetHealthSettings fleet,
            Ticker ticker) {
        this.target = target;
        this.settings = settings;
        this.breaker = breaker;
        this.fleet = fleet;
        this.ticker = ticker;
        this.firstContent = new PeakEwma(ticker);
    }

    String target() {
        return target;
    }

    BreakerSettings settings() {
        return settings;
    }

    BreakerRule rule() {
        return new BreakerRule(settings);
    }

    LocalBreaker breaker() {
        return breaker;
    }

    void begun() {
        inFlight.incrementAndGet();
    }

    void ended() {
        inFlight.decrementAndGet();
    }

    void sawFirstContent(Duration afterStart) {
        firstContent.observe(afterStart);
    }

    /**
     * @param obeyed whether the local breaker is
     */
    LocalView.Seen seen(boolean obeyed) {
        return new LocalView.Seen(
                firstContent.millis(), inFlight.get(), obeyed && breaker.isOpen());
    }

    synchronized void succeeded(@Nullable Duration content) {
        successes++;
        if (content != null) {
            latencies = latencies.plus(Latencies.of(content));
        }
        isFailing = false;
    }

    /**
     * A failure that counts against health.
     *
     * @param waited for the first content, whether it came or not
     */
    synchronized void failed(Duration waited) {
        firstContent.observe(waited.compareTo(FAILURE_COST) > 0 ? waited : FAILURE_COST);
        long now = ticker.nanos();
        if (!isFailing || now - failedAt > settings.window().toNanos()) {
            isFailing = true;
            failingSince = now;
        }
        failedAt = now;
    }

    /** Any failure, for the reports. */
    synchronized void note(ProviderFailure failure) {
        reasons.merge(failure.reason(), 1L, Long::sum);
    }

    /**
     * Whether this process has seen nothing but failures, one soon after the other, for as long as
     * makes it a witness alone.
     */
    synchronized boolean isFailingLongEnough() {
        return isFailing && ticker.nanos() - failingSince >= fleet.aloneFor().toNanos();
    }

    /** What has not been told, if it is time to tell again. */
    synchronized Optional<Evidence> dueEvidence(String reporter, long version) {
        boolean isDue = !hasTold || ticker.nanos() - toldAt >= fleet.tellEvery().toNanos();
        return isDue ? Optional.of(evidence(reporter, version, 0, null)) : Optional.empty();
    }

    /**
     * What has not been told, with that on top; now it counts as told.
     *
     * @param failures that count against health
     */
    synchronized Evidence evidence(
            String reporter, long version, long failures, @Nullable Boolean probeOk) {
        Evidence evidence =
                new Evidence(
                        reporter,
                        version,
                        settings.window(),
                        successes,
                        latencies,
                        failures,
                        reasons,
                        probeOk);
        successes = 0;
        latencies = Latencies.NONE;
        reasons.clear();
        hasTold = true;
        toldAt = ticker.nanos();
        return evidence;
    }
}
