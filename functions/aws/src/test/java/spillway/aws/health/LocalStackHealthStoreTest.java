package spillway.aws.health;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.testcontainers.junit.jupiter.Testcontainers;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import spillway.aws.LocalStack;
import spillway.health.HealthStore;
import spillway.health.HealthStoreContract;

/** The same contract as against DynamoDB Local, over the network and a second engine's edge. */
@Tag("docker")
@Testcontainers(disabledWithoutDocker = true)
class LocalStackHealthStoreTest extends HealthStoreContract {
    private static TestTable table;

    @BeforeAll
    static void createTable() {
        table = TestTable.create(LocalStack.client(DynamoDbClient.builder()), "health");
    }

    @AfterAll
    static void deleteTable() {
        table.close();
    }

    @Override
    protected HealthStore store() {
        return table.store();
    }
}
