package spillway.simulation;

import java.time.Duration;
import spillway.attempt.AttemptOutcome;
import spillway.chat.ProviderFailure;
import spillway.health.Admission;
import spillway.health.BoardView;
import spillway.health.Health;
import spillway.health.LocalView;
import spillway.health.Permit;

/** Health whose permits are settled in another way. */
record SettledOtherwise(Health health, Way way) implements Health {
    @FunctionalInterface
    interface Way {
        void settle(Permit permit, AttemptOutcome outcome);
    }

    static void blamed(Permit permit, AttemptOutcome outcome) {
        boolean isClients =
                outcome instanceof AttemptOutcome.Failed failed
                        && failed.failure().fault() == ProviderFailure.Fault.CLIENT;
        permit.settle(
                isClients
                        ? new AttemptOutcome.Failed(new ProviderFailure.Unavailable(400, ""), false)
                        : outcome);
    }

    static void unblamed(Permit permit, AttemptOutcome outcome) {
        permit.settle(
                outcome instanceof AttemptOutcome.Failed
                        ? new AttemptOutcome.Cancelled()
                        : outcome);
    }

    static void unlessCancelled(Permit permit, AttemptOutcome outcome) {
        if (!(outcome instanceof AttemptOutcome.Cancelled)) {
            permit.settle(outcome);
        }
    }

    @Override
    public BoardView look() {
        return health.look();
    }

    @Override
    public LocalView local() {
        return health.local();
    }

    @Override
    public Admission admit(String target, boolean probe) {
        return switch (health.admit(target, probe)) {
            case Admission.Refused refused -> refused;
            case Admission.Granted(var permit) ->
                    new Admission.Granted(
                            new Permit() {
                                @Override
                                public void firstContent(Duration afterStart) {
                                    permit.firstContent(afterStart);
                                }

                                @Override
                                public void settle(AttemptOutcome outcome) {
                                    way.settle(permit, outcome);
                                }
                            });
        };
    }

    @Override
    public void drain(Duration atMost) {
        health.drain(atMost);
    }
}
