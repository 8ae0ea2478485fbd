package spillway.health;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import spillway.attempt.AttemptOutcome;
import spillway.chat.ProviderFailure;
import spillway.health.TargetHealth.State;
import spillway.time.Ticker;

/** The permission for one attempt, and what its end means. */
final class FleetPermit implements Permit {
    private final TargetWatch watch;
    private final TargetHealth begunUnder;
    private final @Nullable ProbeLease lease;
    private final boolean probe;
    private final boolean acquired;
    private final FleetNews news;
    private final Errands errands;
    private final Ticker ticker;
    private final long begunAt;
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile @Nullable Duration content;

    /**
     * @param begunUnder what was known when the attempt began, or what the lease brought back
     * @param acquired whether the local breaker gave its permission
     */
    FleetPermit(
            TargetWatch watch,
            TargetHealth begunUnder,
            @Nullable ProbeLease lease,
            boolean probe,
            boolean acquired,
            FleetNews news,
            Errands errands,
            Ticker ticker) {
        this.watch = watch;
        this.begunUnder = begunUnder;
        this.lease = lease;
        this.probe = probe;
        this.acquired = acquired;
        this.news = news;
        this.errands = errands;
        this.ticker = ticker;
        this.begunAt = ticker.nanos();
    }

    @Override
    public void firstContent(Duration afterStart) {
        content = afterStart;
        watch.sawFirstContent(afterStart);
    }

    @Override
    public void settle(AttemptOutcome outcome) {
        if (!settled.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "the attempt to " + watch.target() + " is settled already");
        }
        watch.ended();
        switch (outcome) {
            case AttemptOutcome.Answered _ -> answered();
            case AttemptOutcome.Failed(var failure, _) -> failed(failure);
            case AttemptOutcome.Cancelled _, AttemptOutcome.LostRace _ -> {
                releaseBreaker();
                releaseLease();
            }
        }
    }

    private void answered() {
        if (acquired) {
            watch.breaker().succeeded();
        }
        watch.succeeded(content);
        errands.start(
                () -> {
                    if (lease != null) {
                        news.probePassed(lease, begunUnder);
                    } else if (begunUnder.state() == State.OPEN) {
                        // Tried for want of a better one, and well: only if it is still this state.
                        news.recovered(begunUnder);
                    }
                    tell(0, true);
                });
    }

    private void failed(ProviderFailure failure) {
        watch.note(failure);
        switch (failure.fault()) {
            case CLIENT, TRANSLATION -> neutral();
            case ACCOUNT -> accountRefused(failure);
            case RATE_LIMIT -> rateLimited(failure);
            case PROVIDER, TRANSIT -> sick(failure);
        }
    }

    private void neutral() {
        releaseBreaker();
        releaseLease();
        errands.start(() -> news.tellIfDue(watch, begunUnder.version()));
    }

    private void accountRefused(ProviderFailure failure) {
        // Nobody shares the word while the table is gone; then the local breaker is what there is.
        failBreaker();
        errands.start(
                () -> {
                    if (lease != null) {
                        news.probeRefused(lease, begunUnder, failure);
                    } else {
                        news.disable(watch.target(), failure);
                    }
                    tell(0, false);
                });
    }

    private void rateLimited(ProviderFailure failure) {
        releaseBreaker();
        errands.start(
                () -> {
                    if (failure instanceof ProviderFailure.RateLimited limited) {
                        news.coolDown(watch.target(), limited);
                    }
                    if (lease != null) {
                        news.releaseProbe(lease);
                    }
                    news.tellIfDue(watch, begunUnder.version());
                });
    }

    private void sick(ProviderFailure failure) {
        failBreaker();
        Duration known = content;
        watch.failed(known == null ? Duration.ofNanos(ticker.nanos() - begunAt) : known);
        errands.start(
                () -> {
                    if (lease != null) {
                        news.probeFailed(lease, begunUnder, watch.rule(), failure);
                        tell(1, false);
                    } else {
                        news.tellFailure(
                                watch, begunUnder.version(), probe ? false : null, failure);
                    }
                });
    }

    private void tell(long failures, boolean ok) {
        if (probe) {
            news.tellProbe(watch, begunUnder.version(), failures, ok);
        } else {
            news.tellIfDue(watch, begunUnder.version());
        }
    }

    private void failBreaker() {
        if (acquired) {
            watch.breaker().failed();
        }
    }

    private void releaseBreaker() {
        if (acquired) {
            watch.breaker().release();
        }
    }

    private void releaseLease() {
        if (lease != null) {
            errands.start(() -> news.releaseProbe(lease));
        }
    }
}
