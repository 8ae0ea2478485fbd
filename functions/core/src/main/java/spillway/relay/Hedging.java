package spillway.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import spillway.routing.Candidate;
import spillway.routing.Decision;
import spillway.routing.Tries.Hedge;

/**
 * When one request asks a second target beside one that is slow: once at most. For the one thread
 * that searches.
 */
final class Hedging {
    private static final Duration NEVER = Duration.ofDays(1);

    private final @Nullable Hedge hedge;
    private final Decision decision;
    private final Paces paces;
    private final HedgeAllowance allowance;
    private boolean over;

    Hedging(Decision decision, Paces paces, HedgeAllowance allowance) {
        this.hedge = decision.route().tries().hedge();
        this.decision = decision;
        this.paces = paces;
        this.allowance = allowance;
        if (hedge != null) {
            allowance.asked(decision.route().name(), decision.at());
        }
    }

    /** How long until another may be asked beside that one; days if never. */
    Duration untilDue(Runner runner) {
        // A probe is to be seen to its end, since nobody else may try that target meanwhile.
        if (hedge == null || over || runner.candidate().standing() == Candidate.Standing.PROBE) {
            return NEVER;
        }
        Duration left = delay(hedge, runner).minus(runner.elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Takes this request's hedge; false if the day's are spent, or there is none. */
    boolean take() {
        if (hedge == null || over) {
            return false;
        }
        over = true;
        return allowance.take(decision.route().name(), hedge.dailyCap(), decision.at());
    }

    /** That runner's first content has come now, or had not come until now. */
    void saw(Runner runner) {
        if (hedge != null && hedge.after() == null) {
            paces.saw(runner.target().id(), runner.elapsed());
        }
    }

    private Duration delay(Hedge rule, Runner runner) {
        return rule.after() == null
                ? paces.p95(runner.target().id()).orElse(rule.untilKnown())
                : rule.after();
    }
}
