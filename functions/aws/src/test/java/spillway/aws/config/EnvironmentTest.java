package spillway.aws.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
    @TempDir private Path folder;

    @Test
    void aVariableThatIsBlankIsNotSet() {
        Environment environment =
                Environment.of(Map.of("SPILLWAY_STATE_TABLE", " ", "AWS_REGION", " eu-west-1 "));

        assertThat(environment.get(Variable.SPILLWAY_STATE_TABLE)).isEmpty();
        assertThat(environment.get(Variable.AWS_REGION)).contains("eu-west-1");
    }

    @Test
    void theProcessHasAnEnvironment() {
        assertThat(Environment.ofProcess().named("PATH")).isPresent();
    }

    @Test
    void routesAreTheVariableItselfWhenItBeginsWithABrace() {
        assertThat(routes("{\"routes\":{}}").routes())
                .contains(new Environment.Routes("SPILLWAY_ROUTES", "{\"routes\":{}}"));
        assertThat(Environment.of(Map.of()).routes()).isEmpty();
    }

    @Test
    void routesAreTheFileTheVariableNames() throws IOException {
        Path file = Files.writeString(folder.resolve("routes.json"), "{}");

        assertThat(routes(file.toString()).routes())
                .contains(new Environment.Routes(file.toString(), "{}"));
    }

    @Test
    void aRoutesFileThatCannotBeReadIsNamedWithTheReason() {
        Path file = folder.resolve("none.json");

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> routes(file.toString()).routes())
                .withMessage(
                        "SPILLWAY_ROUTES names "
                                + file
                                + ", which does not exist; give the path of a routes file, or the"
                                + " JSON itself");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> routes(folder.toString()).routes())
                .withMessageContaining(folder + ", which is a directory;");
    }

    @Test
    void readsATimeInMilliseconds() {
        Environment environment = Environment.of(Map.of("SPILLWAY_ACCOUNT_RETRY_MS", "2000"));

        assertThat(environment.millis(Variable.SPILLWAY_ACCOUNT_RETRY_MS))
                .contains(Duration.ofSeconds(2));
        assertThat(Environment.of(Map.of()).millis(Variable.SPILLWAY_ACCOUNT_RETRY_MS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2s", "1.5", "86400001", "999999999999"})
    void refusesATimeThatIsNone(String value) {
        Environment environment = Environment.of(Map.of("SPILLWAY_ACCOUNT_RETRY_MS", value));

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> environment.millis(Variable.SPILLWAY_ACCOUNT_RETRY_MS))
                .withMessage(
                        "SPILLWAY_ACCOUNT_RETRY_MS is "
                                + value
                                + "; a whole number of milliseconds from 1 to 86400000 is needed");
    }

    @Test
    void aRoutesFileHasALargestSize() throws IOException {
        Path file = Files.write(folder.resolve("large.json"), new byte[(1 << 20) + 1]);

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> routes(file.toString()).routes())
                .withMessageContaining("larger than 1 MiB");
    }

    @Test
    void aClientWithoutRegionSaysWhatToSet() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> AwsClients.dynamoDb(Environment.of(Map.of()), new FirstCall()))
                .withMessageContaining("AWS_REGION is not set");
    }

    @Test
    void tellsNamesButNoValues() {
        assertThat(Environment.of(Map.of("OPENAI_API_KEY", "sk-1")))
                .hasToString("Environment[OPENAI_API_KEY]");
    }

    private static Environment routes(String value) {
        return Environment.of(Map.of("SPILLWAY_ROUTES", value));
    }
}
