package spillway.aws.config;

import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.defaultsmode.DefaultsMode;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Clients of AWS services, each with the time its caller can spare: the SDK's defaults would wait
 * for minutes.
 *
 * <p>Credentials come from the default chain, since Lambda's come another way after a snapshot;
 * endpoints can be moved by the SDK's own variables, such as {@code AWS_ENDPOINT_URL_DYNAMODB}.
 */
public final class AwsClients {
    private AwsClients() {}

    /**
     * For the table: beside a request, so at most 0.8 s in 2 attempts.
     *
     * @param first lets the first call take longer
     */
    public static DynamoDbClient dynamoDb(Environment environment, FirstCall first) {
        return tuned(
                        DynamoDbClient.builder(),
                        environment,
                        new Limits(
                                Duration.ofMillis(500),
                                Duration.ofMillis(300),
                                Duration.ofMillis(350),
                                Duration.ofMillis(800)),
                        first)
                .build();
    }

    /** For keys: a request waits for it once in a while, so at most 2 s in 2 attempts. */
    public static SecretsManagerClient secretsManager(Environment environment) {
        return tuned(
                        SecretsManagerClient.builder(),
                        environment,
                        new Limits(
                                Duration.ofMillis(500),
                                Duration.ofMillis(1000),
                                Duration.ofMillis(1200),
                                Duration.ofMillis(2000)))
                .build();
    }

    /** For the history: an operator waits for it, so at most 3 s in 2 attempts. */
    public static CloudWatchClient cloudWatch(Environment environment) {
        return tuned(
                        CloudWatchClient.builder(),
                        environment,
                        new Limits(
                                Duration.ofMillis(500),
                                Duration.ofMillis(2000),
                                Duration.ofMillis(2200),
                                Duration.ofMillis(3000)))
                .build();
    }

    private static <B extends AwsSyncClientBuilder<B, ?> & AwsClientBuilder<B, ?>> B tuned(
            B builder,
            Environment environment,
            Limits limits,
            ExecutionInterceptor... interceptors) {
        return builder.region(Region.of(environment.region()))
                .defaultsMode(DefaultsMode.IN_REGION)
                .httpClientBuilder(
                        UrlConnectionHttpClient.builder()
                                .connectionTimeout(limits.connect())
                                .socketTimeout(limits.socket()))
                .overrideConfiguration(
                        override ->
                                override.executionInterceptors(List.of(interceptors))
                                        .apiCallAttemptTimeout(limits.attempt())
                                        .apiCallTimeout(limits.call())
                                        .retryStrategy(
                                                AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                                        .maxAttempts(2)
                                                        .backoffStrategy(backoff(10, 50))
                                                        .throttlingBackoffStrategy(backoff(25, 100))
                                                        .build()));
    }

    private static BackoffStrategy backoff(int baseMillis, int mostMillis) {
        return BackoffStrategy.exponentialDelay(
                Duration.ofMillis(baseMillis), Duration.ofMillis(mostMillis));
    }

    private record Limits(Duration connect, Duration socket, Duration attempt, Duration call) {}
}
