package spillway.aws;

import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * AWS services in a container, for tests that carry {@code @Tag("docker")} and are disabled without
 * Docker. One container serves all of this JVM and ends with it.
 */
public final class LocalStack {
    private static final DockerImageName IMAGE =
            DockerImageName.parse("localstack/localstack:4.14.0");

    private LocalStack() {}

    /** A client of a service there. The caller closes it. */
    public static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(
            B builder) {
        LocalStackContainer stack = Running.STACK;
        return builder.endpointOverride(stack.getEndpoint())
                .region(Region.of(stack.getRegion()))
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(
                                        stack.getAccessKey(), stack.getSecretKey())))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** Started by the first who asks. */
    private static final class Running {
        private static final LocalStackContainer STACK =
                new LocalStackContainer(IMAGE)
                        .withServices("dynamodb", "secretsmanager", "cloudwatch");

        static {
            STACK.start();
        }
    }
}
