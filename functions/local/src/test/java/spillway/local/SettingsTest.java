package spillway.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import spillway.local.url.FunctionUrl.ClientGone;

class SettingsTest {
    @Test
    void needsNoSettings() {
        Settings settings = settings(Map.of("HOME", "/home/x", "PORT", ""));

        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.scripted()).isTrue();
        assertThat(settings.variables()).isEmpty();
        assertThat(settings.clientGone()).isEqualTo(ClientGone.RUNS_ON);
    }

    @Test
    void passesOnKeysBaseUrlsAndOwnVariablesOnly() {
        Settings settings =
                settings(
                        Map.of(
                                "OPENAI_API_KEY", "k",
                                "GROQ_API_KEY", "g",
                                "OPENAI_BASE_URL", " http://127.0.0.1:9/v1 ",
                                "ANTHROPIC_API_KEY", "",
                                "SPILLWAY_ROUTES", "{}",
                                "SPILLWAY_CLIENT_GONE", "is-cut",
                                "HOME", "/home/x"));

        assertThat(settings.variables())
                .containsOnly(
                        Map.entry("OPENAI_API_KEY", "k"),
                        Map.entry("GROQ_API_KEY", "g"),
                        Map.entry("OPENAI_BASE_URL", "http://127.0.0.1:9/v1"),
                        Map.entry("SPILLWAY_ROUTES", "{}"));
        assertThat(settings.scripted()).isFalse();
        assertThat(settings.clientGone()).isEqualTo(ClientGone.IS_CUT);
        assertThat(settings.toString()).doesNotContain("9/v1");
    }

    @Test
    void usesAHostWithoutAKey() {
        Settings settings = settings(Map.of("OPENAI_BASE_URL", "http://127.0.0.1:9/v1"));

        assertThat(settings.scripted()).isFalse();
        assertThat(settings.variables()).containsEntry("OPENAI_API_KEY", "none");
    }

    @Test
    void findsARoutesFileFromTheFolderOfTheUser(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("routes.json"), "{}");
        Path relative = Path.of("").toAbsolutePath().relativize(file.toAbsolutePath());

        assertThat(settings(Map.of("SPILLWAY_ROUTES", relative.toString())).variables())
                .containsEntry("SPILLWAY_ROUTES", file.toAbsolutePath().toString());
    }

    @Test
    void letsScriptedProvidersStandInForARoutesFileOfOnesOwn() {
        Map<String, String> own = Map.of("SPILLWAY_ROUTES", "{}", "OPENAI_API_KEY", "k");

        assertThat(settings(own).scripted()).isFalse();
        Map<String, String> scripted = new HashMap<>(own);
        scripted.put("SPILLWAY_SCRIPTED", "true");
        assertThat(settings(scripted).scripted()).isTrue();
    }

    @Test
    void saysThatRoutesAreADirectory(@TempDir Path folder) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> settings(Map.of("SPILLWAY_ROUTES", folder.toString())))
                .withMessageContaining(folder + ", which is a directory; give a routes file");
    }

    @ParameterizedTest
    @CsvSource({
        "SPILLWAY_SCRIPTED, yes, SPILLWAY_SCRIPTED is yes; true or false is needed",
        "PORT, http, PORT is http; a number from 0 to 65535 is needed",
        "PORT, 70000, PORT is 70000; a number from 0 to 65535 is needed",
        "SPILLWAY_CLIENT_GONE, maybe, SPILLWAY_CLIENT_GONE is maybe; runs-on or is-cut is needed",
    })
    void saysWhatIsWrongWithWhichValue(String name, String value, String message) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> settings(Map.of(name, value)))
                .withMessage(message);
    }

    @Test
    void saysThatARoutesFileIsMissing() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> settings(Map.of("SPILLWAY_ROUTES", "nowhere.json")))
                .withMessageStartingWith("SPILLWAY_ROUTES names ")
                .withMessageContaining("nowhere.json, which cannot be read");
    }

    private static Settings settings(Map<String, String> environment) {
        return Settings.of(environment, Path.of("functions"));
    }
}
