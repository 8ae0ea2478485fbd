package spillway.relay;

import org.jspecify.annotations.Nullable;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.chat.ProviderFailure;
import spillway.routing.Candidate;
import spillway.routing.Decision;
import spillway.routing.Tries;
import spillway.time.Deadline;
import spillway.time.Ticker;

/**
 * Asks whoever's turn it is, and knows why nobody can be asked any more. For the one thread that
 * searches.
 */
final class Asking {
    /** What asking the next comes to. */
    sealed interface Step {}

    /** He is asked. */
    record Asked(Runner runner) implements Step {}

    /** Somebody is to be asked again, but not before. */
    record Pause(Deadline until) implements Step {}

    /** Nobody can be asked. */
    record Nobody(AnswerFailure why) implements Step {}

    private final Calls calls;
    private final Turns turns;
    private final Retries retries;
    private final Ledger ledger;
    private final News news;
    private final Ticker ticker;
    private final Decision decision;
    private @Nullable Candidate lastResort;
    private boolean broke;
    private boolean rejected;
    private boolean passed;

    Asking(
            Calls calls,
            Turns turns,
            Retries retries,
            Ledger ledger,
            News news,
            Ticker ticker,
            Decision decision) {
        this.calls = calls;
        this.turns = turns;
        this.retries = retries;
        this.ledger = ledger;
        this.news = news;
        this.ticker = ticker;
        this.decision = decision;
    }

    /**
     * Asks the next; one who has failed comes after all others, unless he asked for a moment; and
     * after him, once, comes one of those held back, if anybody failed by another's fault than the
     * caller's.
     */
    Step next(Question question) {
        if (isCallersFault()) {
            return new Nobody(whyNobody());
        }
        Retries.Again again = retries.next(turns.waiting() > 0);
        if (again != null && !again.at().isPast(ticker)) {
            return new Pause(again.at());
        }
        Turn turn = again == null ? null : retry(again);
        turn = turn == null ? turns.next() : turn;
        if (turn == null && turns.waiting() == 0 && retries.next(false) != null) {
            // Whoever waited may have been refused, so that those who failed are next.
            return next(question);
        }
        if (turn != null) {
            return new Asked(ask(turn, question));
        }
        Turn last = calls.wereMade() && blamesTheCaller() ? null : turns.lastResort();
        if (last == null) {
            return new Nobody(whyNobody());
        }
        lastResort = last.candidate();
        return new Asked(askBriefly(last, question));
    }

    /** Asks the next against whom nothing speaks; null if there is none. */
    @Nullable Runner better(Question question) {
        Turn turn = turns.better();
        return turn == null ? null : ask(turn, question);
    }

    /** Asks the next who is ready, beside one who was asked; null if there is none. */
    @Nullable Runner beside(Question question) {
        Turn turn = turns.ready();
        return turn == null ? null : ask(turn, question);
    }

    /** Whether {@link #beside} has somebody to try. */
    boolean canAskBeside() {
        return turns.hasReady();
    }

    /** He has failed. */
    void failed(Runner runner, ProviderFailure failure) {
        if (!runner.candidate().equals(lastResort)) {
            retries.failed(runner.candidate(), failure);
        }
        if (!failure.isRetryable() && !broke) {
            boolean passes = passes(failure);
            passed |= passes;
            rejected |= !passes;
        }
    }

    /** Whether the route asks the next with a request that was too long for one. */
    private boolean passes(ProviderFailure failure) {
        return decision.route().tries().tooLong() == Tries.TooLong.NEXT
                && failure instanceof ProviderFailure.Rejected rejection
                && rejection.isTooLong();
    }

    /**
     * An answer has broken: from here on nobody's rejection is the caller's fault, since the target
     * that broke had accepted his request.
     */
    void broke() {
        broke = true;
    }

    private @Nullable Turn retry(Retries.Again again) {
        retries.take(again);
        return turns.again(again.candidate());
    }

    private Runner ask(Turn turn, Question question) {
        return calls.make(turn, question, turns.waiting());
    }

    /**
     * He gets no more time than if another waited: a reader has lost some already, and he is sick.
     */
    private Runner askBriefly(Turn turn, Question question) {
        return calls.make(turn, question, 1);
    }

    private AnswerFailure whyNobody() {
        boolean isTooLongForAll = turns.waiting() == 0 && passed && blamesTheCaller();
        if (isCallersFault() || isTooLongForAll) {
            return new AnswerFailure.RequestRejected(ledger.reports());
        }
        if (turns.waiting() > 0) {
            return new AnswerFailure.OutOfTime(ledger.reports());
        }
        if (calls.wereMade()) {
            return new AnswerFailure.AllFailed(ledger.reports());
        }
        return new AnswerFailure.NoneAvailable(
                RetryAfter.of(decision.candidates(), news.board(), decision.at()));
    }

    /**
     * Whether the request is at fault, so that nobody else would serve it. Who rejects it when
     * somebody has failed otherwise is passed over instead: his word alone is not told to the
     * caller, so it must not cost him the answer of whoever is left.
     */
    private boolean isCallersFault() {
        return rejected && blamesTheCaller();
    }

    private boolean blamesTheCaller() {
        return ledger.reports().stream().allMatch(Asking::blamesTheCaller);
    }

    /** A request that is at fault is judged by the attempts that failed, not by those we ended. */
    private static boolean blamesTheCaller(AttemptReport report) {
        return !(report.outcome() instanceof AttemptOutcome.Failed(var failure, _))
                || failure.fault() == ProviderFailure.Fault.CLIENT;
    }
}
