package spillway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeEnvironmentTest {
    @Test
    void readsWhatLambdaSets() {
        var environment =
                RuntimeEnvironment.of(
                        Map.of(
                                "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001",
                                "AWS_LAMBDA_FUNCTION_NAME", "stream",
                                "AWS_LAMBDA_FUNCTION_VERSION", "7",
                                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769",
                                "AWS_LAMBDA_LOG_GROUP_NAME", "group",
                                "AWS_LAMBDA_LOG_STREAM_NAME", "log",
                                "AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start",
                                "AWS_LAMBDA_MAX_CONCURRENCY", "32",
                                "SPILLWAY_DEADLINE_MARGIN_MS", "0"));

        assertThat(environment)
                .isEqualTo(
                        new RuntimeEnvironment(
                                ApiAddress.parse("127.0.0.1:9001"),
                                "stream",
                                "7",
                                1769,
                                "group",
                                "log",
                                true,
                                32,
                                0));
    }

    @Test
    void takesOneAtATimeWithoutSnapStartWhenNothingIsSet() {
        var environment = RuntimeEnvironment.of(Map.of("AWS_LAMBDA_RUNTIME_API", "x:1"));

        assertThat(environment.maxConcurrency()).isEqualTo(1);
        assertThat(environment.snapStart()).isFalse();
        assertThat(environment.marginMillis()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({
        "AWS_LAMBDA_MAX_CONCURRENCY, 0",
        "AWS_LAMBDA_MAX_CONCURRENCY, many",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE, 1.5",
        "SPILLWAY_DEADLINE_MARGIN_MS, -1"
    })
    void namesAVariableThatIsNoNumber(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                RuntimeEnvironment.of(
                                        Map.of("AWS_LAMBDA_RUNTIME_API", "x:1", name, value)))
                .withMessageContaining(name + " is '" + value + "'");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void needsTheAddressOfTheRuntimeApi(boolean empty) {
        Map<String, String> variables = empty ? Map.of("AWS_LAMBDA_RUNTIME_API", "") : Map.of();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuntimeEnvironment.of(variables))
                .withMessageContaining("AWS_LAMBDA_RUNTIME_API is not set");
    }
}
