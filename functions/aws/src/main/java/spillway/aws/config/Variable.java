package spillway.aws.config;

/**
 * Every environment variable that the gateway reads, and who sets it; the runtime reads Lambda's
 * own beside them.
 */
public enum Variable {
    /** The routes: a file's path, or the JSON itself when it begins with a brace. */
    SPILLWAY_ROUTES(Setter.TEMPLATE),
    /** Where OpenAI's API is, with {@code /v1}. */
    OPENAI_BASE_URL(Setter.TEMPLATE),
    /** Where Anthropic's API is, without {@code /v1}. */
    ANTHROPIC_BASE_URL(Setter.TEMPLATE),
    /** OpenAI's model in the route that there is without routes. */
    SPILLWAY_OPENAI_MODEL(Setter.TEMPLATE),
    /** Anthropic's model in the route that there is without routes. */
    SPILLWAY_ANTHROPIC_MODEL(Setter.TEMPLATE),
    /** The ARN or name of the secret that holds a JSON object of keys by name. */
    SPILLWAY_KEYS_SECRET(Setter.TEMPLATE),
    /** The table in which the fleet shares what it knows of its targets. */
    SPILLWAY_STATE_TABLE(Setter.TEMPLATE),
    /** The namespace of the metrics. */
    SPILLWAY_METRICS_NAMESPACE(Setter.TEMPLATE),
    /** A key in plain sight. On AWS the secret holds it: whoever may see a function sees this. */
    OPENAI_API_KEY(Setter.OPERATOR),
    /** A key in plain sight, as above. */
    ANTHROPIC_API_KEY(Setter.OPERATOR),
    /** Whether a base URL may be http to another machine: {@code true}, or not set. */
    SPILLWAY_ALLOW_HTTP(Setter.OPERATOR),
    /** How long before its deadline an invocation is ended, in ms; read by the runtime. */
    SPILLWAY_DEADLINE_MARGIN_MS(Setter.OPERATOR),
    /** How long a target is left alone whose provider refused our account, in ms. */
    SPILLWAY_ACCOUNT_RETRY_MS(Setter.OPERATOR),
    /** The region of the table, the secret and the metrics. */
    AWS_REGION(Setter.PLATFORM),
    /** The least level that is logged; read by {@code log4j2.xml}. */
    AWS_LAMBDA_LOG_LEVEL(Setter.PLATFORM);

    private final Setter setter;

    Variable(Setter setter) {
        this.setter = setter;
    }

    /** Who sets it on AWS. */
    public Setter setter() {
        return setter;
    }

    /** Who sets a variable on AWS. */
    public enum Setter {
        /** {@code infra/template.yaml}. */
        TEMPLATE,
        /** Lambda itself. */
        PLATFORM,
        /** Nobody; whoever runs the gateway at home does. */
        OPERATOR
    }
}
