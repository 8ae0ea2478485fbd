package spillway.aws.config;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Lets the first call of a client take 1.5 s, and the first after {@link #renew}: it loads classes,
 * fetches credentials and shakes hands, and its failure would count against the service. A service
 * that is silent is still given up on by the socket's own time-out. Safe to use from many threads.
 */
public final class FirstCall implements ExecutionInterceptor {
    private static final AwsRequestOverrideConfiguration PATIENCE =
            AwsRequestOverrideConfiguration.builder()
                    .apiCallAttemptTimeout(Duration.ofMillis(1500))
                    .apiCallTimeout(Duration.ofMillis(1500))
                    .build();

    private final AtomicBoolean isNext = new AtomicBoolean(true);

    /** The next call is a first one again: after a restore, say. */
    public void renew() {
        isNext.set(true);
    }

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        SdkRequest request = context.request();
        if (!isNext.getAndSet(false)) {
            return request;
        }
        return ((AwsRequest) request).toBuilder().overrideConfiguration(PATIENCE).build();
    }
}
