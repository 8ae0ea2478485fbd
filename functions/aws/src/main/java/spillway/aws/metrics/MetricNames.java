package spillway.aws.metrics;

/**
 * The names of all metrics and their dimensions: OpenTelemetry's where its GenAI conventions have
 * one (semantic-conventions-genai, November 2026, still in development), ours where not.
 */
public final class MetricNames {
    /** Seconds from an attempt's start to its end, one value an attempt: its count is attempts. */
    public static final String ATTEMPT_DURATION = "gen_ai.client.inference.duration";

    /** Seconds from an attempt's start to its first content. */
    public static final String TIME_TO_FIRST_CONTENT =
            "gen_ai.client.inference.time_to_first_chunk";

    /** Attempts that failed, by reason. */
    public static final String ATTEMPT_FAILURES = "spillway.attempt.failures";

    /** Attempts for which our key or account was refused, or the key was missing. */
    public static final String ACCOUNT_REFUSALS = "spillway.account.refusals";

    /** Answers that ended, complete or not. */
    public static final String ANSWERS = "spillway.answers";

    /** Answers that ended without being complete, though their reader still wanted them. */
    public static final String INCOMPLETE_ANSWERS = "spillway.answers.incomplete";

    /** The dimension that names the provider. */
    public static final String PROVIDER = "gen_ai.provider.name";

    /** The dimension that names the model asked for at the provider. */
    public static final String MODEL = "gen_ai.request.model";

    /** The dimension that names why an attempt failed. */
    public static final String REASON = "error.type";

    /** The dimension that names the route. */
    public static final String ROUTE = "spillway.route";

    private MetricNames() {}
}
