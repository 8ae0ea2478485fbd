package spillway.provider.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.provider.ChatStream;
import spillway.testkit.provider.Attempt;
import spillway.testkit.provider.Fault;
import spillway.testkit.provider.ScriptedProviderServer;
import spillway.testkit.provider.Wire;

/** Every way to misbehave, over a real socket, and what the real providers make of it. */
@Timeout(30)
class ProviderFaultsTest {
    private static final String FIVE = "one two three four five";
    private static final String ALL = Bench.TEXT;
    private static final String JSON = ScriptedProviderServer.JSON_ANSWER;
    private static final Map<Wire, Bench> BENCHES = new HashMap<>();

    /** What each fault must come to; with {@code //} between OpenAI's and Anthropic's. */
    private static final Map<String, String> OUTCOMES =
            new HashMap<>(
                    Map.ofEntries(
                            Map.entry("refused", "-> unreachable refused"),
                            Map.entry("reset", "-> unreachable connection_reset"),
                            Map.entry("closed", "-> unreachable connection_closed"),
                            Map.entry("silent", "(silence)"),
                            Map.entry("status-400", "-> rejected 400 invalid_request_error"),
                            Map.entry(
                                    "status-401",
                                    "-> account_refused 401 invalid_api_key"
                                            + " // -> account_refused 401 authentication_error"),
                            Map.entry(
                                    "status-402",
                                    "-> account_refused 402 credit_balance_exhausted"
                                            + " // -> account_refused 402 enforced_spend_limit_reached"),
                            Map.entry(
                                    "status-403",
                                    "-> account_refused 403 unsupported_country_region_territory"
                                            + " // -> account_refused 403 permission_error"),
                            Map.entry(
                                    "status-404",
                                    "-> account_refused 404 model_not_found"
                                            + " // -> account_refused 404 not_found_error"),
                            Map.entry(
                                    "status-408",
                                    "-> unavailable 408 timeout // -> unavailable 408 timeout_error"),
                            Map.entry(
                                    "status-429",
                                    "-> rate_limited rate_limit_exceeded"
                                            + " // -> rate_limited rate_limit_error"),
                            Map.entry(
                                    "status-429-retry-after",
                                    "-> rate_limited rate_limit_exceeded retry after 2000 ms"
                                            + " // -> rate_limited rate_limit_error retry after 2000 ms"),
                            Map.entry(
                                    "status-429-out-of-money",
                                    "-> account_refused 429 credit_balance_exhausted"
                                            + " // -> account_refused 429 enforced_spend_limit_reached"),
                            Map.entry(
                                    "status-500",
                                    "-> unavailable 500 server_error // -> unavailable 500 api_error"),
                            Map.entry(
                                    "status-502",
                                    "-> unavailable 502 server_error // -> unavailable 502 api_error"),
                            Map.entry(
                                    "status-503",
                                    "-> unavailable 503 server_is_overloaded"
                                            + " // -> unavailable 503 overloaded_error"),
                            Map.entry(
                                    "status-504",
                                    "-> unavailable 504 timeout // -> unavailable 504 timeout_error"),
                            Map.entry(
                                    "status-529",
                                    "-> unavailable 529 server_is_overloaded"
                                            + " // -> unavailable 529 overloaded_error"),
                            Map.entry(
                                    "context-length",
                                    "-> rejected 400 context_length_exceeded"
                                            + " // -> rejected 400 invalid_request_error"),
                            Map.entry(
                                    "content-policy",
                                    "-> rejected 400 content_policy_violation"
                                            + " // -> rejected 400 invalid_request_error"),
                            Map.entry("body-empty", "-> cut_off clean_end"),
                            Map.entry("body-html", "-> malformed html"),
                            Map.entry("body-json", "-> malformed json_document"),
                            Map.entry(
                                    "body-json-error",
                                    "-> error_event server_is_overloaded"
                                            + " // -> error_event overloaded_error"),
                            Map.entry("body-redirect", "-> account_refused 307 redirect"),
                            Map.entry("headers-only", "(silence)"),
                            Map.entry(
                                    "error-first",
                                    "-> error_event server_is_overloaded"
                                            + " // -> error_event overloaded_error"),
                            Map.entry(
                                    "error-first-rate-limit",
                                    "-> rate_limited rate_limit_exceeded"
                                            + " // -> rate_limited rate_limit_error"),
                            Map.entry(
                                    "error-first-string",
                                    "-> error_event server_is_overloaded"
                                            + " // -> error_event overloaded_error"),
                            Map.entry(
                                    "error-first-flat",
                                    "-> error_event server_is_overloaded"
                                            + " // -> error_event overloaded_error"),
                            Map.entry("prelude-then-silence", "(silence)"),
                            Map.entry(
                                    "prelude-then-error",
                                    "-> error_event server_is_overloaded"
                                            + " // -> error_event overloaded_error"),
                            Map.entry("prelude-then-clean-end", "-> cut_off clean_end"),
                            Map.entry("prelude-then-pings", "(silence)"),
                            Map.entry(
                                    "error-mid-stream",
                                    FIVE
                                            + " -> error_event server_is_overloaded // "
                                            + FIVE
                                            + " -> error_event overloaded_error"),
                            Map.entry("cut-fin", FIVE + " -> cut_off connection_closed"),
                            Map.entry("cut-rst", FIVE + " -> cut_off connection_reset"),
                            Map.entry("cut-inside-line", FIVE + " -> cut_off connection_closed"),
                            Map.entry(
                                    "cut-inside-character", FIVE + " -> cut_off connection_closed"),
                            Map.entry("cut-after-cr", FIVE + " -> cut_off inside_event"),
                            Map.entry("cut-clean", FIVE + " -> cut_off clean_end"),
                            Map.entry("stall", "(silence)"),
                            Map.entry("drip", ALL + " -> STOP"),
                            Map.entry("malformed-chunk", FIVE + " -> malformed json"),
                            Map.entry(
                                    "end-terminal-without-reason",
                                    ALL
                                            + " -> cut_off done_without_reason // "
                                            + ALL
                                            + " -> cut_off stop_without_reason"),
                            Map.entry(
                                    "end-reason-then-clean-end",
                                    ALL + " -> STOP // " + ALL + " -> cut_off clean_end"),
                            Map.entry("end-reason-then-silence", ALL + " -> STOP // (silence)"),
                            Map.entry(
                                    "end-reason-then-reset",
                                    ALL + " -> STOP // " + ALL + " -> cut_off connection_reset"),
                            Map.entry("end-whole-then-silence", ALL + " -> STOP"),
                            Map.entry("framing-unknown-events", ALL + " -> STOP"),
                            Map.entry("framing-comments", ALL + " -> STOP"),
                            Map.entry("framing-crlf", ALL + " -> STOP"),
                            Map.entry("framing-cr", ALL + " -> STOP"),
                            Map.entry("framing-bom", ALL + " -> STOP"),
                            Map.entry("framing-no-space", ALL + " -> STOP"),
                            Map.entry("framing-one-byte-writes", ALL + " -> STOP"),
                            Map.entry("framing-gzip", ALL + " -> STOP"),
                            Map.entry("framing-long-line", ALL + "x".repeat(300_000) + " -> STOP"),
                            Map.entry(
                                    "answer-refusal",
                                    "!I cannot! help with that. -> STOP // -> REFUSAL"),
                            Map.entry("answer-length", ALL + " -> LENGTH"),
                            Map.entry(
                                    "answer-tool-calls",
                                    "Looking.<0 call_1 weather {\"city\":\"Paris\"} 0>"
                                            + "<1 call_2 weather {\"city\":\"Rome\"} 1> -> TOOL_CALLS"
                                            + " // Looking.<0 toolu_1 weather {\"city\":\"Paris\"} 0>"
                                            + "<1 toolu_2 weather {\"city\":\"Rome\"} 1> -> TOOL_CALLS"),
                            Map.entry(
                                    "answer-cut-in-tool-call",
                                    "Looking.<0 call_1 weather {\"city\":\"Paris\"} 0>"
                                            + "<1 call_2 weather {\"city\":\"Ro -> cut_off connection_closed"
                                            + " // Looking.<0 toolu_1 weather {\"city\":\"Paris\"} 0>"
                                            + "<1 toolu_2 weather {\"city\":\"Ro"
                                            + " -> cut_off connection_closed"),
                            Map.entry("answer-reasoning", "~Let me~ think." + ALL + " -> STOP"),
                            Map.entry("answer-nothing", "-> empty"),
                            Map.entry("answer-json", JSON + " -> STOP"),
                            Map.entry(
                                    "answer-cut-in-json",
                                    JSON.substring(0, JSON.length() / 2)
                                            + " -> cut_off connection_closed"),
                            Map.entry(
                                    "answer-cut-in-reasoning",
                                    "~Let me -> cut_off connection_closed"),
                            Map.entry("cut-in-headers", "-> unreachable connection_closed"),
                            Map.entry("silent-in-headers", "(silence)"),
                            Map.entry("status-413", "-> rejected 413 invalid_request_error"),
                            Map.entry("status-422", "-> rejected 422 invalid_request_error"),
                            Map.entry("headers-oversized", "-> unreachable connection_closed"),
                            Map.entry("late-first-token", "(silence)"),
                            Map.entry("pings-mid-stream", "(silence)"),
                            Map.entry("drip-mid-stream", "(silence)"),
                            Map.entry("continuing-refuses-prefill", ALL + " -> STOP"),
                            Map.entry("continuing-at-the-point", ALL + " -> STOP"),
                            Map.entry("continuing-from-the-start", ALL + " -> STOP"),
                            Map.entry("continuing-elsewhere", ALL + " -> STOP")));

    static {
        for (int code : new int[] {501, 505, 507, 508, 511, 520, 521, 523, 525, 526, 530}) {
            OUTCOMES.put("status-" + code, unavailable(code, "server_error", "api_error"));
        }
        OUTCOMES.put("status-522", unavailable(522, "timeout", "timeout_error"));
        OUTCOMES.put("status-524", unavailable(524, "timeout", "timeout_error"));
    }

    private static String unavailable(int status, String openAi, String anthropic) {
        return "-> unavailable %d %s // -> unavailable %d %s"
                .formatted(status, openAi, status, anthropic);
    }

    @BeforeAll
    static void start() {
        for (Wire wire : Wire.values()) {
            BENCHES.put(wire, new Bench(wire));
        }
    }

    @AfterAll
    static void stop() {
        BENCHES.values().forEach(Bench::close);
    }

    static Stream<Arguments> faultsThatEnd() {
        return faults(outcome -> !outcome.equals("(silence)"));
    }

    static Stream<Arguments> faultsThatWait() {
        return faults(outcome -> outcome.equals("(silence)"));
    }

    @Test
    void everyFaultIsExpectedToComeToSomething() {
        assertThat(OUTCOMES).containsOnlyKeys(Fault.catalogue().keySet());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("faultsThatEnd")
    void comesTo(Wire wire, String name, String expected) {
        Bench bench = bench(wire, name);

        Heard heard = bench.hear();

        assertThat(heard.summary()).isEqualTo(expected);
        assertThat(String.valueOf(heard.failure())).doesNotContain("provider text", "sk-");
        bench.server.heal();
        assertThat(bench.hear().summary()).as("the next call").isEqualTo(ALL + " -> STOP");
        Bench.await("only an idle connection", () -> bench.server.activeRequests() == 0);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("faultsThatWait")
    void isWokenByClosing(Wire wire, String name, String expected) throws Exception {
        Bench bench = bench(wire, name);
        int before = bench.server.attempts().size();
        ChatStream stream = bench.call();
        Heard[] heard = new Heard[1];
        Thread reader = Thread.startVirtualThread(() -> heard[0] = Heard.of(stream));
        Bench.await("the request", () -> bench.server.attempts().size() == before + 1);
        assertThat(reader.join(Duration.ofMillis(100))).as("still reading").isFalse();

        stream.close();

        assertThat(reader.join(Duration.ofSeconds(1))).as("awake within 1 s").isTrue();
        assertThat(heard[0].summary()).endsWith("-> cut_off closed_by_reader");

        Attempt attempt = bench.server.attempts().getLast();
        Bench.await("the server sees it", attempt::clientLeft);
        Bench.await("nothing is left", () -> bench.server.activeRequests() == 0);
    }

    @ParameterizedTest
    @CsvSource({"OPENAI,4,2", "ANTHROPIC,4,2"})
    void reportsWhatTheAnswerHasCost(Wire wire, long read, long written) {
        Bench bench = bench(wire, "");

        Heard heard = bench.hear();

        assertThat(heard.events().getFirst()).isEqualTo(new StreamEvent.Opened());
        assertThat(heard.usage())
                .isEqualTo(new StreamEvent.UsageReport(new Usage(11, 6, read, written, 3, false)));
    }

    @Test
    void tellsTheOwnerOfAKeyThatItWasRefused() {
        Bench bench = bench(Wire.OPENAI, "status-401");
        int before = bench.keysRefused.get();

        bench.hear();
        assertThat(bench.keysRefused).hasValue(before + 1);

        bench.server.breakWith(Fault.status(403));
        bench.hear();
        assertThat(bench.keysRefused).hasValue(before + 1);
    }

    @Test
    void sendsEachRequestOnce() {
        for (String name :
                List.of("closed", "reset", "status-408", "status-503", "body-redirect")) {
            Bench bench = bench(Wire.OPENAI, name);
            int before = bench.server.attempts().size();
            bench.providers.closeIdle();

            assertThat(bench.hear().failure()).isNotNull();

            assertThat(bench.server.attempts()).as(name).hasSize(before + 1);
        }
    }

    @Test
    void failuresHoldNoTextOfTheProvider() {
        for (Wire wire : Wire.values()) {
            for (Fault.Kind kind : Fault.Kind.values()) {
                Bench bench = bench(wire, "");
                bench.server.breakWith(new Fault.Status(400, null, kind));
                ProviderFailure failure = bench.hear().failure();
                assertThat(String.valueOf(failure))
                        .isNotEqualTo("null")
                        .doesNotContain(
                                ScriptedProviderServer.PROVIDER_TEXT, "sk-abc123", "prompt");
            }
        }
    }

    private static Bench bench(Wire wire, String fault) {
        Bench bench = java.util.Objects.requireNonNull(BENCHES.get(wire));
        bench.server.heal();
        // A pooled connection would be found reset, where a new one is refused.
        bench.providers.closeIdle();
        Fault broken = Fault.catalogue().get(fault);
        if (broken instanceof Fault.Drip) {
            broken = new Fault.Drip(Duration.ofMillis(5));
        }
        if (broken != null) {
            bench.server.breakWith(broken);
        }
        return bench;
    }

    private static Stream<Arguments> faults(java.util.function.Predicate<String> wanted) {
        return OUTCOMES.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(
                        entry -> {
                            String[] outcomes = entry.getValue().split(" // ", -1);
                            return Stream.of(Wire.values())
                                    .map(
                                            wire ->
                                                    Arguments.of(
                                                            wire,
                                                            entry.getKey(),
                                                            wire == Wire.OPENAI
                                                                    ? outcomes[0]
                                                                    : outcomes[
                                                                            outcomes.length - 1]))
                                    .filter(row -> wanted.test((String) row.get()[2]));
                        });
    }
}
