package spillway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import spillway.aws.config.ConfigurationException;
import spillway.aws.config.Environment;
import spillway.aws.log.LogLines;
import spillway.aws.metrics.MetricNames;

class SpillwayTest {
    private static final String BROKEN_FIRST =
            """
            {"providers": {"dead": {"kind": "openai", "base_url": "http://127.0.0.1:1/v1",
                                    "key": "DEAD_KEY"},
                           "script": {"kind": "scripted"}},
             "routes": {"default": {"groups": [["dead/gpt-x"], ["script/second"]]}}}
            """;

    @Test
    void aReaderGetsTheFallbackWhenThePrimaryIsDeadAndTheLogTellsIt() throws Exception {
        try (LogLines log = LogLines.keep()) {
            Spillway spillway =
                    Spillway.fromEnvironment(
                            with(
                                    "SPILLWAY_ROUTES", BROKEN_FIRST,
                                    "DEAD_KEY", "sk-test-0000",
                                    "SPILLWAY_METRICS_NAMESPACE", "Spillway/test",
                                    "AWS_REGION", "eu-west-1"));
            try (var function = RunningFunction.start(spillway.generate())) {
                RunningFunction.Answer answer = function.call(sample("generate-ok.json"));

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).contains("event: switch", "event: done");
            }

            assertThat(events(log)).containsExactly("configured", "attempted", "switched", "ended");
            JsonNode switched = byEvent(log, "switched");
            assertThat(switched.get("from").asText()).isEqualTo("dead/gpt-x");
            assertThat(switched.get("to").asText()).isEqualTo("script/second");
            assertThat(switched.get("reason").asText()).isEqualTo("unreachable");
            assertThat(switched.get("request_id").asText())
                    .isEqualTo("00000000-0000-4000-8000-000000000001");
            assertThat(log.lines())
                    .anyMatch(line -> line.path(MetricNames.ATTEMPT_FAILURES).asInt() == 1)
                    .anyMatch(line -> line.path(MetricNames.ANSWERS).asInt() == 1);
            assertThat(log.text()).doesNotContain("sk-test", "Say hello");
        }
    }

    @Test
    void aTotalFailureIsATrueStatusAndCountsAsIncomplete() throws Exception {
        String routes =
                """
                {"providers": {"dead": {"kind": "openai", "base_url": "http://127.0.0.1:1/v1",
                                        "key": "DEAD_KEY"}},
                 "routes": {"default": {"groups": [["dead/gpt-x"]]}}}
                """;
        try (LogLines log = LogLines.keep()) {
            Spillway spillway =
                    Spillway.fromEnvironment(
                            with("SPILLWAY_ROUTES", routes, "DEAD_KEY", "sk-test-0000"));
            try (var function = RunningFunction.start(spillway.generate())) {
                RunningFunction.Answer answer = function.call(sample("generate-ok.json"));

                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.headers())
                        .containsEntry("content-type", "application/problem+json");
            }
            assertThat(byEvent(log, "ended").get("reason").asText()).isEqualTo("all_failed");
        }
    }

    @Test
    void aKeyThatIsMissingIsNamedOnceAtTheStart() {
        try (LogLines log = LogLines.keep()) {
            Spillway.fromEnvironment(with("SPILLWAY_ROUTES", BROKEN_FIRST));

            assertThat(events(log)).containsExactly("configured", "keys_missing");
            JsonNode missing = byEvent(log, "keys_missing");
            assertThat(missing.get("level").asText()).isEqualTo("WARN");
            assertThat(missing.get("keys")).hasToString("{\"dead\":\"DEAD_KEY\"}");
        }
    }

    @Test
    void aProviderWhoseKeyIsMissingFailsAloneAndSaysSo() throws Exception {
        try (LogLines log = LogLines.keep()) {
            Spillway spillway = Spillway.fromEnvironment(with("SPILLWAY_ROUTES", BROKEN_FIRST));
            try (var function = RunningFunction.start(spillway.stream())) {
                assertThat(function.call(sample("stream-ok.json")).body())
                        .contains("event: switch", "event: done");
            }
            assertThat(byEvent(log, "switched").get("reason").asText()).isEqualTo("key_missing");
        }
    }

    @Test
    void withoutTableOrNamespaceTheLogSaysThatHealthIsOfThisProcessAlone() {
        try (LogLines log = LogLines.keep()) {
            Spillway.fromEnvironment(with("SPILLWAY_ROUTES", Samples.ROUTES));

            JsonNode configured = byEvent(log, "configured");
            assertThat(configured.get("health").asText()).isEqualTo("local");
            assertThat(configured.get("metrics").asText()).isEqualTo("none");
            assertThat(configured.get("targets"))
                    .hasToString("[\"script/first\",\"script/second\"]");
        }
    }

    @Test
    void withoutRoutesASecretIsPresumedToHoldBothKeys() {
        try (LogLines log = LogLines.keep()) {
            Spillway.fromEnvironment(
                    with("SPILLWAY_KEYS_SECRET", "keys", "AWS_REGION", "eu-west-1"));

            assertThat(byEvent(log, "configured").get("targets")).hasSize(2);
        }
    }

    @Test
    void withoutRoutesOrKeysNothingStartsAndTheLogSaysWhatToSet() {
        try (LogLines log = LogLines.keep()) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> Spillway.fromEnvironment(with()))
                    .withMessageContaining("set OPENAI_API_KEY or ANTHROPIC_API_KEY");

            assertThat(byEvent(log, "misconfigured").get("mistakes")).hasSize(1);
        }
    }

    @Test
    void aMistakeInTheRoutesIsToldWithItsPosition() {
        try (LogLines log = LogLines.keep()) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(
                            () ->
                                    Spillway.fromEnvironment(
                                            with("SPILLWAY_ROUTES", "{\n \"a\": 1}")))
                    .withMessageContaining("SPILLWAY_ROUTES:2:");
            assertThat(byEvent(log, "misconfigured").get("level").asText()).isEqualTo("ERROR");
        }
    }

    @Test
    void whatNeedsARegionSaysSoAtTheStart() {
        for (String variable :
                List.of(
                        "SPILLWAY_STATE_TABLE",
                        "SPILLWAY_KEYS_SECRET",
                        "SPILLWAY_METRICS_NAMESPACE")) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(
                            () ->
                                    Spillway.fromEnvironment(
                                                    with(
                                                            "SPILLWAY_ROUTES",
                                                            Samples.ROUTES,
                                                            variable,
                                                            "x"))
                                            .providerStatus())
                    .withMessageContaining("AWS_REGION is not set");
        }
    }

    @Test
    void healthWithoutMetricsSaysWhyThereIsNoHistory() throws Exception {
        Spillway spillway = Spillway.fromEnvironment(with("SPILLWAY_ROUTES", Samples.ROUTES));
        try (var function = RunningFunction.start(spillway.providerStatus())) {
            assertThat(function.call(sample("provider-health.json")).body())
                    .contains(
                            "\"available\":false",
                            "SPILLWAY_METRICS_NAMESPACE is not set, so no metrics are kept");
        }
    }

    @Test
    void aTableThatCannotBeReachedCostsAReaderNothing() throws Exception {
        try (LogLines log = LogLines.keep()) {
            System.setProperty("aws.endpointUrlDynamoDb", "http://127.0.0.1:1");
            System.setProperty("aws.accessKeyId", "test");
            System.setProperty("aws.secretAccessKey", "test");
            Spillway spillway =
                    Spillway.fromEnvironment(
                            with(
                                    "SPILLWAY_ROUTES", Samples.ROUTES,
                                    "SPILLWAY_STATE_TABLE", "state",
                                    "AWS_REGION", "eu-west-1"));
            try (var function = RunningFunction.start(spillway.generate())) {
                assertThat(function.call(sample("generate-ok.json")).body())
                        .contains("event: done");
            }
            assertThat(byEvent(log, "configured").get("health").asText()).isEqualTo("shared");
        } finally {
            System.clearProperty("aws.endpointUrlDynamoDb");
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    @Test
    void aTableThatCannotBeReachedStopsNoSnapshot() {
        System.setProperty("aws.endpointUrlDynamoDb", "http://127.0.0.1:1");
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        try (LogLines log = LogLines.keep()) {
            Spillway spillway =
                    Spillway.fromEnvironment(
                            with(
                                    "SPILLWAY_ROUTES", Samples.ROUTES,
                                    "SPILLWAY_STATE_TABLE", "state",
                                    "AWS_REGION", "eu-west-1"));

            spillway.beforeSnapshot();

            assertThat(events(log)).containsExactly("configured");
        } finally {
            System.clearProperty("aws.endpointUrlDynamoDb");
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    @Test
    void aSnapshotIsTakenWarmAndARestoredProcessIsAnother() throws Exception {
        try (LogLines log = LogLines.keep()) {
            Spillway spillway =
                    Spillway.fromEnvironment(
                            with(
                                    "SPILLWAY_ROUTES", Samples.ROUTES,
                                    "SPILLWAY_KEYS_SECRET", "keys",
                                    "AWS_REGION", "eu-west-1"));

            spillway.beforeSnapshot();
            spillway.afterRestore();

            // What was primed is nobody's request.
            assertThat(events(log)).containsExactly("configured");
            try (var function = RunningFunction.start(spillway.generate())) {
                assertThat(function.call(sample("generate-ok.json")).body())
                        .contains("event: done");
            }
        }
    }

    private static List<String> events(LogLines log) {
        return log.lines().stream()
                .filter(line -> line.has("event"))
                .map(line -> line.get("event").asText())
                .toList();
    }

    private static JsonNode byEvent(LogLines log, String event) {
        return log.lines().stream()
                .filter(line -> event.equals(line.path("event").asText()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + event + " in " + log.text()));
    }

    private static String sample(String file) throws Exception {
        return Files.readString(Samples.FOLDER.resolve(file));
    }

    private static Environment with(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Environment.of(variables);
    }
}
