package spillway.aws.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import spillway.chat.ProviderFailure;
import spillway.health.TargetHealth;

class PowertoolsAuditLogTest {
    private final PowertoolsAuditLog audit = new PowertoolsAuditLog();

    @Test
    void aSwitchIsOneLineThatSaysWhoTookOverAndWhy() {
        try (LogLines log = LogLines.keep()) {
            audit.record(Told.switched("req-1"));

            JsonNode line = only(log);
            assertThat(line.get("log_type").asText()).isEqualTo("audit");
            assertThat(line.get("schema").asText()).isEqualTo("spillway.audit/1");
            assertThat(line.get("event").asText()).isEqualTo("switched");
            assertThat(line.get("request_id").asText()).isEqualTo("req-1");
            assertThat(line.get("answer_id").asText()).isEqualTo("ans-1");
            assertThat(line.get("route").asText()).isEqualTo("chat");
            assertThat(line.get("from").asText()).isEqualTo("openai/gpt-x");
            assertThat(line.get("to").asText()).isEqualTo("anthropic/claude-x");
            assertThat(line.get("reason").asText()).isEqualTo("unavailable");
            assertThat(line.get("at").asLong()).isZero();
            assertThat(line.get("level").asText()).isEqualTo("INFO");
            assertThat(line.get("timestamp").asText())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        }
    }

    @Test
    void aTargetThatWasPassedOverSaysWhy() {
        try (LogLines log = LogLines.keep()) {
            audit.record(Told.skipped());

            JsonNode line = only(log);
            assertThat(line.get("event").asText()).isEqualTo("skipped");
            assertThat(line.get("request_id").asText()).isEqualTo("req-1");
            assertThat(line.get("answer_id").asText()).isEqualTo("ans-1");
            assertThat(line.get("route").asText()).isEqualTo("chat");
            assertThat(line.get("target").asText()).isEqualTo("openai/gpt-x");
            assertThat(line.get("reason").asText()).isEqualTo("probe_taken");
            assertThat(line.get("level").asText()).isEqualTo("INFO");
        }
    }

    @Test
    void aTargetThatWasAskedThoughItWasHeldBackSaysWhy() {
        try (LogLines log = LogLines.keep()) {
            audit.record(Told.lastResort());

            JsonNode line = only(log);
            assertThat(line.get("event").asText()).isEqualTo("last_resort");
            assertThat(line.get("request_id").asText()).isEqualTo("req-1");
            assertThat(line.get("answer_id").asText()).isEqualTo("ans-1");
            assertThat(line.get("route").asText()).isEqualTo("chat");
            assertThat(line.get("target").asText()).isEqualTo("anthropic/claude-x");
            assertThat(line.get("reason").asText())
                    .isEqualTo("open: unavailable, but nobody is better");
            assertThat(line.get("level").asText()).isEqualTo("INFO");
        }
    }

    @Test
    void aFailedAttemptSaysWhyAndWhoseFaultItIs() {
        try (LogLines log = LogLines.keep()) {
            audit.record(Told.attempted(Told.failed()));

            JsonNode line = only(log);
            assertThat(line.get("event").asText()).isEqualTo("attempted");
            assertThat(line.get("attempt").asInt()).isEqualTo(1);
            assertThat(line.get("target").asText()).isEqualTo("openai/gpt-x");
            assertThat(line.get("reason").asText()).isEqualTo("unavailable");
            assertThat(line.get("detail").asText()).isEqualTo("503 down");
            assertThat(line.get("fault").asText()).isEqualTo("provider");
            assertThat(line.get("after_content").asBoolean()).isFalse();
            assertThat(line.get("elapsed_ms").asLong()).isEqualTo(250);
        }
    }

    @Test
    void aRequestThatWePutWronglyIsAnError() {
        try (LogLines log = LogLines.keep()) {
            audit.record(Told.attempted(Told.failed()));
            audit.record(
                    Told.attempted(
                            Told.failed(new ProviderFailure.Untranslatable(400, "prefill"))));

            assertThat(log.lines().get(0).get("level").asText()).isEqualTo("INFO");
            assertThat(log.lines().get(1).get("level").asText()).isEqualTo("ERROR");
            assertThat(log.lines().get(1).get("fault").asText()).isEqualTo("translation");
            assertThat(log.lines().get(1).get("detail").asText()).isEqualTo("400 prefill");
        }
    }

    @Test
    void decisionsAndAttemptsThatDidNotFailAreToldOnlyAtDebug() {
        try (LogLines log = LogLines.keep()) {
            audit.record(Told.decided());
            audit.record(Told.attempted(Told.answered()));

            assertThat(log.text()).isEmpty();
        }
    }

    @Test
    void atDebugADecisionTellsEachCandidateAndItsReason() {
        try (LogLines log = LogLines.keepDebug()) {
            audit.record(Told.decided());
            audit.record(Told.attempted(Told.answered()));

            JsonNode decided = log.lines().getFirst();
            assertThat(decided.get("strategy").asText()).isEqualTo("balanced");
            assertThat(decided.get("board").asText()).isEqualTo("shared");
            assertThat(decided.get("seed").asLong()).isEqualTo(42);
            assertThat(decided.at("/candidates/0/target").asText()).isEqualTo("openai/gpt-x");
            assertThat(decided.at("/candidates/0/standing").asText()).isEqualTo("ready");
            assertThat(decided.at("/candidates/0/score").asDouble()).isEqualTo(12.5);
            assertThat(log.lines().get(1).get("finish").asText()).isEqualTo("stop");
        }
    }

    @Test
    void theEndOfAnAnswerHoldsAllItsAttempts() {
        try (LogLines log = LogLines.keep()) {
            audit.record(Told.complete());

            JsonNode line = only(log);
            assertThat(line.get("outcome").asText()).isEqualTo("complete");
            assertThat(line.has("reason")).isFalse();
            assertThat(line.get("first_content_ms").asLong()).isEqualTo(370);
            assertThat(line.get("elapsed_ms").asLong()).isEqualTo(1750);
            assertThat(line.at("/attempts/0/reason").asText()).isEqualTo("unavailable");
            assertThat(line.at("/attempts/1/finish").asText()).isEqualTo("stop");
            assertThat(line.at("/attempts/1/output_tokens").asLong()).isEqualTo(20);
            assertThat(line.at("/attempts/1/estimated").asBoolean()).isFalse();
            assertThat(line.at("/attempts/1/cost_usd").isNumber()).isTrue();
            assertThat(line.at("/attempts/1/cost_usd").decimalValue())
                    .isEqualByComparingTo("0.0000025");
            assertThat(line.at("/attempts/0/cost_usd").decimalValue()).isZero();
            assertThat(line.get("cost_usd").decimalValue()).isEqualByComparingTo("0.0000025");
        }
    }

    @Test
    void aCostThatIsNotKnownIsNoField() {
        try (LogLines log = LogLines.keep()) {
            audit.record(Told.readerGone());

            assertThat(only(log).has("cost_usd")).isFalse();
            assertThat(only(log).at("/attempts/0").has("cost_usd")).isFalse();
        }
    }

    @Test
    void theConfigurationNamesTheTargetsWhoseCostIsNotKnown() {
        try (LogLines log = LogLines.keep()) {
            audit.configured(List.of("a/x", "b/y"), List.of("b/y"), null, null);

            assertThat(only(log).get("unpriced")).hasToString("[\"b/y\"]");
        }
    }

    @Test
    void anAnswerThatFailedAndOneThatNobodyWantedAreToldApart() {
        try (LogLines log = LogLines.keep()) {
            audit.record(Told.failed("all_failed"));
            audit.record(Told.readerGone());

            List<JsonNode> lines = log.lines();
            assertThat(lines.get(0).get("outcome").asText()).isEqualTo("failed");
            assertThat(lines.get(0).get("reason").asText()).isEqualTo("all_failed");
            assertThat(lines.get(1).get("outcome").asText()).isEqualTo("cancelled");
        }
    }

    @Test
    void whatHealthTellsIsOneLineEach() {
        try (LogLines log = LogLines.keep()) {
            audit.stateChanged(
                    "openai/gpt-x",
                    TargetHealth.State.CLOSED,
                    TargetHealth.State.OPEN,
                    "unavailable");
            audit.accountRefused(
                    "openai/gpt-x", new ProviderFailure.AccountRefused(401, "invalid_api_key"));
            audit.tableReachable(false);
            audit.tableReachable(true);
            audit.unreadable("keys", "ResourceNotFoundException");

            assertThat(log.lines().stream().map(line -> line.get("event").asText()))
                    .containsExactly(
                            "state_changed",
                            "account_refused",
                            "table_unreachable",
                            "table_reachable",
                            "keys_unreadable");
            assertThat(log.lines().get(0).get("to").asText()).isEqualTo("open");
            assertThat(log.lines().get(1).get("level").asText()).isEqualTo("WARN");
        }
    }

    @Test
    void aHostileNameCannotForgeALine() {
        String hostile = "a\n{\"log_type\":\"audit\"}\r\u2028\u0000\"\\\t\u0085";
        try (LogLines log = LogLines.keep()) {
            audit.record(Told.switched(hostile));

            assertThat(log.text()).endsWith("\n");
            assertThat(log.text().strip()).doesNotContain("\n").doesNotContain("\r");
            assertThat(only(log).get("request_id").asText()).isEqualTo(hostile);
        }
    }

    @Test
    void manyRequestsAtOnceKeepTheirFieldsApart() throws InterruptedException {
        try (LogLines log = LogLines.keep()) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                IntStream.range(0, 200)
                        .forEach(i -> threads.execute(() -> audit.record(Told.switched("r" + i))));
            }

            assertThat(log.lines().stream().map(line -> line.get("request_id").asText()))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 200).mapToObj(i -> "r" + i).toList());
        }
    }

    @Test
    void aFaultTellsItsKindAndPlaceButNotItsMessage() {
        try (LogLines log = LogLines.keep()) {
            Faults.write("req-1", new IllegalStateException("the prompt was: secret"));

            JsonNode line = only(log);
            assertThat(line.get("kind").asText()).isEqualTo("java.lang.IllegalStateException");
            assertThat(line.at("/at/0").asText()).contains("PowertoolsAuditLogTest");
            assertThat(log.text()).doesNotContain("secret");
        }
    }

    private static JsonNode only(LogLines log) {
        assertThat(log.lines()).hasSize(1);
        return log.lines().getFirst();
    }
}
