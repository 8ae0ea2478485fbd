package spillway.aws.health;

import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import spillway.testkit.table.DynamoDbLocal;

/** A table of a test's own. */
final class TestTable implements AutoCloseable {
    private final DynamoDbClient client;
    private final String name;

    private TestTable(DynamoDbClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /** In the DynamoDB Local of this JVM. */
    static TestTable create(String name) {
        return create(
                DynamoDbClient.builder()
                        .endpointOverride(DynamoDbLocal.shared().endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create("local", "local")))
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                name);
    }

    /** Where that client leads, which is closed with it. */
    static TestTable create(DynamoDbClient client, String name) {
        client.createTable(
                create ->
                        create.tableName(name)
                                .billingMode(BillingMode.PAY_PER_REQUEST)
                                .keySchema(key("pk", KeyType.HASH), key("sk", KeyType.RANGE))
                                .attributeDefinitions(text("pk"), text("sk")));
        return new TestTable(client, name);
    }

    DynamoDbHealthStore store() {
        return new DynamoDbHealthStore(client, name);
    }

    Map<String, AttributeValue> item(Map<String, AttributeValue> key) {
        return client.getItem(get -> get.tableName(name).consistentRead(true).key(key)).item();
    }

    @Override
    public void close() {
        client.deleteTable(delete -> delete.tableName(name));
        client.close();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static AttributeDefinition text(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }
}
