package spillway.testkit.provider;

/** Which vendor's API the server speaks. */
public enum Wire {
    /** OpenAI Chat Completions. */
    OPENAI,
    /** Anthropic Messages. */
    ANTHROPIC
}
