package spillway.aws;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import spillway.runtime.LambdaRuntime;
import spillway.testkit.lambda.Invocation;
import spillway.testkit.lambda.Outcome;
import spillway.testkit.lambda.RuntimeApi;

/** A handler, run by our runtime against a strict Runtime API, in this process. */
public final class RunningFunction implements AutoCloseable {
    public static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RuntimeApi api;

    private RunningFunction(RuntimeApi api) {
        this.api = api;
    }

    public static RunningFunction start(RequestStreamHandler handler) throws IOException {
        RuntimeApi api = RuntimeApi.start();
        Thread.ofPlatform()
                .daemon()
                .name("function")
                .start(
                        () ->
                                LambdaRuntime.serve(
                                        Map.of("AWS_LAMBDA_RUNTIME_API", api.address()),
                                        _ -> handler));
        return new RunningFunction(api);
    }

    /** Calls it as a Function URL would, and waits for the end. */
    public Answer call(String event) throws Exception {
        return call(event, TIMEOUT);
    }

    /** The same, with so much time for the function. */
    public Answer call(String event, Duration timeout) throws Exception {
        return Answer.of(api.invoke(event.getBytes(StandardCharsets.UTF_8), timeout));
    }

    @Override
    public void close() throws IOException {
        api.close();
    }

    /**
     * What came back.
     *
     * @param raw the whole, prelude included
     */
    public record Answer(
            String requestId,
            int status,
            Map<String, String> headers,
            String body,
            String raw,
            Outcome outcome) {

        public static Answer of(Invocation invocation) throws Exception {
            String raw = "";
            try (invocation;
                    var in = invocation.body()) {
                if (invocation.awaitHead(TIMEOUT).isPresent()) {
                    raw = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
                Outcome outcome = invocation.awaitOutcome(TIMEOUT);
                int end = raw.indexOf("\0\0\0\0\0\0\0\0");
                if (end < 0) {
                    return new Answer(invocation.requestId(), 0, Map.of(), "", raw, outcome);
                }
                JsonNode prelude = JSON.readTree(raw.substring(0, end));
                return new Answer(
                        invocation.requestId(),
                        prelude.get("statusCode").asInt(),
                        JSON.convertValue(
                                prelude.get("headers"),
                                new TypeReference<Map<String, String>>() {}),
                        raw.substring(end + 8),
                        raw,
                        outcome);
            }
        }
    }
}
