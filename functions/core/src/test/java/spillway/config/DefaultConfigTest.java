package spillway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import spillway.attempt.Target;
import spillway.provider.ProviderSettings;
import spillway.provider.ProviderSettings.Kind;
import spillway.routing.Route;

class DefaultConfigTest {

    @Test
    void routesOverBothWhenBothKeysAreSet() throws ConfigException {
        GatewayConfig config =
                DefaultConfig.from(Map.of("OPENAI_API_KEY", "a", "ANTHROPIC_API_KEY", "b"), "p2c");

        assertThat(config.defaultRoute()).isEqualTo("default");
        Route route = Objects.requireNonNull(config.routes().get("default"));
        assertThat(route.strategy()).isEqualTo("p2c");
        assertThat(route.groups()).hasSize(1);
        assertThat(route.groups().getFirst().members())
                .extracting(Route.Member::target)
                .containsExactly(
                        new Target("openai", "gpt-6-luna"),
                        new Target("anthropic", "claude-haiku-5-5"));
        assertThat(config.breakers())
                .containsOnlyKeys("openai/gpt-6-luna", "anthropic/claude-haiku-5-5");
        assertThat(config.providers().values())
                .containsExactly(
                        new ProviderSettings(
                                "openai",
                                Kind.OPENAI,
                                URI.create("https://api.openai.com/v1"),
                                "OPENAI_API_KEY"),
                        new ProviderSettings(
                                "anthropic",
                                Kind.ANTHROPIC,
                                URI.create("https://api.anthropic.com"),
                                "ANTHROPIC_API_KEY"));
    }

    @Test
    void leavesOutAVendorWithoutAKey() throws ConfigException {
        GatewayConfig config =
                DefaultConfig.from(
                        Map.of(
                                "OPENAI_API_KEY",
                                " ",
                                "ANTHROPIC_API_KEY",
                                "b",
                                "ANTHROPIC_BASE_URL",
                                " http://127.0.0.1:9000 ",
                                "SPILLWAY_ANTHROPIC_MODEL",
                                "claude-opus-5-5"),
                        "p2c");

        assertThat(config.targets()).containsExactly(new Target("anthropic", "claude-opus-5-5"));
        assertThat(config.providers().get("anthropic"))
                .extracting(ProviderSettings::baseUrl)
                .isEqualTo(URI.create("http://127.0.0.1:9000"));
    }

    @Test
    void saysWhatToSetWhenThereIsNoKey() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> DefaultConfig.from(Map.of(), "p2c"))
                .withMessageContainingAll(
                        "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "routes file", "scripted");
    }

    @Test
    void refusesAnAddressThatWouldSendTheKeyUnencrypted() throws ConfigException {
        var values = Map.of("OPENAI_API_KEY", "a", "OPENAI_BASE_URL", "http://mock:9000/v1");

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> DefaultConfig.from(values, "p2c"))
                .withMessage(
                        "OPENAI_BASE_URL is http to another machine, which would send the key unencrypted; https is needed, or leave to do so (SPILLWAY_ALLOW_HTTP=true)");

        var allowed = new java.util.HashMap<>(values);
        allowed.put("SPILLWAY_ALLOW_HTTP", "true");
        assertThat(DefaultConfig.from(allowed, "p2c").targets()).hasSize(1);
    }

    @Test
    void tellsAnAddressThatIsNone() {
        var values = Map.of("OPENAI_API_KEY", "a", "OPENAI_BASE_URL", "not a url");

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> DefaultConfig.from(values, "p2c"))
                .withMessage("OPENAI_BASE_URL is no URL");
    }
}
