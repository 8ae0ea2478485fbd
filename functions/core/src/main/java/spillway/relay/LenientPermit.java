package spillway.relay;

import java.time.Duration;
import spillway.attempt.AttemptOutcome;
import spillway.chat.ProviderFailure;
import spillway.health.Permit;

/**
 * The permission for an attempt whose target is given a beginning to go on from. It may have
 * nothing to add, which is no sickness; but whether it has understood nobody can tell, so it is no
 * proof of health either.
 */
record LenientPermit(Permit permit) implements Permit {
    @Override
    public void firstContent(Duration afterStart) {
        permit.firstContent(afterStart);
    }

    @Override
    public void settle(AttemptOutcome outcome) {
        boolean isSilence =
                outcome instanceof AttemptOutcome.Failed(var failure, _)
                        && failure instanceof ProviderFailure.Empty;
        permit.settle(isSilence ? new AttemptOutcome.Cancelled() : outcome);
    }
}
