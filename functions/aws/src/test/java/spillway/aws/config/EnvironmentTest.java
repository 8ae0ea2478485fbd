package spillway.aws.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void aRoutesFileThatCannotBeReadIsNamed() {
        Path file = folder.resolve("none.json");

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> routes(file.toString()).routes())
                .withMessage(
                        "SPILLWAY_ROUTES names "
                                + file
                                + ", which cannot be read (NoSuchFileException); give the path of a"
                                + " routes file, or the JSON itself");
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
