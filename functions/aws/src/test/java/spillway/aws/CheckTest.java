package spillway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import spillway.aws.config.Environment;

class CheckTest {
    private static final String ROUTES =
            """
            {"providers": {
               "house": {"kind": "openai", "base_url": "http://127.0.0.1:1/v1", "key": "HOUSE_KEY"},
               "mock": {"kind": "scripted"}},
             "routes": {
               "default": {"groups": [["house/a"], ["mock/b"]]},
               "own": {"strategy": "ordered", "groups": [["mock/c"]]}}}
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void tellsRoutesAndTargetsAndWhichKeyIsMissing() {
        int status = check(Map.of("SPILLWAY_ROUTES", ROUTES));

        assertThat(status).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).strip())
                .isEqualTo(
                        "{\"default_route\":\"default\",\"routes\":["
                                + "{\"name\":\"default\",\"strategy\":\"p2c\",\"targets\":[\"house/a\",\"mock/b\"]},"
                                + "{\"name\":\"own\",\"strategy\":\"ordered\",\"targets\":[\"mock/c\"]}],"
                                + "\"missing_keys\":[{\"provider\":\"house\",\"key\":\"HOUSE_KEY\"}]}");
        assertThat(err.size()).isZero();
    }

    @Test
    void missesNoKeyThatIsSetOrMayBeInTheSecret() {
        check(Map.of("SPILLWAY_ROUTES", ROUTES, "HOUSE_KEY", "sk-test-0000"));
        check(Map.of("SPILLWAY_ROUTES", ROUTES, "SPILLWAY_KEYS_SECRET", "keys"));

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .allMatch(line -> line.endsWith("\"missing_keys\":[]}"));
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("sk-test");
    }

    @Test
    void tellsEveryMistakeWithItsPositionAndNothingElse() {
        int status = check(Map.of("SPILLWAY_ROUTES", "{\n \"a\": 1,\n \"b\": 2}"));

        assertThat(status).isEqualTo(2);
        assertThat(out.size()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .anyMatch(line -> line.startsWith("SPILLWAY_ROUTES:2:2: /a is an unknown field"))
                .anyMatch(line -> line.startsWith("SPILLWAY_ROUTES:3:2: /b is an unknown field"));
    }

    @Test
    void tellsWhatIsWrongWithAnotherVariable() {
        int status = check(Map.of("SPILLWAY_ROUTES", ROUTES, "SPILLWAY_ACCOUNT_RETRY_MS", "soon"));

        assertThat(status).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("SPILLWAY_ACCOUNT_RETRY_MS is soon; a whole number");
    }

    private int check(Map<String, String> variables) {
        return Check.run(
                Environment.of(variables),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
