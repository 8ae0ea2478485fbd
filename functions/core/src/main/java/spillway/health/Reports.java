package spillway.health;

/** Puts together what is told of a target. */
final class Reports {
    private Reports() {}

    static TargetReport of(
            TargetHealth health, Tally tally, int seconds, long allAttempts, LocalView.Seen seen) {
        Tally.Span both = tally.both();
        Double ewma = tally.firstContentEwmaMillis();
        if (ewma == null && seen.firstContentMillis() > 0) {
            ewma = seen.firstContentMillis();
        }
        Latencies content = both.firstContent();
        return new TargetReport(
                health,
                seconds,
                both.successes(),
                both.failures(),
                both.failuresByReason(),
                ewma,
                content.count() == 0
                        ? null
                        : new TargetReport.Percentiles(
                                content.percentile(0.5),
                                content.percentile(0.9),
                                content.percentile(0.99)),
                tally.lastProbeAt(),
                tally.lastProbeOk(),
                allAttempts == 0 ? 0 : (double) both.attempts() / allAttempts);
    }
}
