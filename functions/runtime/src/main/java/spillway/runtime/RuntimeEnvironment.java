package spillway.runtime;

import java.util.Map;

/**
 * What the process's environment says to a runtime.
 *
 * @param maxConcurrency how many invocations at once; 1 when the platform does not say
 * @param marginMillis how long before its deadline an invocation is ended
 */
record RuntimeEnvironment(
        ApiAddress api,
        String functionName,
        String functionVersion,
        int memoryMegabytes,
        String logGroup,
        String logStream,
        boolean snapStart,
        int maxConcurrency,
        int marginMillis) {
    /** Names the variable that sets the margin, in milliseconds. */
    static final String MARGIN = "SPILLWAY_DEADLINE_MARGIN_MS";

    private static final int DEFAULT_MARGIN_MILLIS = 500;

    /**
     * Reads the variables.
     *
     * @throws IllegalArgumentException when one of them cannot be understood
     */
    static RuntimeEnvironment of(Map<String, String> variables) {
        String api = variables.get("AWS_LAMBDA_RUNTIME_API");
        if (api == null || api.isEmpty()) {
            throw new IllegalArgumentException(
                    "AWS_LAMBDA_RUNTIME_API is not set; it is host:port of the Runtime API, which"
                            + " Lambda or an emulator names");
        }
        return new RuntimeEnvironment(
                ApiAddress.parse(api),
                text(variables, "AWS_LAMBDA_FUNCTION_NAME"),
                text(variables, "AWS_LAMBDA_FUNCTION_VERSION"),
                number(variables, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 0, 128),
                text(variables, "AWS_LAMBDA_LOG_GROUP_NAME"),
                text(variables, "AWS_LAMBDA_LOG_STREAM_NAME"),
                text(variables, "AWS_LAMBDA_INITIALIZATION_TYPE").equals("snap-start"),
                number(variables, "AWS_LAMBDA_MAX_CONCURRENCY", 1, 1),
                number(variables, MARGIN, 0, DEFAULT_MARGIN_MILLIS));
    }

    private static String text(Map<String, String> variables, String name) {
        return variables.getOrDefault(name, "");
    }

    private static int number(Map<String, String> variables, String name, int least, int preset) {
        String value = text(variables, name);
        if (value.isEmpty()) {
            return preset;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with what would be right.
        }
        throw new IllegalArgumentException(
                name + " is '" + value + "', and must be a whole number from " + least);
    }
}
