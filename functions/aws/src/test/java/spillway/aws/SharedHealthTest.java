package spillway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import spillway.aws.config.Environment;
import spillway.aws.health.DynamoDbHealthStore;
import spillway.aws.log.LogLines;
import spillway.health.TargetHealth;
import spillway.testkit.lambda.Outcome;
import spillway.testkit.table.DynamoDbLocal;

/** Functions that share nothing but the table. */
class SharedHealthTest {
    private static final Environment ENVIRONMENT =
            Environment.of(
                    Map.of(
                            "AWS_REGION", "eu-west-1",
                            "SPILLWAY_STATE_TABLE", "shared-health-test",
                            "DEAD_KEY", "sk-test-0000",
                            "SPILLWAY_ROUTES",
                                    """
                                    {"providers": {"dead": {"kind": "openai", "key": "DEAD_KEY",
                                                            "base_url": "http://127.0.0.1:1/v1"},
                                                   "script": {"kind": "scripted"}},
                                     "routes": {"default": {"groups": [["dead/gpt-x"],
                                                                       ["script/second"]]}}}
                                    """));

    private static final Environment ONE_TARGET =
            Environment.of(
                    Map.of(
                            "AWS_REGION", "eu-west-1",
                            "SPILLWAY_STATE_TABLE", "shared-health-test",
                            "SPILLWAY_ROUTES",
                                    """
                                    {"providers": {"script": {"kind": "scripted"}},
                                     "routes": {"default": {"groups": [["script/ramped"]]}}}
                                    """));

    private static final TargetHealth RAMPED =
            new TargetHealth(
                    "script/ramped",
                    TargetHealth.State.RAMP,
                    1,
                    Instant.parse("2026-01-01T00:00:00Z"),
                    null,
                    1,
                    0,
                    null,
                    null,
                    null,
                    "unreachable");

    @BeforeAll
    static void createTable() {
        System.setProperty("aws.endpointUrlDynamoDb", DynamoDbLocal.shared().endpoint().toString());
        System.setProperty("aws.accessKeyId", "local");
        System.setProperty("aws.secretAccessKey", "local");
        // With the SDK's own patience: the first calls of a cold table take longer than ours.
        try (DynamoDbClient client =
                DynamoDbClient.builder()
                        .region(Region.EU_WEST_1)
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build()) {
            client.createTable(
                    create ->
                            create.tableName("shared-health-test")
                                    .billingMode(BillingMode.PAY_PER_REQUEST)
                                    .keySchema(key("pk", KeyType.HASH), key("sk", KeyType.RANGE))
                                    .attributeDefinitions(text("pk"), text("sk")));
            var store = new DynamoDbHealthStore(client, "shared-health-test");
            store.coolDown("warm/up", Instant.EPOCH);
            store.board(Set.of("warm/up"));
            store.tallies(Set.of("warm/up"), Instant.EPOCH);
        }
    }

    @AfterAll
    static void forgetTheTable() {
        System.clearProperty("aws.endpointUrlDynamoDb");
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void whatTheProbeFindsOutTheStatusTellsAndAnswersGoAround() throws Exception {
        try (LogLines log = LogLines.keep()) {
            try (var probe =
                    RunningFunction.start(Spillway.fromEnvironment(ENVIRONMENT).healthProbe())) {
                RunningFunction.Answer answer = probe.call(sample("health-probe-schedule.json"));

                assertThat(answer.outcome()).isInstanceOf(Outcome.Completed.class);
                assertThat(answer.raw())
                        .contains("\"board\":\"shared\"", "dead/gpt-x", "script/second");
            }
            assertThat(log.lines())
                    .anyMatch(
                            line ->
                                    line.path("event").asText().equals("state_changed")
                                            && line.path("to").asText().equals("open"))
                    .anyMatch(
                            line ->
                                    line.path("event").asText().equals("probed")
                                            && line.path("reason").asText().equals("unreachable"));
        }

        Spillway another = Spillway.fromEnvironment(ENVIRONMENT);
        try (var status = RunningFunction.start(another.providerStatus())) {
            assertThat(status.call(sample("provider-health.json")).body())
                    .contains("\"target\":\"dead/gpt-x\"", "\"state\":\"open\"");
        }
        try (var generate = RunningFunction.start(another.generate())) {
            assertThat(generate.call(sample("generate-ok.json")).body())
                    .contains("event: done")
                    .doesNotContain("event: switch");
        }
    }

    @Test
    void whoLooksChangesNothing() throws Exception {
        try (DynamoDbClient client =
                DynamoDbClient.builder()
                        .region(Region.EU_WEST_1)
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build()) {
            var store = new DynamoDbHealthStore(client, "shared-health-test");
            Set<String> target = Set.of("script/ramped");
            TargetHealth ramped =
                    store.transition(TargetHealth.well("script/ramped"), RAMPED).now();

            // A ramp that is over is due to be closed, but the status may only read.
            try (var status =
                    RunningFunction.start(Spillway.fromEnvironment(ONE_TARGET).providerStatus())) {
                for (int i = 0; i < 3; i++) {
                    assertThat(status.call(sample("provider-health.json")).body())
                            .contains("\"source\":\"shared\"", "\"state\":\"ramp\"");
                }
            }

            assertThat(store.board(target)).containsEntry("script/ramped", ramped);
        }
    }

    private static String sample(String file) throws Exception {
        return Files.readString(Samples.FOLDER.resolve(file));
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
