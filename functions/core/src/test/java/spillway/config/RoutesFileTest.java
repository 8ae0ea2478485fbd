package spillway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.health.BreakerSettings;
import spillway.provider.ProviderSettings;
import spillway.routing.OnBreak;
import spillway.routing.Route;
import spillway.routing.Tries;

class RoutesFileTest {
    private static final List<String> STRATEGIES = List.of("p2c", "weighted", "ordered");
    private static final String PROVIDERS =
            "\"providers\":{\"openai\":{\"kind\":\"openai\"},\"anthropic\":{\"kind\":\"anthropic\"}}";

    @Test
    void readsTheDocumentedExample() throws Exception {
        GatewayConfig config = read(documentedExample());

        assertThat(config.providers().keySet())
                .containsExactly("openai", "anthropic", "house", "mock");
        assertThat(config.providers().get("house"))
                .isEqualTo(
                        new ProviderSettings(
                                "house",
                                ProviderSettings.Kind.OPENAI,
                                URI.create("http://llm.internal:8000/v1"),
                                "HOUSE_API_KEY"));
        assertThat(config.providers().get("anthropic"))
                .isEqualTo(
                        new ProviderSettings(
                                "anthropic",
                                ProviderSettings.Kind.ANTHROPIC,
                                URI.create("https://api.anthropic.com"),
                                "ANTHROPIC_API_KEY"));
        assertThat(config.defaultRoute()).isEqualTo("default");
        assertThat(config.targets())
                .extracting(Target::id)
                .containsExactly(
                        "openai/gpt-6-luna",
                        "anthropic/claude-haiku-5-5",
                        "house/llama-4",
                        "anthropic/claude-opus-5-5",
                        "openai/gpt-6-sol",
                        "mock/echo");
        assertThat(config.breakers().keySet())
                .containsExactlyElementsOf(config.targets().stream().map(Target::id).toList());
        assertThat(breaker(config, "openai/gpt-6-sol")).isEqualTo(BreakerSettings.DEFAULT);
        assertThat(breaker(config, "house/llama-4").failures()).isEqualTo(2);
        assertThat(breaker(config, "house/llama-4").reporters()).isEqualTo(1);
    }

    @Test
    void theDocumentedDefaultsAreTheBuiltInOnes() throws Exception {
        GatewayConfig config = read(documentedExample());

        Route route = route(config, "default");
        assertThat(route.strategy()).isEqualTo("p2c");
        assertThat(route.failoverBudget()).isEqualTo(Route.DEFAULT_FAILOVER_BUDGET);
        assertThat(route.contract()).isEqualTo(Route.Contract.DEFAULT);
        assertThat(route.tries()).isEqualTo(Tries.DEFAULT);
        assertThat(route(config, "careful").tries()).isEqualTo(new Tries(1, Tries.Hedge.DEFAULT));
        assertThat(route.groups().getFirst().members().getFirst())
                .isEqualTo(new Route.Member(new Target("openai", "gpt-6-luna"), 3, Timers.DEFAULT));
        assertThat(breaker(config, "openai/gpt-6-luna")).isEqualTo(BreakerSettings.DEFAULT);
    }

    @Test
    void timersComeFromTheNearestWhoNamesThem() throws Exception {
        GatewayConfig config =
                read(
                        """
                        {%s,
                         "defaults": {"timers": {"connect": "100ms", "headers": "200ms", "next_event": "1.5s"}},
                         "targets": {"openai/m": {"timers": {"headers": "300ms", "first_content": "1s", "thinking": "60s", "throughput": 0}}},
                         "routes": {"r": {
                           "timers": {"first_content": "2s", "last_first_content": "2m"},
                           "groups": [["anthropic/m", {"target": "openai/m", "timers": {"last_first_content": "3m"}}]]},
                          "swift": {"groups": [[{"target": "openai/m", "timers": {"thinking": "off", "throughput": 20}}]]}},
                         "default_route": "r"}
                        """
                                .formatted(PROVIDERS));

        var members = route(config, "r").groups().getFirst().members();
        assertThat(members.get(0).timers()).isEqualTo(timers(100, 200, 2000, 120_000, 1500));
        assertThat(members.get(1).timers())
                .isEqualTo(
                        timers(100, 300, 2000, 180_000, 1500)
                                .withThinking(Duration.ofSeconds(60))
                                .withThroughput(0));
        assertThat(members).extracting(Route.Member::weight).containsExactly(1, 1);
        Timers swift = route(config, "swift").groups().getFirst().members().getFirst().timers();
        assertThat(swift.thinking()).isZero();
        assertThat(swift.throughput()).isEqualTo(20);
    }

    @Test
    void aRouteSaysWhatItsReadersCanCountOn() throws Exception {
        GatewayConfig config =
                read(
                        """
                        {%s,
                         "defaults": {"hold": "2s", "on_break": "restart"},
                         "targets": {"openai/m": {"prefill": true}, "openai/n": {"prefill": false}},
                         "routes": {
                           "a": {"groups": [["openai/m", "openai/n", "anthropic/m"]]},
                           "default": {"hold": "1s", "on_break": "error", "groups": [["openai/m"]]}}}
                        """
                                .formatted(PROVIDERS));

        assertThat(route(config, "a").contract())
                .isEqualTo(new Route.Contract(Duration.ofSeconds(2), OnBreak.RESTART));
        assertThat(route(config, "default").contract())
                .isEqualTo(new Route.Contract(Duration.ofSeconds(1), OnBreak.ERROR));
        assertThat(route(config, "a").groups().getFirst().members())
                .extracting(Route.Member::prefill)
                .containsExactly(true, false, null);
        assertThat(route(config, "a").member(new Target("openai", "n")))
                .contains(route(config, "a").groups().getFirst().members().get(1));
        assertThat(route(config, "a").member(new Target("openai", "x"))).isEmpty();
    }

    @Test
    void triesComeFromTheRouteElseFromTheDefaults() throws Exception {
        GatewayConfig config =
                read(
                        """
                        {%s,
                         "defaults": {"retry": 0, "hedge": {"after": "800ms", "daily_cap": 7}},
                         "default_route": "usual",
                         "routes": {
                           "usual": {"groups": [["openai/m"]]},
                           "again": {"retry": 1, "hedge": true, "groups": [["openai/m"]]},
                           "never": {"hedge": false, "groups": [["openai/m"]]},
                           "other": {"retry_after": "2s", "too_long": "next",
                                     "hedge": {"after": "p95", "until_known": "2s", "daily_cap": "2.5%%"},
                                     "groups": [["openai/m"]]}}}
                        """
                                .formatted(PROVIDERS));

        Duration second = Duration.ofSeconds(1);
        var seven = new Tries.DailyCap.Count(7);
        var often = new Tries.Hedge(Duration.ofMillis(800), second, seven);
        assertThat(route(config, "usual").tries()).isEqualTo(new Tries(0, often));
        assertThat(route(config, "again").tries()).isEqualTo(new Tries(1, often));
        assertThat(route(config, "never").tries()).isEqualTo(new Tries(0, null));
        assertThat(route(config, "other").tries())
                .isEqualTo(
                        new Tries(
                                0,
                                second.multipliedBy(2),
                                Tries.TooLong.NEXT,
                                new Tries.Hedge(
                                        null,
                                        second.multipliedBy(2),
                                        new Tries.DailyCap.Share(0.025))));
    }

    @Test
    void tellsEveryMistakeWithItsPosition() {
        var e =
                mistakes(
                        """
                        {
                          "providers": {
                            "openai": {"kind": "opanai"},
                            "An": {"kind": "anthropic", "base_url": "ftp://x"},
                            "anthropic": {"kind": "anthropic", "kind": "openai"}
                          },
                          "defaults": {"stratagy": "p2c", "failover_budget": 4},
                          "routes": {
                            "chat": {
                              "strategy": "fastest",
                              "groups": [
                                [{"target": "openai/a", "weigth": 2}, "opena/b", "anthropic/c"],
                                ["anthropic/c", "anthropic", 7, {"weight": 0}]
                              ]
                            }
                          },
                          "default_route": "chatt"
                        }
                        """);

        assertThat(e.mistakes())
                .containsExactly(
                        "routes.json:3:24: /providers/openai/kind is \"opanai\"; one of openai, anthropic, scripted is needed",
                        "routes.json:4:5: /providers/An is \"An\"; a provider is named by up to 32 of a-z, 0-9, _ and -",
                        "routes.json:4:45: /providers/An/base_url is no http or https URL with a host",
                        "routes.json:5:40: /providers/anthropic/kind is given twice; once is right",
                        "routes.json:7:16: /defaults/stratagy is an unknown field; did you mean \"strategy\"?",
                        "routes.json:7:54: /defaults/failover_budget is a number; a string is needed",
                        "routes.json:10:19: /routes/chat/strategy is \"fastest\"; one of p2c, weighted, ordered is needed",
                        "routes.json:12:33: /routes/chat/groups/0/0/weigth is an unknown field; did you mean \"weight\"?",
                        "routes.json:12:47: /routes/chat/groups/0/1 has the unknown provider \"opena\"; did you mean \"openai\"?",
                        "routes.json:13:10: /routes/chat/groups/1/0 is \"anthropic/c\" again; a route has a target once",
                        "routes.json:13:25: /routes/chat/groups/1/1 is \"anthropic\"; a target is provider/model, such as openai/gpt-6-luna",
                        "routes.json:13:38: /routes/chat/groups/1/2 is a number; a target's name or an object is needed",
                        "routes.json:13:41: /routes/chat/groups/1/3/target is missing",
                        "routes.json:13:52: /routes/chat/groups/1/3/weight is 0; a whole number from 1 to 1000000 is needed",
                        "routes.json:17:20: /default_route is \"chatt\", which is no route; did you mean \"chat\"?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[] | 1:1: the file is an array; an object is needed",
                "{\"providers\":{},\"routes\":{}} | 1:14: /providers is empty; at least one provider is needed",
                "{PROVIDERS,\"routes\":{}} | 1:85: /routes is empty; at least one route is needed",
                "{\"routes\":{}} | 1:1: /providers is missing",
                "{PROVIDERS} | 1:1: /routes is missing",
                "{PROVIDERS,\"routes\":[]} | 1:85: /routes is an array; an object is needed",
                "{PROVIDERS,\"routes\":{\"r\":[]}} | 1:90: /routes/r is an array; an object is needed",
                "{PROVIDERS,\"routes\":{\"r\":{}}} | 1:90: /routes/r/groups is missing",
                "{PROVIDERS,\"routes\":{\"r\":{\"groups\":[]}}} | 1:100: /routes/r/groups is empty; at least one group is needed",
                "{PROVIDERS,\"routes\":{\"r\":{\"groups\":[[]]}}} | 1:101: /routes/r/groups/0 has 0 targets; from 1 to 64 are allowed",
                "{PROVIDERS,\"routes\":{\"r\":{\"groups\":[\"openai/m\"]}}} | 1:101: /routes/r/groups/0 is a string; an array of targets is needed",
                "{PROVIDERS,\"routes\":{\"a/b\":{\"groups\":[[\"openai/m\"]]}}} | 1:86: /routes/a~1b is \"a/b\"; a route is named by up to 64 letters, digits, dots, _ and -",
                "{PROVIDERS,\"routes\":{\"a\":{\"groups\":[[\"openai/m\"]]},\"b\":{\"groups\":[[\"openai/m\"]]}}} | 1:1: /default_route is missing; with several routes, none called default, one of them must be named",
                "{PROVIDERS,\"targets\":{\"openai/n\":{}},\"routes\":{\"a\":{\"groups\":[[\"openai/mm\"]]}}} | 1:87: /targets/openai~1n is a target of no route; did you mean \"openai/mm\"?",
                "{PROVIDERS,\"targets\":{\"openai/m\":{\"breaker\":{\"open\":\"2m\"}}},\"routes\":{\"a\":{\"groups\":[[\"openai/m\"]]}}} | 1:109: /targets/openai~1m/breaker comes to open_max 60000ms, which is less than open 120000ms; as much at least is needed",
                "{PROVIDERS,\"defaults\":{\"breaker\":{\"window\":\"1ms\"}},\"routes\":{\"a\":{\"groups\":[[\"openai/m\"]]}}} | 1:98: /defaults/breaker has a window of 1 ms; at least 2ms is needed",
                "{PROVIDERS,\"defaults\":{\"breaker\":{\"failure_share\":2}},\"routes\":{\"a\":{\"groups\":[[\"openai/m\"]]}}} | 1:115: /defaults/breaker/failure_share is 2; a number from 0.001 to 1 is needed",
                "{PROVIDERS,\"defaults\":{\"timers\":{\"connect\":\"3\"}},\"routes\":{\"a\":{\"groups\":[[\"openai/m\"]]}}} | 1:108: /defaults/timers/connect is \"3\"; a time from 1ms to 60m is needed, such as 250ms, 3s or 2m",
                "{PROVIDERS,\"defaults\":{\"timers\":{\"thinking\":\"no\"}},\"routes\":{\"a\":{\"groups\":[[\"openai/m\"]]}}} | 1:109: /defaults/timers/thinking is \"no\"; a time from 1ms to 60m is needed, such as 250ms, 3s or 2m, or off",
                "{PROVIDERS,\"defaults\":{\"timers\":{\"throughput\":-1}},\"routes\":{\"a\":{\"groups\":[[\"openai/m\"]]}}} | 1:111: /defaults/timers/throughput is -1; a whole number from 0 to 10000 is needed",
                "{PROVIDERS,\"defaults\":{\"on_break\":\"stop\"},\"routes\":{\"a\":{\"groups\":[[\"openai/m\"]]}}} | 1:99: /defaults/on_break is \"stop\"; one of continue, error, restart is needed",
                "{PROVIDERS,\"targets\":{\"openai/m\":{\"prefill\":7}},\"routes\":{\"a\":{\"groups\":[[\"openai/m\"]]}}} | 1:109: /targets/openai~1m/prefill is a number; true or false is needed",
                "{PROVIDERS,\"routes\":{\"r\":{\"retry\":2,\"groups\":[[\"openai/m\"]]}}} | 1:99: /routes/r/retry is 2; a whole number from 0 to 1 is needed",
                "{PROVIDERS,\"routes\":{\"r\":{\"hedge\":\"p95\",\"groups\":[[\"openai/m\"]]}}} | 1:99: /routes/r/hedge is a string; an object, true or false is needed",
                "{PROVIDERS,\"routes\":{\"r\":{\"hedge\":{\"after\":\"p99\"},\"groups\":[[\"openai/m\"]]}}} | 1:108: /routes/r/hedge/after is \"p99\"; p95 or a time from 1ms to 60m is needed, such as 800ms or 2s",
                "{PROVIDERS,\"routes\":{\"r\":{\"hedge\":{\"daily_cap\":\"101%\"},\"groups\":[[\"openai/m\"]]}}} | 1:112: /routes/r/hedge/daily_cap is a string of 4 characters; a share from 0% to 100% of the day's requests is needed, such as 5%",
                "{PROVIDERS,\"routes\":{\"r\":{\"hedge\":{\"daily_cap\":\"5\"},\"groups\":[[\"openai/m\"]]}}} | 1:112: /routes/r/hedge/daily_cap is \"5\"; a share from 0% to 100% of the day's requests is needed, such as 5%",
                "{PROVIDERS,\"routes\":{\"r\":{\"hedge\":{\"daily_cap\":-1},\"groups\":[[\"openai/m\"]]}}} | 1:112: /routes/r/hedge/daily_cap is -1; a whole number from 0 to 1000000 is needed",
                "{PROVIDERS,\"routes\":{\"r\":{\"hedge\":{\"untill_known\":\"1s\"},\"groups\":[[\"openai/m\"]]}}} | 1:100: /routes/r/hedge/untill_known is an unknown field; did you mean \"until_known\"?",
                "{PROVIDERS,\"defaults\":{\"timers\":[]},\"routes\":{\"a\":{\"groups\":[[\"openai/m\"]]}}} | 1:97: /defaults/timers is an array; an object is needed",
                "{\"providers\":{\"x\":{}},\"routes\":{\"a\":{\"groups\":[[\"x/m\"]]}}} | 1:19: /providers/x/kind is missing",
                "{\"providers\":{\"x\":7},\"routes\":{\"a\":{\"groups\":[[\"x/m\"]]}}} | 1:19: /providers/x is a number; an object is needed",
                "{\"providers\":{\"x\":{\"kind\":\"openai\",\"allow_http\":1}},\"routes\":{\"a\":{\"groups\":[[\"x/m\"]]}}} | 1:49: /providers/x/allow_http is a number; true or false is needed",
                "{\"providers\":{\"x\":{\"kind\":\"openai\",\"key\":\"sk-abc-123\"}},\"routes\":{\"a\":{\"groups\":[[\"x/m\"]]}}} | 1:42: /providers/x/key is not the name of a variable or of a secret's entry, such as OPENAI_API_KEY; the key itself does not belong here",
                "{\"providers\":{\"x\":{\"kind\":\"openai\",\"base_url\":\"http://a.example/v1\"}},\"routes\":{\"a\":{\"groups\":[[\"x/m\"]]}}} | 1:47: /providers/x/base_url is http to another machine, which would send the key unencrypted; https is needed, or leave to do so (\"allow_http\": true)",
            })
    void tellsWhatIsWrong(String document, String mistake) {
        var e = mistakes(document.replace("PROVIDERS", PROVIDERS));

        assertThat(e.mistakes()).contains("routes.json:" + mistake);
        assertThat(e).hasMessageNotContaining("sk-abc");
    }

    @Test
    void tellsWhereTheSyntaxBreaks() {
        var e = mistakes("{\n  // providers\n  \"providers\" {}\n}");

        assertThat(e.mistakes())
                .containsExactly(
                        "routes.json:3:15: the file is not JSON at line 3, column 15: a colon is needed between a name and its value");
    }

    @Test
    void refusesAFileThatIsTooLarge() {
        var e = mistakes(" ".repeat(RoutesFile.MOST_BYTES + 1));

        assertThat(e).hasMessage("routes.json has 1048577 bytes; at most 1048576 are read");
    }

    @Test
    void takesTheOnlyRouteAsTheDefault() throws Exception {
        GatewayConfig config =
                read(
                        "{%s, \"routes\": {\"only\": {\"groups\": [[\"openai/m\"]]},},}"
                                .formatted(PROVIDERS));

        assertThat(config.defaultRoute()).isEqualTo("only");
    }

    @Test
    void takesAnAddressThatTheFileDoesNotSayFromTheEnvironment() throws Exception {
        String document =
                """
                {"providers": {"a": {"kind": "openai"}, "b": {"kind": "openai", "base_url": "https://b.example"},
                               "c": {"kind": "anthropic"}, "d": {"kind": "scripted"}},
                 "routes": {"r": {"groups": [["a/m", "b/m", "c/m", "d/m"]]}}}
                """;

        GatewayConfig config =
                read(document, Map.of("OPENAI_BASE_URL", "http://127.0.0.1:9000/v1"));

        assertThat(config.providers().values())
                .extracting(provider -> provider.baseUrl().toString())
                .containsExactly(
                        "http://127.0.0.1:9000/v1",
                        "https://b.example",
                        "https://api.anthropic.com",
                        "scripted:script");
        assertThat(
                        catchThrowableOfType(
                                ConfigException.class,
                                () -> read(document, Map.of("OPENAI_BASE_URL", "x"))))
                .hasMessage(
                        "routes.json:1:21: /providers/a has no base_url, and OPENAI_BASE_URL is no http or https URL with a host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a.example/v1",
                "https://a.example:8443",
                "http://localhost:9000/v1",
                "http://mock.localhost/",
                "http://127.0.0.1:9000",
                "http://127.9.8.7",
                "http://[::1]:9000",
                "HTTPS://A.EXAMPLE"
            })
    void takesTheseAddresses(String url) {
        assertThat(BaseUrl.mistake(url, false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.example, is http to another machine",
        "http://127.0.0.1.a.example, is http to another machine",
        "http://localhost.a.example, is http to another machine",
        "https://user:pw@a.example, 'has a user, a query or a fragment'",
        "https://a.example?x=1, 'has a user, a query or a fragment'",
        "https://a.example#x, 'has a user, a query or a fragment'",
        "a.example, is no http or https URL with a host",
        "https:, is no URL",
        "https:///v1, is no http or https URL with a host",
        "https://a b, is no URL",
        "file:///etc/passwd, is no http or https URL with a host"
    })
    void refusesTheseAddresses(String url, String mistake) {
        assertThat(BaseUrl.mistake(url, false))
                .hasValueSatisfying(
                        text -> assertThat(text).startsWith(mistake).doesNotContain("pw"));
    }

    @ParameterizedTest
    @CsvSource({"250ms,250", "3s,3000", "1.5s,1500", "2m,120000", "60m,3600000", "1ms,1"})
    void readsTimes(String text, long millis) {
        assertThat(Durations.parse(text)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "s", "0ms", "0.4ms", "61m", "-1s", "1h", "3 s", "1e3s"})
    void refusesTheseTimes(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }

    private static String documentedExample() throws IOException {
        String document = Files.readString(Path.of("ROUTES.md"));
        var block = Pattern.compile("```jsonc\n(.*?)```", Pattern.DOTALL).matcher(document);
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private static GatewayConfig read(String document) throws ConfigException {
        return read(document, Map.of());
    }

    private static GatewayConfig read(String document, Map<String, String> values)
            throws ConfigException {
        byte[] content = document.getBytes(StandardCharsets.UTF_8);
        return RoutesFile.read("routes.json", content, STRATEGIES, values);
    }

    private static ConfigException mistakes(String document) {
        return Objects.requireNonNull(
                catchThrowableOfType(ConfigException.class, () -> read(document)));
    }

    private static Route route(GatewayConfig config, String name) {
        return Objects.requireNonNull(config.routes().get(name));
    }

    private static BreakerSettings breaker(GatewayConfig config, String target) {
        return Objects.requireNonNull(config.breakers().get(target));
    }

    private static Timers timers(
            int connect, int headers, int firstContent, int lastFirstContent, int nextEvent) {
        return new Timers(
                Duration.ofMillis(connect),
                Duration.ofMillis(headers),
                Duration.ofMillis(firstContent),
                Duration.ofMillis(lastFirstContent),
                Duration.ofMillis(nextEvent));
    }
}
