package spillway.aws.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class FirstCallTest {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final FirstCall first = new FirstCall();
    private HttpServer service;
    private DynamoDbClient client;

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.setExecutor(threads);
        service.createContext("/", FirstCallTest::answerInPieces);
        service.start();
        System.setProperty(
                "aws.endpointUrlDynamoDb", "http://127.0.0.1:" + service.getAddress().getPort());
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        client = AwsClients.dynamoDb(Environment.of(Map.of("AWS_REGION", "eu-west-1")), first);
    }

    @AfterEach
    void stop() {
        System.clearProperty("aws.endpointUrlDynamoDb");
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        client.close();
        service.stop(0);
        threads.shutdownNow();
    }

    @Test
    void theFirstCallMayTakeLongerAndNoOther() {
        call();

        assertThatExceptionOfType(SdkException.class).isThrownBy(this::call);
    }

    @Test
    void afterARestoreTheNextIsAFirstOneAgain() {
        call();

        first.renew();

        call();
        assertThatExceptionOfType(SdkException.class).isThrownBy(this::call);
    }

    private void call() {
        assertThat(
                        client.getItem(
                                        get ->
                                                get.tableName("t")
                                                        .key(
                                                                Map.of(
                                                                        "pk",
                                                                        AttributeValue.fromS("a"))))
                                .hasItem())
                .isFalse();
    }

    /** In 0.6 s and never silent for long, as a client that is slow itself sees it. */
    private static void answerInPieces(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = "{     }".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            for (byte piece : body) {
                Thread.sleep(85);
                exchange.getResponseBody().write(piece);
                exchange.getResponseBody().flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
