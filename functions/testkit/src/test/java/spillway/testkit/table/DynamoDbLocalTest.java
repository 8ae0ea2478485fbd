package spillway.testkit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class DynamoDbLocalTest {
    @Test
    void answersOnLoopbackUntilClosed() throws Exception {
        DynamoDbLocal table = DynamoDbLocal.start();
        URI endpoint = table.endpoint();

        HttpResponse<String> tables = listTables(endpoint);
        table.close();

        assertThat(tables.body()).isEqualTo("{\"TableNames\":[]}");
        assertThat(tables.statusCode()).isEqualTo(200);
        assertThatThrownBy(
                        () ->
                                new Socket(InetAddress.getLoopbackAddress(), endpoint.getPort())
                                        .close())
                .isInstanceOf(IOException.class);
    }

    @Test
    void isSharedWithinAProcess() throws Exception {
        DynamoDbLocal one = DynamoDbLocal.shared();

        DynamoDbLocal other = DynamoDbLocal.shared();

        assertThat(other).isSameAs(one);
        assertThat(listTables(one.endpoint()).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> listTables(URI endpoint) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(endpoint)
                            .header("X-Amz-Target", "DynamoDB_20120810.ListTables")
                            .header("Content-Type", "application/x-amz-json-1.0")
                            .header(
                                    "Authorization",
                                    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request,"
                                            + " SignedHeaders=host, Signature=0")
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
