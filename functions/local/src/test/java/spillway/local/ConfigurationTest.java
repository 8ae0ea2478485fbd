package spillway.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import spillway.local.process.ProcessSettings;

class ConfigurationTest {
    @TempDir private Path folder;

    @Test
    void isWhatTheCheckSays() throws Exception {
        Configuration configuration =
                check(
                        """
                        echo '{"default_route":"a","routes":[{"name":"a","strategy":"p2c",\
                        "targets":["x/1","y/2"]}],"missing_keys":[{"provider":"x","key":"X_KEY"}]}'
                        """
                                .replace("\\\n", ""));

        assertThat(configuration.routes())
                .containsExactly(new Configuration.Route("a", List.of("x/1", "y/2")));
        assertThat(configuration.missingKeys())
                .containsExactly(new Configuration.MissingKey("x", "X_KEY"));
        assertThat(configuration.json()).startsWith("{\"default_route\"");
    }

    @Test
    void tellsTheMistakesAsTheCheckTellsThem() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(
                        () ->
                                check(
                                        "echo ignored; echo 'r.json:1:2: a\nr.json:3:4: b' >&2; exit 2"))
                .withMessage("r.json:1:2: a\nr.json:3:4: b");
    }

    private Configuration check(String script) throws Exception {
        return Configuration.ask(
                new ProcessSettings(
                        "check", folder, List.of("/bin/sh", "-c", script), Map.of("PATH", "/bin")));
    }
}
