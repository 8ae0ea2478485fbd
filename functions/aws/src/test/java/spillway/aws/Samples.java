package spillway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import spillway.testkit.lambda.Outcome;

/** The samples of {@code events/}, and what each is to be answered with. */
public final class Samples {
    static final Path FOLDER = Path.of("..", "..", "events").toAbsolutePath().normalize();

    /** A route over two targets that are played by a script. */
    public static final String ROUTES =
            """
            {"providers": {"script": {"kind": "scripted"}},
             "routes": {"default": {"groups": [["script/first"], ["script/second"]]}}}
            """;

    private static final List<Sample> ALL =
            List.of(
                    new Sample(
                            "generate",
                            "generate-ok.json",
                            200,
                            "text/event-stream",
                            "event: done"),
                    new Sample(
                            "generate",
                            "generate-base64.json",
                            200,
                            "text/event-stream",
                            "event: done"),
                    new Sample(
                            "generate",
                            "generate-bad-json.json",
                            400,
                            "application/problem+json",
                            "urn:spillway:problem:invalid-request"),
                    new Sample(
                            "generate",
                            "generate-unknown-field.json",
                            400,
                            "application/problem+json",
                            "temprature"),
                    new Sample(
                            "generate",
                            "generate-wrong-method.json",
                            405,
                            "application/problem+json",
                            "POST"),
                    new Sample("stream", "stream-ok.json", 200, "text/event-stream", "event: done"),
                    new Sample("stream", "stream-finished.json", 204, "", ""),
                    new Sample(
                            "stream",
                            "stream-resume.json",
                            200,
                            "text/event-stream",
                            "event: failed"),
                    new Sample(
                            "stream",
                            "stream-bad-query.json",
                            400,
                            "application/problem+json",
                            "%25"),
                    new Sample(
                            "provider-status",
                            "provider-status.json",
                            200,
                            "application/json",
                            "script"),
                    new Sample(
                            "provider-status",
                            "provider-health.json",
                            200,
                            "application/json",
                            "script/second"),
                    new Sample("health-probe", "health-probe-schedule.json", 0, "", "{"));

    private Samples() {}

    public static List<Sample> all() {
        return ALL;
    }

    /** Those of one function. */
    public static List<Sample> of(String function) {
        return ALL.stream().filter(sample -> sample.function.equals(function)).toList();
    }

    /**
     * One sample.
     *
     * @param status 0 when the answer is no HTTP
     * @param contentType what the header begins with; empty when there is none
     * @param part of the answer
     */
    public record Sample(
            String function, String file, int status, String contentType, String part) {

        public String event() throws IOException {
            return Files.readString(FOLDER.resolve(file));
        }

        public void check(RunningFunction.Answer answer) {
            assertThat(answer.outcome()).isInstanceOf(Outcome.Completed.class);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers().getOrDefault("content-type", "")).startsWith(contentType);
            assertThat(answer.raw()).contains(part);
            if (status != 0) {
                assertThat(answer.headers())
                        .containsEntry("x-content-type-options", "nosniff")
                        .containsKey("cache-control")
                        .hasEntrySatisfying(
                                "x-request-id",
                                id -> assertThat(id).startsWith("00000000-0000-4000-8000"));
            }
        }
    }
}
