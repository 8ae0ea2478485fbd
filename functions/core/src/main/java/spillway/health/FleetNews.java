package spillway.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import spillway.chat.ProviderFailure;
import spillway.health.HealthStore.Written;

/**
 * Tells the table what this process has seen, and draws the consequences. Blocks; whoever must not
 * runs it as an errand.
 */
final class FleetNews {
    /** A transition that another process was faster with is tried again on what it has made. */
    private static final int TRIES = 3;

    private final TableGate table;
    private final BoardReader reader;
    private final FleetHealthSettings settings;
    private final Supplier<String> reporter;
    private final Clock clock;
    private final RandomGenerator random;
    private final HealthListener listener;

    FleetNews(
            TableGate table,
            BoardReader reader,
            FleetHealthSettings settings,
            Supplier<String> reporter,
            Clock clock,
            RandomGenerator random,
            HealthListener listener) {
        this.table = table;
        this.reader = reader;
        this.settings = settings;
        this.reporter = reporter;
        this.clock = clock;
        this.random = random;
        this.listener = listener;
    }

    String reporter() {
        return reporter.get();
    }

    /** Tells what has gathered, if it is time to. */
    void tellIfDue(TargetWatch watch, long version) {
        watch.dueEvidence(reporter(), version).ifPresent(due -> add(watch, due));
    }

    /** Tells of the end of a probe, with what has gathered. */
    void tellProbe(TargetWatch watch, long version, long failures, boolean ok) {
        add(watch, watch.evidence(reporter(), version, failures, ok));
    }

    /** Tells of a failure that counts, and opens the breaker when it was one too many. */
    void tellFailure(
            TargetWatch watch, long version, @Nullable Boolean probeOk, ProviderFailure failure) {
        Evidence evidence = watch.evidence(reporter(), version, 1, probeOk);
        add(watch, evidence).ifPresent(counters -> open(watch, evidence, counters, failure));
    }

    private Optional<Counters> add(TargetWatch watch, Evidence evidence) {
        return table.ask(store -> store.add(watch.target(), evidence, clock.instant()));
    }

    private void open(
            TargetWatch watch, Evidence evidence, Counters counters, ProviderFailure failure) {
        BreakerRule rule = watch.rule();
        boolean alone = watch.isFailingLongEnough();
        TargetHealth from = reader.peek().of(watch.target());
        for (int i = 0; i < TRIES; i++) {
            Instant now = clock.instant();
            if (!rule.opens(from, counters, evidence.version(), alone, now)) {
                return;
            }
            Optional<Written> written =
                    change(from, rule.opened(from, now, failure.reason(), random.nextDouble()));
            if (written.isEmpty() || written.get().made()) {
                return;
            }
            from = written.get().now();
        }
    }

    /** A target tried while open has answered: it is back, if nobody has changed it meanwhile. */
    void recovered(TargetHealth from) {
        change(from, BreakerRule.recovered(from, clock.instant()));
    }

    /** The account is refused there: the target is left alone for a while, by all. */
    void disable(String target, ProviderFailure failure) {
        listener.accountRefused(target, failure);
        TargetHealth from = reader.peek().of(target);
        for (int i = 0; i < TRIES && from.disabledFor() == null; i++) {
            Optional<Written> written = change(from, disabled(from, failure));
            if (written.isEmpty() || written.get().made()) {
                return;
            }
            from = written.get().now();
        }
    }

    private TargetHealth disabled(TargetHealth from, ProviderFailure failure) {
        Instant now = clock.instant();
        return BreakerRule.disabled(from, now, now.plus(settings.accountRetry()), failure.reason());
    }

    /** The provider asks for a pause; all keep it. */
    void coolDown(String target, ProviderFailure.RateLimited failure) {
        Duration asked = failure.retryAfter();
        Duration pause = asked == null || asked.isNegative() ? settings.coolDown() : asked;
        if (pause.compareTo(settings.coolDownMax()) > 0) {
            pause = settings.coolDownMax();
        }
        Instant until = clock.instant().plus(pause);
        Instant known = reader.peek().of(target).cooldownUntil();
        if (known == null || known.isBefore(until)) {
            table.ask(store -> store.coolDown(target, until))
                    .ifPresent(written -> reader.learn(written.now()));
        }
    }

    /** Writes a transition and says so. Empty when the table cannot be reached. */
    Optional<Written> change(TargetHealth from, TargetHealth to) {
        return told(from, table.ask(store -> store.transition(from, to)));
    }

    Optional<Written> leaseProbe(String target, String owner) {
        Instant now = clock.instant();
        Optional<Written> answer =
                table.ask(
                        store ->
                                store.leaseProbe(
                                        target, owner, now, now.plus(settings.probeLease())));
        answer.ifPresent(written -> reader.learn(written.now()));
        return answer;
    }

    void releaseProbe(ProbeLease lease) {
        table.ask(store -> store.releaseProbe(lease))
                .ifPresent(written -> reader.learn(written.now()));
    }

    void probePassed(ProbeLease lease, TargetHealth from) {
        settle(lease, from, BreakerRule.recovered(from, clock.instant()));
    }

    void probeFailed(
            ProbeLease lease, TargetHealth from, BreakerRule rule, ProviderFailure failure) {
        settle(
                lease,
                from,
                rule.opened(from, clock.instant(), failure.reason(), random.nextDouble()));
    }

    void probeRefused(ProbeLease lease, TargetHealth from, ProviderFailure failure) {
        listener.accountRefused(lease.target(), failure);
        settle(lease, from, disabled(from, failure));
    }

    private void settle(ProbeLease lease, TargetHealth from, TargetHealth to) {
        told(from, table.ask(store -> store.settleProbe(lease, to)));
    }

    private Optional<Written> told(TargetHealth from, Optional<Written> written) {
        written.ifPresent(
                outcome -> {
                    reader.learn(outcome.now());
                    TargetHealth now = outcome.now();
                    if (outcome.made() && from.state() != now.state()) {
                        listener.stateChanged(
                                now.target(), from.state(), now.state(), now.reason());
                    }
                });
        return written;
    }
}
