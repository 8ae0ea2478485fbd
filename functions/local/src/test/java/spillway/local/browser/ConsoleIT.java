package spillway.local.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.local.Platform;
import spillway.local.ScriptedProviders;
import spillway.local.Settings;

/** The console page as a user sees it. */
@Tag("browser")
class ConsoleIT {
    private static final String ANSWER = "A spillway leads the water of a full reservoir away.";

    private static Platform platform;
    private static ScriptedProviders providers;
    private Browser browser;

    @BeforeAll
    static void startPlatform() {
        assumeTrue(
                Browser.find().isPresent(),
                "no Chromium on the PATH, and CHROMIUM names none: the console is not tested");
        platform = Platform.start(Settings.of(Map.of("PORT", "0"), Path.of("..")), System.out);
        providers = Objects.requireNonNull(platform.providers());
    }

    @AfterAll
    static void closePlatform() {
        if (platform != null) {
            platform.close();
        }
    }

    @BeforeEach
    void openPage() throws IOException {
        Optional<Path> program = Browser.find();
        browser = Browser.open(program.orElseThrow(), "http://127.0.0.1:" + platform.port() + "/");
        browser.window(1400, 900, false);
        browser.await("document.querySelector('#break-openai') !== null");
        for (String name : new String[] {"openai", "anthropic"}) {
            providers.heal(name);
            providers.server(name).answer(ANSWER, Duration.ofMillis(20), Duration.ofMillis(30));
        }
    }

    @AfterEach
    void closePage() throws IOException {
        browser.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "post"})
    void showsTokensAsTheyArrive(String way) throws IOException {
        browser.click("[name=way][value=" + way + "]");
        browser.type("#prompt", "What is a spillway?");
        browser.click("#send");

        browser.await("document.querySelector('.part.busy').innerText.includes('A spillway')");
        browser.await("document.querySelector('#whole').innerText.includes('stop')");

        assertThat(browser.text("#answer")).contains(ANSWER);
        assertThat(browser.text("#first")).matches("\\d+ ms");
        assertThat(browser.text("#pieces")).isEqualTo("10");
    }

    @Test
    void showsTheOtherProviderServeAfterAClickOnBreak() throws IOException {
        browser.type("#prompt", "Who answers?");
        browser.click("#send");
        browser.await("document.querySelector('#whole').innerText.includes('stop')");
        String before = browser.text("#served").split("/", -1)[0];
        String other = before.equals("openai") ? "anthropic" : "openai";

        browser.click("#break-" + before);
        browser.await("document.querySelector('#breakers').innerText.includes('broken')");
        browser.click("#send");
        browser.await("document.querySelector('#whole').innerText.includes('stop')");

        assertThat(browser.text("#served")).startsWith(other + "/");
        assertThat(browser.text("#answer")).contains(ANSWER);

        browser.click("#heal-" + before);
        browser.await("!document.querySelector('#breakers').innerText.includes('broken')");
    }

    @Test
    void showsWhyThereIsNoAnswer() throws IOException {
        for (String name : new String[] {"openai", "anthropic"}) {
            browser.click("#break-" + name);
            browser.await("document.querySelector('#heal-" + name + "').disabled === false");
        }
        browser.click("#send");
        browser.await("document.querySelector('.problem') !== null");

        assertThat(browser.text(".problem")).containsPattern("\\(50[23]\\)").contains("openai/");
    }

    @Test
    void showsHowEachProviderIs() throws IOException {
        browser.await("document.querySelectorAll('#health li[data-provider]').length === 2");

        assertThat(browser.text("#health")).contains("openai", "anthropic", "ok");
    }

    @Test
    void fitsANarrowWindowAndTheDark() throws IOException {
        browser.window(400, 800, true);

        assertThat(browser.eval("document.documentElement.scrollWidth <= 400")).isEqualTo("true");
        assertThat(browser.eval("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(16, 21, 27)");
    }
}
