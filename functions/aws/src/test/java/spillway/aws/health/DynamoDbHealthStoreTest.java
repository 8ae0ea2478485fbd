package spillway.aws.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import spillway.health.Evidence;
import spillway.health.HealthStore;
import spillway.health.HealthStoreContract;
import spillway.health.Latencies;
import spillway.health.TargetHealth;
import spillway.health.TargetHealth.State;

class DynamoDbHealthStoreTest extends HealthStoreContract {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private static TestTable table;

    @BeforeAll
    static void createTable() {
        table = TestTable.create("health-store-test");
    }

    @AfterAll
    static void deleteTable() {
        table.close();
    }

    @Override
    protected HealthStore store() {
        return table.store();
    }

    @Test
    void keepsACountersItemSmallHoweverLongItLives() {
        HealthStore store = store();
        String target = "openai/long-lived";
        Instant now = NOW;

        for (int i = 0; i < 300; i++) {
            store.add(target, evidence("r" + i % 3, i / 10), now);
            now = now.plusSeconds(i % 50 == 0 ? 1_000 : 7);
        }

        Map<String, AttributeValue> item = table.item(CountersItem.key(target));
        assertThat(item).hasSizeLessThan(40);
        assertThat(Values.number(item, "ttl"))
                .isEqualTo(Values.number(item, "z") / 1_000 + Duration.ofHours(1).toSeconds());
    }

    @Test
    void keepsTheBoardSmall() {
        HealthStore store = store();
        for (int i = 0; i < 30; i++) {
            TargetHealth well = TargetHealth.well("provider-" + i + "/a-rather-long-model-name");
            store.transition(
                    well,
                    new TargetHealth(
                            well.target(),
                            State.OPEN,
                            1,
                            NOW,
                            NOW,
                            1,
                            0,
                            null,
                            null,
                            null,
                            "timeout_first_content"));
            store.leaseProbe(well.target(), "0123456789abcdef-1", NOW, NOW.plusSeconds(20));
        }

        int bytes =
                table.item(BoardItem.KEY).entrySet().stream()
                        .mapToInt(entry -> entry.getKey().length() + sizeOf(entry.getValue()))
                        .sum();
        assertThat(bytes / 30).isLessThan(270);
    }

    /** Numbers take half a byte a digit, and one. */
    private static int sizeOf(AttributeValue value) {
        return value.n() == null ? value.s().length() : value.n().length() / 2 + 1;
    }

    @Test
    void talliesMoreTargetsThanOneCallMayAskFor() {
        HealthStore store = store();
        Set<String> targets =
                IntStream.range(0, 130)
                        .mapToObj(i -> "many/model-" + i)
                        .collect(Collectors.toSet());
        store.add("many/model-3", evidence("a", 0), NOW);
        store.add("many/model-129", evidence("a", 0), NOW);

        assertThat(store.tallies(targets, NOW)).containsOnlyKeys("many/model-3", "many/model-129");
    }

    private static Evidence evidence(String reporter, long version) {
        return new Evidence(
                reporter,
                version,
                Duration.ofSeconds(10),
                1,
                Latencies.of(Duration.ofMillis(300)),
                1,
                Map.of("unavailable", 1L),
                null);
    }
}
