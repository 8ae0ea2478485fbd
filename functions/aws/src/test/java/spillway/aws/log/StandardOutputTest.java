package spillway.aws.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import spillway.aws.metrics.EmfMetrics;
import spillway.health.TargetHealth;

/** What a process really prints, with nothing of the test between. */
class StandardOutputTest {
    private static final int REQUESTS = 50;

    /** Tells everything there is to tell, from many threads at once. */
    static final class Program {
        public static void main(String[] args) {
            PowertoolsAuditLog audit = new PowertoolsAuditLog();
            EmfMetrics metrics = new EmfMetrics("Spillway/test", Clock.systemUTC());
            audit.configured(List.of("openai/gpt-x"), List.of(), null, null);
            audit.stateChanged(
                    "openai/gpt-x", TargetHealth.State.OPEN, TargetHealth.State.RAMP, "probe");
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < REQUESTS; i++) {
                    String id = "r" + i;
                    threads.execute(
                            () -> {
                                audit.record(Told.switched(id));
                                audit.record(Told.attempted(Told.failed()));
                                audit.record(Told.complete());
                                metrics.record(Told.complete());
                            });
                }
            }
            Faults.write("r", new IllegalStateException("a\nb"));
            LoggerFactory.getLogger("some.library")
                    .warn("two\nlines", new IllegalStateException("a\nb"));
            LoggerFactory.getLogger("some.library").info("too much");
        }
    }

    @Test
    void everyLineIsOneObjectOfJsonAndNothingElseIsPrinted() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dlog4j2.configurationFile=log4j2.xml",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Program.class.getName())
                        .start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String complaints =
                new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(complaints).isEmpty();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : printed.split("\n", -1)) {
            if (!line.isEmpty()) {
                lines.add(new ObjectMapper().readTree(line));
            }
        }
        assertThat(lines).hasSize(2 + 4 * REQUESTS + 2);
        assertThat(lines)
                .allSatisfy(
                        line -> {
                            assertThat(line.isObject()).isTrue();
                            assertThat(line.hasNonNull("timestamp")).isTrue();
                            assertThat(line.hasNonNull("level")).isTrue();
                            assertThat(line.hasNonNull("message")).isTrue();
                        });
        assertThat(
                        lines.stream()
                                .filter(line -> "switched".equals(line.path("event").asText()))
                                .map(line -> line.get("request_id").asText()))
                .hasSize(REQUESTS)
                .doesNotHaveDuplicates();
    }
}
