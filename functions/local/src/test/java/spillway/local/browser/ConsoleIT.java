package spillway.local.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import spillway.testkit.provider.Fault;

/** The console page as a user sees it. */
@Tag("browser")
class ConsoleIT {
    private static final String ANSWER = "A spillway leads the water of a full reservoir away.";

    /**
     * With breakers that never open, and targets of their own for the test in which an account is
     * refused, so that no test feels what another has broken.
     */
    private static final String ROUTES =
            """
            {"providers": {"openai": {"kind": "openai"}, "anthropic": {"kind": "anthropic"}},
             "defaults": {"breaker": {"failures": 100000}},
             "routes": {"default": {"groups": [["openai/gpt-x", "anthropic/claude-x"]]},
                        "account": {"groups": [["openai/gpt-y", "anthropic/claude-y"]]}}}
            """;

    private static Platform platform;
    private static ScriptedProviders providers;
    private Browser browser;

    @BeforeAll
    static void startPlatform() {
        assumeTrue(
                Browser.find().isPresent(),
                "no Chromium on the PATH, and CHROMIUM names none: the console is not tested");
        platform =
                Platform.start(
                        Settings.of(
                                        Map.of(
                                                "PORT", "0",
                                                "SPILLWAY_SCRIPTED", "true",
                                                "SPILLWAY_ROUTES", ROUTES),
                                        Path.of(".."))
                                .withoutProbe(),
                        System.out);
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
        browser.await("document.querySelector('#ended').innerText.includes('stop')");

        assertThat(browser.text("#answer")).contains(ANSWER);
        assertThat(browser.text("#first")).matches("\\d+ ms");
        assertThat(browser.text("#pieces")).isEqualTo("10");
    }

    @Test
    void showsTheOtherProviderServeAfterAClickOnBreak() throws IOException {
        browser.type("#prompt", "Who answers?");
        browser.click("#send");
        browser.await("document.querySelector('#ended').innerText.includes('stop')");
        String before = browser.text("#served").split("/", -1)[0];
        String other = before.equals("openai") ? "anthropic" : "openai";

        browser.click("#break-" + before);
        browser.await("document.querySelector('#breakers').innerText.includes('broken')");
        browser.click("#send");
        browser.await("document.querySelector('#ended').innerText.includes('stop')");

        assertThat(browser.text("#served")).startsWith(other + "/");
        assertThat(browser.text("#answer")).contains(ANSWER);

        browser.click("#heal-" + before);
        browser.await("!document.querySelector('#breakers').innerText.includes('broken')");
    }

    @Test
    void showsWhyThereIsNoAnswer() throws IOException {
        breakBoth();
        browser.click("[name=way][value=post]");
        browser.click("#send");
        browser.await("document.querySelector('.problem') !== null");

        assertThat(browser.text(".problem")).containsPattern("\\(50[23]\\)");
        assertThat(browser.text("#ended")).matches("failed, \\d+ ms");
        assertThat(browser.text("#answer")).doesNotContain("Waiting");
    }

    @Test
    void doesNotAskAgainByItselfWhenAnEventSourceGetsNoAnswer() throws IOException {
        breakBoth();
        watchRequests();
        browser.click("[name=way][value=get]");
        browser.click("#send");
        browser.await("document.querySelector('.problem') !== null");

        assertThat(browser.text(".problem")).contains("ask by POST to see it");
        assertThat(browser.eval("window.posted")).isEqualTo("0");
        assertThat(browser.text("#ended")).startsWith("failed, ");
    }

    @Test
    void saysThatItWaitsUntilTheFirstTokenIsThere() throws IOException {
        for (String name : new String[] {"openai", "anthropic"}) {
            providers.server(name).answer(ANSWER, Duration.ofSeconds(1), Duration.ofMillis(1));
        }
        browser.click("#send");
        browser.await(
                "document.querySelector('#answer').innerText.includes('Waiting for the first token')");
        browser.await("document.querySelector('#ended').innerText.includes('stop')");

        assertThat(browser.text("#answer")).contains(ANSWER).doesNotContain("Waiting");
    }

    @Test
    void keepsReasoningAndToolCallsApartFromTheText() throws IOException {
        answerWith(
                event("start", "{\"provider\":\"openai\",\"model\":\"m\"}"),
                event("reasoning", "{\"text\":\"It asks \"}"),
                event("reasoning", "{\"text\":\"for rain.\"}"),
                event("text", "{\"text\":\"I look.\"}"),
                event("tool", "{\"index\":0,\"id\":\"1\",\"name\":\"weather\"}"),
                event("tool", "{\"index\":0,\"arguments\":\"{city:\"}"),
                event("tool", "{\"index\":0,\"arguments\":\"Oslo}\"}"),
                event("tool", "{\"index\":0,\"complete\":true}"),
                event("done", "{\"finish_reason\":\"tool_calls\"}"));
        browser.click("#send");
        browser.await("document.querySelector('#ended').innerText.includes('tool calls')");

        assertThat(browser.text(".part .reasoning .said")).isEqualTo("It asks for rain.");
        assertThat(browser.text(".part .text")).isEqualTo("I look.");
        assertThat(browser.text(".part .tool b")).isEqualTo("weather");
        assertThat(browser.text(".part .tool .said")).isEqualTo("{city:Oslo}");
    }

    @Test
    void strikesOutWhatAResetTakesBack() throws IOException {
        answerWith(
                event("start", "{\"provider\":\"openai\",\"model\":\"m\"}"),
                event("text", "{\"text\":\"Half an\"}"),
                event(
                        "reset",
                        "{\"from\":\"openai/m\",\"to\":\"anthropic/n\",\"reason\":\"cut_off\",\"at\":7}"),
                event("text", "{\"text\":\"A whole answer\"}"),
                event("done", "{\"finish_reason\":\"stop\"}"));
        browser.click("#send");
        browser.await("document.querySelector('#ended').innerText.includes('stop')");

        assertThat(browser.text(".part.undone .said")).isEqualTo("Half an");
        assertThat(browser.text(".part:not(.undone) .said")).isEqualTo("A whole answer");
        assertThat(browser.text(".turn"))
                .contains("Started anew", "openai/m → anthropic/n", "cut off, after 7 characters");
        assertThat(browser.text("#served")).isEqualTo("anthropic/n");
    }

    @Test
    void offersTheRoutesAndTargetsThereAre() throws IOException {
        browser.await("document.querySelectorAll('#routes option').length >= 3");

        assertThat(
                        browser.eval(
                                "[...document.querySelectorAll('#routes option')].map(o => o.value).join()"))
                .startsWith("default,account,")
                .contains(",openai/", ",anthropic/");
    }

    @Test
    void asksAProviderAgainSoonAfterItWasHealedOfARefusedAccount() throws IOException {
        for (String name : new String[] {"openai", "anthropic"}) {
            providers.server(name).breakWith(Fault.status(401));
        }
        browser.type("#route", "account");
        browser.click("#send");
        browser.await("document.querySelector('.problem') !== null");
        for (String name : new String[] {"openai", "anthropic"}) {
            providers.heal(name);
        }

        browser.await(
                "document.querySelector('#ended').innerText.includes('stop') ||"
                        + " (document.querySelector('#send').disabled"
                        + " || document.querySelector('#send').click(), false)");

        assertThat(browser.text("#break-note")).contains("asked again 2 s later here");
    }

    private void breakBoth() throws IOException {
        for (String name : new String[] {"openai", "anthropic"}) {
            browser.click("#break-" + name);
            browser.await("document.querySelector('#heal-" + name + "').disabled === false");
        }
    }

    /** Counts the requests by POST that the page makes to the gateway. */
    private void watchRequests() throws IOException {
        browser.eval(
                "window.posted = 0; { const real = window.fetch; window.fetch = (url, init) => {"
                        + " if (String(url).startsWith('/v1/') && init && init.method === 'POST') window.posted++;"
                        + " return real(url, init); }; } 0");
    }

    /** Answers the page's next POST with these events in place of the gateway. */
    private void answerWith(String... events) throws IOException {
        browser.click("[name=way][value=post]");
        String stream = new ObjectMapper().writeValueAsString(String.join("", events));
        browser.eval(
                "{ const real = window.fetch; window.fetch = (url, init) =>"
                        + " url === '/v1/stream/generate' ? Promise.resolve(new Response("
                        + stream
                        + ")) : real(url, init); } 0");
    }

    private static String event(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }

    @Test
    void showsHowEachProviderIs() throws IOException {
        browser.await("document.querySelectorAll('#health li[data-provider]').length === 2");

        // Which of the states it is depends on what was broken before.
        for (String name : new String[] {"openai", "anthropic"}) {
            assertThat(browser.text("#health li[data-provider=" + name + "] .state"))
                    .isIn("ok", "degraded", "down", "disabled");
        }
    }

    @Test
    void fitsANarrowWindowAndTheDark() throws IOException {
        browser.window(400, 800, true);

        assertThat(browser.eval("document.documentElement.scrollWidth <= 400")).isEqualTo("true");
        assertThat(browser.eval("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(16, 21, 27)");
    }
}
