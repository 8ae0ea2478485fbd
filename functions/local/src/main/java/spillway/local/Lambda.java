package spillway.local;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import spillway.local.process.ProcessSettings;

/** What Lambda gives a function: its environment, and the event of a schedule. */
final class Lambda {
    static final String REGION = "eu-central-1";

    private static final String ACCOUNT = "000000000000";
    private static final String SNAP_START = "snap-start";

    private Lambda() {}

    /** The ARN that a function is told to be. */
    static String arn(String function) {
        return "arn:aws:lambda:" + REGION + ":" + ACCOUNT + ":function:spillway-" + function;
    }

    /**
     * How Lambda starts a function whose one process serves many requests, as on Managed Instances;
     * and, unlike there, through a snapshot, so that its first request finds it warm.
     *
     * @param directory its unpacked zip
     * @param handler the value of {@code _HANDLER}
     * @param variables those that the template would set
     */
    static ProcessSettings warm(
            String function,
            Path directory,
            String handler,
            String runtimeApi,
            int concurrency,
            Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", SNAP_START);
        environment.put("AWS_LAMBDA_MAX_CONCURRENCY", Integer.toString(concurrency));
        return process(function, directory, handler, runtimeApi, environment);
    }

    /** A start without a snapshot, in which the runtime loads and compiles as little as it can. */
    static ProcessSettings cold(
            String function,
            Path directory,
            String handler,
            String runtimeApi,
            int concurrency,
            Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        if (concurrency > 1) {
            environment.put("AWS_LAMBDA_MAX_CONCURRENCY", Integer.toString(concurrency));
        }
        return process(function, directory, handler, runtimeApi, environment);
    }

    private static ProcessSettings process(
            String function,
            Path directory,
            String handler,
            String runtimeApi,
            Map<String, String> variables) {
        Path wrapper = directory.resolve("run.sh");
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
        environment.put("AWS_LAMBDA_FUNCTION_NAME", "spillway-" + function);
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "1");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "2048");
        environment.put("AWS_LAMBDA_EXEC_WRAPPER", wrapper.toString());
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/spillway-" + function);
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "local");
        environment.putIfAbsent("AWS_LAMBDA_LOG_LEVEL", "INFO");
        environment.put("AWS_LAMBDA_LOG_FORMAT", "JSON");
        environment.put("AWS_EXECUTION_ENV", "AWS_Lambda_java25");
        environment.put("AWS_REGION", REGION);
        environment.put("AWS_DEFAULT_REGION", REGION);
        environment.put("AWS_ACCESS_KEY_ID", "local");
        environment.put("AWS_SECRET_ACCESS_KEY", "local");
        environment.put("AWS_SESSION_TOKEN", "local");
        environment.put("_HANDLER", handler);
        environment.put("LAMBDA_TASK_ROOT", directory.toString());
        environment.put("LANG", "en_US.UTF-8");
        environment.put("TZ", ":UTC");
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        // Lambda's own java is at a fixed place; here the wrapper is told of ours.
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        return new ProcessSettings(function, directory, List.of(wrapper.toString()), environment);
    }

    /** The event by which EventBridge invokes a scheduled function. */
    static String scheduledEvent(String rule, Instant now) {
        return """
        {"version":"0","id":"%s","detail-type":"Scheduled Event","source":"aws.events",
         "account":"%s","time":"%s","region":"%s",
         "resources":["arn:aws:events:%s:%s:rule/%s"],"detail":{}}
        """
                .formatted(
                        UUID.randomUUID(),
                        ACCOUNT,
                        now.truncatedTo(ChronoUnit.SECONDS),
                        REGION,
                        REGION,
                        ACCOUNT,
                        rule);
    }
}
