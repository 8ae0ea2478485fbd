package spillway.runtime;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import org.jspecify.annotations.Nullable;

/**
 * What a handler may know of its invocation. Client context and identity, which only mobile SDKs
 * send, are not read.
 *
 * @param deadlineNanos on {@link System#nanoTime}
 */
record InvocationContext(
        RuntimeEnvironment environment,
        ApiConnection.Answer next,
        long deadlineNanos,
        LambdaLogger logger)
        implements Context {

    @Override
    public String getAwsRequestId() {
        return next.header("lambda-runtime-aws-request-id");
    }

    @Override
    public String getLogGroupName() {
        return environment.logGroup();
    }

    @Override
    public String getLogStreamName() {
        return environment.logStream();
    }

    @Override
    public String getFunctionName() {
        return environment.functionName();
    }

    @Override
    public String getFunctionVersion() {
        return environment.functionVersion();
    }

    @Override
    public String getInvokedFunctionArn() {
        return next.header("lambda-runtime-invoked-function-arn");
    }

    @Override
    public @Nullable CognitoIdentity getIdentity() {
        return null;
    }

    @Override
    public @Nullable ClientContext getClientContext() {
        return null;
    }

    @Override
    public int getRemainingTimeInMillis() {
        long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
        return Math.clamp(left, 0, Integer.MAX_VALUE);
    }

    @Override
    public int getMemoryLimitInMB() {
        return environment.memoryMegabytes();
    }

    @Override
    public LambdaLogger getLogger() {
        return logger;
    }

    @Override
    public @Nullable String getTenantId() {
        return next.headers().get("lambda-runtime-aws-tenant-id");
    }

    @Override
    public @Nullable String getXrayTraceId() {
        return next.headers().get("lambda-runtime-trace-id");
    }
}
