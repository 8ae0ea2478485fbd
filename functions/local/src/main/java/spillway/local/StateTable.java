package spillway.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Creates the table in which the functions share what they know of their targets. */
final class StateTable {
    static final String NAME = "spillway-state";

    private StateTable() {}

    /**
     * @param endpoint of DynamoDB Local, which wants a signature and does not check it
     */
    static void create(URI endpoint) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            call(
                    client,
                    endpoint,
                    "CreateTable",
                    """
                            {"TableName":"%s","BillingMode":"PAY_PER_REQUEST",
                             "AttributeDefinitions":[
                               {"AttributeName":"pk","AttributeType":"S"},
                               {"AttributeName":"sk","AttributeType":"S"}],
                             "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},
                                          {"AttributeName":"sk","KeyType":"RANGE"}]}
                            """
                            .formatted(NAME));
            call(
                    client,
                    endpoint,
                    "UpdateTimeToLive",
                    """
                            {"TableName":"%s","TimeToLiveSpecification":
                              {"AttributeName":"ttl","Enabled":true}}
                            """
                            .formatted(NAME));
        }
    }

    private static void call(HttpClient client, URI endpoint, String operation, String body) {
        HttpRequest request =
                HttpRequest.newBuilder(endpoint)
                        .timeout(Duration.ofSeconds(20))
                        .header("content-type", "application/x-amz-json-1.0")
                        .header("x-amz-target", "DynamoDB_20120810." + operation)
                        .header("x-amz-date", "20260101T000000Z")
                        .header(
                                "authorization",
                                "AWS4-HMAC-SHA256 Credential=local/20260101/"
                                        + Lambda.REGION
                                        + "/dynamodb/aws4_request,"
                                        + " SignedHeaders=host;x-amz-date, Signature=0")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            HttpResponse<String> response =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(operation + " fails: " + response.body());
            }
        } catch (IOException e) {
            throw new IllegalStateException(operation + " fails", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(operation + " was interrupted", e);
        }
    }
}
