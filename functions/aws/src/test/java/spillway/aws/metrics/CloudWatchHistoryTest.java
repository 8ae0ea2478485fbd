package spillway.aws.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.thirdparty.jackson.dataformat.cbor.CBORFactory;
import software.amazon.awssdk.thirdparty.jackson.dataformat.cbor.CBORGenerator;
import spillway.attempt.Target;
import spillway.aws.config.AwsStub;
import spillway.health.HealthHistory;

class CloudWatchHistoryTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant FIRST = NOW.minusSeconds(600);

    private final AtomicLong ticks = new AtomicLong();
    private AwsStub service;
    private CloudWatchClient client;
    private CloudWatchHistory history;

    @BeforeEach
    void start() throws IOException {
        service = new AwsStub();
        client =
                CloudWatchClient.builder()
                        .region(Region.EU_WEST_1)
                        .credentialsProvider(AnonymousCredentialsProvider.create())
                        .endpointOverride(URI.create(service.url()))
                        .httpClient(UrlConnectionHttpClient.create())
                        .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                        .build();
        history = of(List.of(new Target("openai", "gpt-x")));
    }

    @AfterEach
    void stop() {
        client.close();
        service.close();
    }

    @Test
    void readsFourMeasuresOfEachTargetInOneCall() {
        answers(
                "q0_attempts",
                12,
                "q0_failures",
                3,
                "q0_first_content_ms_p50",
                0.25,
                "q0_first_content_ms_p99",
                1.5);

        HealthHistory.Recorded recorded = (HealthHistory.Recorded) history.read();

        assertThat(recorded.readAt()).isEqualTo(NOW);
        assertThat(recorded.period()).isEqualTo(Duration.ofMinutes(5));
        assertThat(recorded.series())
                .containsExactly(
                        series("attempts", 12),
                        series("failures", 3),
                        series("first_content_ms_p50", 250),
                        series("first_content_ms_p99", 1500));
        assertThat(service.asked()).hasSize(1);
        assertThat(service.asked().getFirst())
                .contains(
                        "Spillway/test",
                        "gen_ai.client.inference.duration",
                        "gen_ai.client.inference.time_to_first_chunk",
                        "spillway.attempt.failures",
                        "gen_ai.provider.name",
                        "openai",
                        "gen_ai.request.model",
                        "gpt-x");
    }

    @Test
    void aMeasureOfWhichNothingIsKnownHasNoPoints() {
        answers("q0_attempts", 1);

        HealthHistory.Recorded recorded = (HealthHistory.Recorded) history.read();

        assertThat(recorded.series().get(1).points()).isEmpty();
    }

    @Test
    void remembersWhatItReadForAMinute() {
        answers("q0_attempts", 1);
        HealthHistory.Reading first = history.read();
        ticks.addAndGet(Duration.ofSeconds(60).toNanos() - 1);

        assertThat(history.read()).isSameAs(first);

        ticks.addAndGet(1);
        assertThat(history.read()).isNotSameAs(first);
        assertThat(service.asked()).hasSize(2);
    }

    @Test
    void saysWhyThereIsNoneAndDoesNotAskAgainForAMinute() {
        service.answer(500, "arn:aws:cloudwatch:eu-west-1:123456789012");

        assertThat(history.read())
                .isEqualTo(
                        new HealthHistory.Absent(
                                "CloudWatch could not be read (CloudWatchException)"));
        history.read();
        assertThat(service.asked()).hasSize(1);
    }

    @Test
    void nobodyWaitsWhileAnotherReadsAgain() throws Exception {
        answers("q0_attempts", 1);
        HealthHistory.Reading first = history.read();
        ticks.addAndGet(Duration.ofSeconds(60).toNanos());
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        service.answer(
                _ -> {
                    reading.countDown();
                    await(goOn);
                    return new AwsStub.Answer(500, "");
                });

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HealthHistory.Reading> second = threads.submit(history::read);
            reading.await();
            assertThat(history.read()).isSameAs(first);
            goOn.countDown();
            assertThat(second.get()).isInstanceOf(HealthHistory.Absent.class);
        }
    }

    @Test
    void thoseWhoComeTogetherAtFirstCauseOneRead() throws Exception {
        answers("q0_attempts", 1);
        CountDownLatch together = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                threads.execute(
                        () -> {
                            await(together);
                            history.read();
                        });
            }
            together.countDown();
        }

        assertThat(service.asked()).hasSize(1);
    }

    @Test
    void asksForNoMoreThanOneCallTakes() {
        answers("q0_attempts", 1);
        List<Target> many =
                IntStream.range(0, 130).mapToObj(i -> new Target("openai", "m" + i)).toList();

        HealthHistory.Recorded recorded = (HealthHistory.Recorded) of(many).read();

        assertThat(recorded.series()).hasSize(500);
    }

    private CloudWatchHistory of(List<Target> targets) {
        return new CloudWatchHistory(
                () -> client,
                "Spillway/test",
                targets,
                Clock.fixed(NOW, ZoneOffset.UTC),
                ticks::get);
    }

    private static HealthHistory.Series series(String measure, double value) {
        return new HealthHistory.Series(
                "openai/gpt-x", measure, List.of(new HealthHistory.Point(FIRST, value)));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Answers in RPC v2 CBOR, which is what the SDK speaks with CloudWatch. */
    private void answers(Object... idsAndValues) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CBORGenerator out = new CBORFactory().createGenerator(bytes)) {
            out.writeStartObject();
            out.writeArrayFieldStart("MetricDataResults");
            for (int i = 0; i < idsAndValues.length; i += 2) {
                out.writeStartObject();
                out.writeStringField("Id", (String) idsAndValues[i]);
                out.writeArrayFieldStart("Timestamps");
                out.writeTag(1);
                out.writeNumber((double) FIRST.getEpochSecond());
                out.writeEndArray();
                out.writeArrayFieldStart("Values");
                out.writeNumber(((Number) idsAndValues[i + 1]).doubleValue());
                out.writeEndArray();
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String body = bytes.toString(StandardCharsets.ISO_8859_1);
        service.answer(_ -> new AwsStub.Answer(200, body, "application/cbor"));
    }
}
