package spillway.testkit.lambda;

/**
 * What a {@link RuntimeApi} is like.
 *
 * @param maxConcurrency 1 is classic Lambda, one invocation at a time; more is what {@code
 *     AWS_LAMBDA_MAX_CONCURRENCY} tells the runtime
 * @param snapStart whether there are {@code restore/next} and {@code restore/error}
 * @param recording whether the raw bytes of each request are kept: for tests, without bound
 * @param maxResponseBytes of one response body
 * @param bandwidth how fast a response may pass
 * @param functionArn what {@code Lambda-Runtime-Invoked-Function-Arn} says
 */
public record RuntimeApiOptions(
        int maxConcurrency,
        boolean snapStart,
        boolean recording,
        long maxResponseBytes,
        Bandwidth bandwidth,
        String functionArn) {
    /** The limit of a streamed response. */
    public static final long STREAMED_RESPONSE_LIMIT = 200L * 1024 * 1024;

    /** One invocation at a time, the limits of the real one. */
    public static final RuntimeApiOptions DEFAULT =
            new RuntimeApiOptions(
                    1,
                    false,
                    false,
                    STREAMED_RESPONSE_LIMIT,
                    Bandwidth.LAMBDA,
                    "arn:aws:lambda:eu-central-1:000000000000:function:local");

    public RuntimeApiOptions {
        if (maxConcurrency < 1) {
            throw new IllegalArgumentException(
                    "maxConcurrency is " + maxConcurrency + ", and must be 1 or more");
        }
    }

    public RuntimeApiOptions withMaxConcurrency(int value) {
        return new RuntimeApiOptions(
                value, snapStart, recording, maxResponseBytes, bandwidth, functionArn);
    }

    public RuntimeApiOptions withSnapStart() {
        return new RuntimeApiOptions(
                maxConcurrency, true, recording, maxResponseBytes, bandwidth, functionArn);
    }

    public RuntimeApiOptions withRecording() {
        return new RuntimeApiOptions(
                maxConcurrency, snapStart, true, maxResponseBytes, bandwidth, functionArn);
    }

    public RuntimeApiOptions withMaxResponseBytes(long value) {
        return new RuntimeApiOptions(
                maxConcurrency, snapStart, recording, value, bandwidth, functionArn);
    }

    public RuntimeApiOptions withBandwidth(Bandwidth value) {
        return new RuntimeApiOptions(
                maxConcurrency, snapStart, recording, maxResponseBytes, value, functionArn);
    }

    public RuntimeApiOptions withFunctionArn(String value) {
        return new RuntimeApiOptions(
                maxConcurrency, snapStart, recording, maxResponseBytes, bandwidth, value);
    }

    boolean concurrent() {
        return maxConcurrency > 1;
    }
}
