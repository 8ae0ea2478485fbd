package spillway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.api.Samples.ANTHROPIC;
import static spillway.api.Samples.OPENAI;
import static spillway.api.Samples.START;
import static spillway.api.Samples.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.attempt.Target;
import spillway.chat.FinishReason;
import spillway.chat.ProviderFailure;
import spillway.chat.ProviderFailure.Phase;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;
import spillway.health.Board;
import spillway.health.HealthHistory;
import spillway.health.HealthReports;
import spillway.health.TargetHealth;
import spillway.health.TargetReport;
import spillway.http.Endpoint;
import spillway.http.Request;
import spillway.relay.AnswerEvent;
import spillway.relay.AnswerFailure;

/** Plays everything that can happen, and holds the document to it, in both directions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final String POST = "POST " + Api.GENERATE;
    private static final String GET = "GET " + Api.STREAM;
    private static final String STATUS = "GET " + Api.STATUS;
    private static final String HEALTH = "GET " + Api.HEALTH;

    /** One of each. */
    private static final List<ProviderFailure> FAILURES =
            Stream.<ProviderFailure>concat(
                            Arrays.stream(Phase.values())
                                    .map(
                                            phase ->
                                                    new ProviderFailure.TimedOut(
                                                            phase, Duration.ofSeconds(3))),
                            Stream.of(
                                    new ProviderFailure.Unreachable("refused"),
                                    new ProviderFailure.Unavailable(500, ""),
                                    new ProviderFailure.RateLimited(Duration.ofSeconds(2), ""),
                                    new ProviderFailure.AccountRefused(401, "invalid_api_key"),
                                    new ProviderFailure.Rejected(400, ""),
                                    new ProviderFailure.Untranslatable(400, "prefill"),
                                    new ProviderFailure.ErrorEvent("overloaded_error"),
                                    new ProviderFailure.CutOff("eof"),
                                    new ProviderFailure.Malformed("json"),
                                    new ProviderFailure.Empty(),
                                    new ProviderFailure.KeyMissing()))
                    .toList();

    /** What was answered to which operation. */
    private record Exchange(String operation, RecordingSink sink) {}

    private final List<Exchange> exchanges = new ArrayList<>();
    private OpenApi document;

    @BeforeAll
    void playEverything() throws IOException {
        document = OpenApi.read();
        for (String operation : List.of(POST, GET)) {
            answers(operation);
            refusals(operation);
        }
        play(POST, generate(answering()), json("{}"));
        play(POST, generate(answering()), json("{\"prompt\":\"a\",\"x\":1}"));
        play(POST, generate(answering()), json(" ".repeat(NativeDialect.DEFAULT_MOST_BYTES + 1)));
        play(POST, generate(answering()), request(POST, Map.of()));
        play(GET, stream(answering()), request(GET, Map.of()));
        play(GET, stream(answering()), lastEvent("ans1.7"));
        play(GET, stream(answering()), lastEvent("ans1.end"));
        play(GET, stream(answering()), lastEvent("x"));
        for (String operation : List.of(STATUS, HEALTH)) {
            play(operation, providers(board(), HealthHistory.absent("none")), request(operation));
            play(operation, providers(sickBoard(), recorded()), request(operation));
            play(operation, brokenProviders(), request(operation));
            play(operation, brokenProviders(), other(operation));
        }
    }

    private void answers(String operation) throws IOException {
        play(operation, whole());
        for (FinishReason reason : FinishReason.values()) {
            var done = new AnswerEvent.Done(reason, Usage.NONE, List.of());
            play(operation, new ScriptedAnswer().burst(START, text("a"), done));
        }
        for (AnswerFailure.Halt why : AnswerFailure.Halt.values()) {
            var broken = new AnswerFailure.BrokenOff(attempts(FAILURES), why);
            var failed = new AnswerEvent.Failed(broken, 1, true);
            play(operation, new ScriptedAnswer().burst(START, text("a"), failed));
        }
        for (AnswerFailure failure :
                List.of(
                        new AnswerFailure.OutOfTime(List.of()),
                        new AnswerFailure.AllFailed(attempts(FAILURES)),
                        new AnswerFailure.RequestRejected(attempts(FAILURES)))) {
            var failed = new AnswerEvent.Failed(failure, 0, false);
            play(operation, new ScriptedAnswer().burst(START).burst(failed));
        }
        var bug = new IllegalStateException("bug");
        play(operation, new ScriptedAnswer().burst(START, text("a")).silence().bug(bug));
        play(operation, new ScriptedAnswer().bug(bug));
        play(operation, endpoint(operation, answering()), other(operation));
    }

    private void refusals(String operation) throws IOException {
        var sick = new ProviderFailure.Unavailable(500, "");
        var late = new ProviderFailure.TimedOut(Phase.HEADERS, Duration.ofSeconds(3));
        var limited = new ProviderFailure.RateLimited(Duration.ofSeconds(2), "");
        refuse(operation, new AnswerFailure.UnknownModel("x"));
        for (int status : new int[] {400, 413, 422}) {
            var rejected = new ProviderFailure.Rejected(status, "");
            refuse(operation, new AnswerFailure.RequestRejected(attempts(List.of(rejected))));
        }
        refuse(operation, new AnswerFailure.AllFailed(attempts(List.of(sick, limited))));
        refuse(operation, new AnswerFailure.AllFailed(attempts(List.of(late))));
        refuse(operation, new AnswerFailure.AllFailed(attempts(List.of(limited))));
        refuse(operation, new AnswerFailure.NoneAvailable(Duration.ofSeconds(2)));
        refuse(operation, new AnswerFailure.NoneAvailable(null));
        refuse(operation, new AnswerFailure.OutOfTime(List.of()));
    }

    @Test
    void everyAnswerAgreesWithTheDocument() throws IOException {
        for (Exchange exchange : exchanges) {
            document.check(exchange.operation, exchange.sink);
        }
    }

    @Test
    void everyDocumentedStatusAndProblemCanHappen() throws IOException {
        Set<String> happened = new TreeSet<>();
        for (Exchange exchange : exchanges) {
            happened.add(happened(exchange));
        }

        Set<String> documented = new TreeSet<>();
        document.operations()
                .forEach(
                        (name, operation) ->
                                operation
                                        .get("responses")
                                        .forEachEntry(
                                                (status, response) ->
                                                        documented.addAll(
                                                                documented(
                                                                        name, status, response))));
        assertThat(happened).containsExactlyElementsOf(documented);
    }

    private static String happened(Exchange exchange) throws IOException {
        RecordingSink sink = exchange.sink;
        String what = exchange.operation + " " + sink.status;
        return sink.status < 400
                ? what
                : what + " " + OpenApi.MAPPER.readTree(sink.body()).get("type").asText();
    }

    private List<String> documented(String operation, String status, JsonNode reference) {
        if (status.equals("default")) {
            return List.of();
        }
        String what = operation + " " + status;
        JsonNode schema =
                document.resolve(reference).at("/content/application~1problem+json/schema");
        if (schema.isMissingNode()) {
            return List.of(what);
        }
        return texts(schema.at("/allOf/1/properties/type/enum")).stream()
                .map(type -> what + " " + type)
                .toList();
    }

    @Test
    void everyProblemTypeIsInTheDocument() {
        assertThat(texts(document.at("/components/schemas/Problem/properties/type/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(ProblemType.values()).map(ProblemType::uri).toList());
    }

    @Test
    void everyFailureOfAStreamIsInTheDocument() throws IOException {
        Set<String> seen = new TreeSet<>();
        for (ObjectNode event : events()) {
            if (event.get("event").asText().equals("failed")) {
                seen.add(data(event).get("type").asText());
            }
        }

        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(
                        texts(document.dataSchema("failed").at("/allOf/1/properties/type/enum")));
    }

    @Test
    void everyEventAndEachOfItsFieldsIsInTheDocument() throws IOException {
        assertThat(events().stream().map(event -> event.get("event").asText()))
                .containsOnly(document.eventNames().toArray(String[]::new));
        for (String name : document.eventNames()) {
            if (name.equals("failed")) {
                continue;
            }
            Set<String> fields = new TreeSet<>();
            for (ObjectNode event : events()) {
                if (event.get("event").asText().equals(name)) {
                    data(event).fieldNames().forEachRemaining(fields::add);
                }
            }
            JsonNode schema = document.resolve(document.dataSchema(name));
            assertThat(fields).as(name).isEqualTo(names(schema.get("properties")));
        }
    }

    @Test
    void everyFieldOfAProblemIsInTheDocument() throws IOException {
        Set<String> fields = new TreeSet<>();
        Set<String> attempt = new TreeSet<>();
        Set<String> error = new TreeSet<>();
        for (Exchange exchange : exchanges) {
            if (exchange.sink.status >= 400) {
                JsonNode problem = OpenApi.MAPPER.readTree(exchange.sink.body());
                problem.fieldNames().forEachRemaining(fields::add);
                problem.path("errors").forEach(it -> it.fieldNames().forEachRemaining(error::add));
            }
        }
        for (ObjectNode event : events()) {
            if (event.get("event").asText().equals("failed")) {
                data(event).fieldNames().forEachRemaining(fields::add);
            }
            data(event)
                    .path("attempts")
                    .forEach(it -> it.fieldNames().forEachRemaining(attempt::add));
        }

        assertThat(fields).isEqualTo(properties("Problem"));
        assertThat(error).isEqualTo(properties("RequestError"));
        assertThat(attempt).isEqualTo(properties("Attempt"));
    }

    @Test
    void everyNameOfAnOutcomeIsInTheDocument() {
        assertThat(texts(document.at("/components/schemas/FailureReason/enum")))
                .containsExactlyInAnyOrderElementsOf(
                        FAILURES.stream().map(ProviderFailure::reason).toList());
        assertThat(texts(document.at("/components/schemas/Attempt/properties/fault/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(ProviderFailure.Fault.values())
                                .map(ProviderFailure.Fault::wireName)
                                .toList());
        assertThat(texts(document.at("/components/schemas/Attempt/properties/outcome/enum")))
                .containsExactlyElementsOf(
                        outcomes().stream().map(AttemptOutcome::wireName).toList());
        assertThat(texts(document.at("/components/schemas/Done/properties/finish_reason/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(FinishReason.values()).map(FinishReason::wireName).toList());
        assertThat(texts(document.at("/components/schemas/State/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(ProviderState.State.values())
                                .map(ProviderState.State::wireName)
                                .toList());
        assertThat(texts(document.at("/components/schemas/Board/properties/source/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(Board.Source.values()).map(Board.Source::wireName).toList());
    }

    @Test
    void everyFieldOfARequestIsInTheDocument() {
        assertThat(properties("GenerateRequest"))
                .containsExactlyInAnyOrderElementsOf(RequestDecoder.KNOWN);
        Set<String> parameters = new LinkedHashSet<>();
        for (JsonNode parameter : document.operation(GET).get("parameters")) {
            if (parameter.get("in").asText().equals("query")) {
                parameters.add(parameter.get("name").asText());
            }
        }
        assertThat(parameters).containsExactlyElementsOf(EventSourceDialect.KNOWN);
    }

    @Test
    void everyExampleOfARequestIsTaken() throws Exception {
        JsonNode content = document.operation(POST).at("/requestBody/content/application~1json");
        for (JsonNode example : content.get("examples")) {
            JsonNode value = example.get("value");

            assertThat(document.complaints(content.get("schema"), value)).isEmpty();
            assertThat(new NativeDialect("default").decode(json(value.toString()))).isNotNull();
        }
        assertThat(content.get("examples")).hasSizeGreaterThan(2);
    }

    @Test
    void everyExampleOfAnAnswerAgreesWithItsSchema() throws IOException {
        int streams = 0;
        for (Map.Entry<String, JsonNode> operation : document.operations().entrySet()) {
            var sink = new RecordingSink();
            JsonNode content = operation.getValue().at("/responses/200/content");
            for (JsonNode example : content.at("/text~1event-stream/examples")) {
                var headers =
                        Map.of(
                                "content-type", "text/event-stream",
                                "cache-control", "no-cache, no-transform",
                                "x-accel-buffering", "no",
                                "x-request-id", "r");
                sink.start(200, headers);
                byte[] body =
                        example.get("serializedValue")
                                .asText()
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
                sink.write(body, 0, body.length);
                sink.flush();
                document.check(operation.getKey(), sink);
                streams++;
            }
            JsonNode json = content.path("application/json");
            for (JsonNode example : json.path("examples")) {
                assertThat(document.complaints(json.get("schema"), example.get("value"))).isEmpty();
            }
        }
        assertThat(streams).isEqualTo(2);
    }

    @Test
    void whatTheSchemaRefusesIsRefused() throws IOException {
        JsonNode schema = document.at("/components/schemas/GenerateRequest");
        for (String request :
                List.of(
                        "{}",
                        "{\"prompt\":\" \"}",
                        "{\"prompt\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
                        "{\"prompt\":\"a\",\"route\":\"a\",\"model\":\"b\"}",
                        "{\"prompt\":\"a\",\"seed\":1}",
                        "{\"prompt\":\"a\",\"max_tokens\":0}",
                        "{\"prompt\":\"a\",\"max_tokens\":1000001}",
                        "{\"prompt\":\"a\",\"temperature\":2.01}",
                        "{\"prompt\":\"a\",\"top_p\":1.01}",
                        "{\"prompt\":\"a\",\"stop\":[\"\"]}",
                        "{\"prompt\":\"a\",\"tools\":[{\"name\":\"a b\"}]}",
                        "{\"messages\":[{\"role\":\"user\"}]}",
                        "{\"messages\":[{\"role\":\"assistant\"}]}",
                        "{\"messages\":[{\"role\":\"tool\",\"content\":\"\"}]}")) {
            assertThat(document.complaints(schema, OpenApi.MAPPER.readTree(request)))
                    .as(request)
                    .isNotEmpty();
            assertThat(
                            org.assertj.core.api.Assertions.catchThrowable(
                                    () -> new NativeDialect("default").decode(json(request))))
                    .as(request)
                    .isInstanceOf(ProblemException.class);
        }
    }

    private List<ObjectNode> events() {
        return exchanges.stream()
                .filter(exchange -> exchange.sink.status == 200)
                .flatMap(exchange -> OpenApi.events(exchange.sink.body()).stream())
                .toList();
    }

    private static JsonNode data(ObjectNode event) throws IOException {
        return OpenApi.MAPPER.readTree(event.get("data").asText());
    }

    private Set<String> properties(String schema) {
        return names(document.at("/components/schemas/" + schema + "/properties"));
    }

    private static Set<String> names(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static ScriptedGateway answering() {
        return ScriptedGateway.answering(whole());
    }

    /** An answer with every event in it, but the one that a whole answer has not. */
    private static ScriptedAnswer whole() {
        return new ScriptedAnswer()
                .burst(
                        START,
                        new AnswerEvent.Switch(OPENAI, ANTHROPIC, "unavailable", 0),
                        new AnswerEvent.Switch(ANTHROPIC, OPENAI, "slower", 0),
                        text("a"),
                        delta(new StreamEvent.ReasoningDelta("b")),
                        delta(new StreamEvent.RefusalDelta("c")),
                        delta(new StreamEvent.ToolCallStarted(0, "call_1", "weather")),
                        delta(new StreamEvent.ToolCallDelta(0, "{}")),
                        delta(new StreamEvent.ToolCallEnded(0)),
                        new AnswerEvent.UsageSoFar(Samples.USAGE),
                        new AnswerEvent.Reset(ANTHROPIC, OPENAI, "cut_off", 1),
                        text("a"))
                .silence()
                .burst(
                        new AnswerEvent.Done(
                                FinishReason.STOP,
                                Samples.USAGE,
                                outcomes().stream().map(OpenApiTest::report).toList()));
    }

    private static AnswerEvent delta(StreamEvent.Content content) {
        return new AnswerEvent.Delta(content);
    }

    private static List<AttemptOutcome> outcomes() {
        return List.of(
                new AttemptOutcome.Answered(FinishReason.STOP),
                new AttemptOutcome.Failed(new ProviderFailure.Empty(), false),
                new AttemptOutcome.Cancelled(),
                new AttemptOutcome.LostRace());
    }

    private static AttemptReport report(AttemptOutcome outcome) {
        return new AttemptReport(
                1, OPENAI, outcome, Duration.ofMillis(1), Duration.ofMillis(2), Usage.NONE);
    }

    private static List<AttemptReport> attempts(List<ProviderFailure> failures) {
        return failures.stream().map(failure -> Samples.failed(OPENAI, failure)).toList();
    }

    private static Endpoint endpoint(String operation, ScriptedGateway gateway) {
        return operation.equals(POST) ? generate(gateway) : stream(gateway);
    }

    private static Endpoint generate(ScriptedGateway gateway) {
        return Api.generate(gateway, Configs.simple(), (_, _) -> {});
    }

    private static Endpoint stream(ScriptedGateway gateway) {
        return Api.stream(gateway, Configs.simple(), (_, _) -> {});
    }

    private void refuse(String operation, AnswerFailure failure) throws IOException {
        Endpoint endpoint = endpoint(operation, ScriptedGateway.refusing(failure));
        play(operation, endpoint, request(operation));
    }

    private void play(String operation, ScriptedAnswer answer) throws IOException {
        Endpoint endpoint = endpoint(operation, ScriptedGateway.answering(answer));
        play(operation, endpoint, request(operation));
    }

    private void play(String operation, Endpoint endpoint, Request request) throws IOException {
        var sink = new RecordingSink();
        endpoint.handle(request, sink);
        exchanges.add(new Exchange(operation, sink));
    }

    private static Request request(String operation) {
        return operation.equals(POST)
                ? json("{\"prompt\":\"a\"}")
                : request(operation, operation.equals(GET) ? Map.of("prompt", "a") : Map.of());
    }

    private static Request request(String operation, Map<String, String> query) {
        String[] methodAndPath = operation.split(" ", -1);
        return Samples.request(methodAndPath[0], methodAndPath[1], query, Map.of(), null);
    }

    private static Request lastEvent(String id) {
        return Samples.request("GET", Api.STREAM, Map.of(), Map.of("last-event-id", id), null);
    }

    /** With a method that the path does not take. */
    private static Request other(String operation) {
        return request("DELETE " + operation.split(" ", -1)[1], Map.of());
    }

    private static Request json(String body) {
        return Samples.post(Api.GENERATE, body);
    }

    private static Endpoint providers(Board board, HealthHistory history) {
        return providers(
                new HealthReports() {
                    @Override
                    public Board board() {
                        return board;
                    }

                    @Override
                    public List<TargetReport> reports() {
                        return Configs.simple().targets().stream()
                                .map(Target::id)
                                .map(id -> targetReport(board.of(id)))
                                .toList();
                    }
                },
                history);
    }

    private static Endpoint brokenProviders() {
        return providers(
                new HealthReports() {
                    @Override
                    public Board board() {
                        throw new IllegalStateException("bug");
                    }

                    @Override
                    public List<TargetReport> reports() {
                        throw new IllegalStateException("bug");
                    }
                },
                HealthHistory.absent("none"));
    }

    private static Endpoint providers(HealthReports reports, HealthHistory history) {
        return Api.providers(reports, history, Configs.simple(), Clock.systemUTC(), (_, _) -> {});
    }

    private static Board board() {
        return new Board(Map.of(), NOW, Board.Source.SHARED);
    }

    private static Board sickBoard() {
        var down =
                new TargetHealth(
                        OPENAI.id(),
                        TargetHealth.State.OPEN,
                        3,
                        NOW,
                        NOW,
                        1,
                        1,
                        NOW,
                        NOW,
                        null,
                        "unavailable");
        return new Board(Map.of(OPENAI.id(), down), NOW, Board.Source.STALE);
    }

    private static TargetReport targetReport(TargetHealth health) {
        boolean well = health.state() == TargetHealth.State.CLOSED;
        return new TargetReport(
                health,
                10,
                1,
                FAILURES.size(),
                FAILURES.stream().collect(Collectors.toMap(ProviderFailure::reason, _ -> 1L)),
                well ? null : 12.5,
                well ? null : new TargetReport.Percentiles(1, 2, 3),
                well ? null : NOW,
                well ? null : true,
                0.5);
    }

    private static HealthHistory recorded() {
        var points = List.of(new HealthHistory.Point(NOW, 1));
        var series = List.of(new HealthHistory.Series(OPENAI.id(), "attempts", points));
        return () -> new HealthHistory.Recorded(NOW, Duration.ofMinutes(1), series);
    }
}
