package spillway.aws.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.provider.ApiKey;

class SecretKeysTest {
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger clients = new AtomicInteger();
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private AwsStub service;
    private SecretsManagerClient client;
    private SecretKeys secret;
    private ApiKey key;

    @BeforeEach
    void start() throws IOException {
        service = new AwsStub();
        client =
                SecretsManagerClient.builder()
                        .region(Region.EU_WEST_1)
                        .credentialsProvider(AnonymousCredentialsProvider.create())
                        .endpointOverride(URI.create(service.url()))
                        .httpClient(UrlConnectionHttpClient.create())
                        .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                        .build();
        secret =
                new SecretKeys(
                        () -> {
                            clients.incrementAndGet();
                            return client;
                        },
                        "spillway/keys",
                        now::get,
                        (name, cause) -> heard.add(name + " " + cause));
        key = secret.named("OPENAI_API_KEY");
    }

    @AfterEach
    void stop() {
        client.close();
        service.close();
    }

    @Test
    void readsNothingBeforeAKeyIsNeeded() {
        assertThat(clients).hasValue(0);
        assertThat(service.asked()).isEmpty();
    }

    @Test
    void revealsTheEntryOfThatNameAndAsksOnceInFiveMinutes() throws ProviderException {
        holds("first");

        assertThat(key.reveal()).isEqualTo("first");
        later(Duration.ofMinutes(5).minusMillis(1));
        assertThat(key.reveal()).isEqualTo("first");

        assertThat(service.asked()).hasSize(1);
        assertThat(service.asked().getFirst()).contains("spillway/keys");
    }

    @Test
    void readsAgainAfterFiveMinutes() throws ProviderException {
        holds("first");
        key.reveal();

        holds("second");
        later(Duration.ofMinutes(5));

        assertThat(key.reveal()).isEqualTo("second");
    }

    @Test
    void goesOnWithWhatItKnowsWhileTheSecretCannotBeRead() throws ProviderException {
        holds("first");
        key.reveal();
        service.answer(500, "{}");
        later(Duration.ofMinutes(5));

        assertThat(key.reveal()).isEqualTo("first");
        assertThat(heard).containsExactly("spillway/keys SecretsManagerException");

        // It does not ask again with every request.
        key.reveal();
        assertThat(service.asked()).hasSize(2);
        later(Duration.ofSeconds(30));
        holds("second");
        assertThat(key.reveal()).isEqualTo("second");
    }

    @Test
    void aRefusedKeyIsReadAgainOnceHoweverManyRefuseIt() throws ProviderException {
        holds("first");
        key.reveal();
        holds("second");
        later(Duration.ofSeconds(30));

        for (int i = 0; i < 10; i++) {
            key.refused();
        }

        assertThat(key.reveal()).isEqualTo("second");
        key.reveal();
        assertThat(service.asked()).hasSize(2);
    }

    @Test
    void aKeyThatStaysRefusedIsNotReadAgainWithEveryRequest() throws ProviderException {
        holds("bad");
        key.reveal();
        later(Duration.ofSeconds(30));
        key.refused();
        key.reveal();

        key.refused();
        later(Duration.ofSeconds(29));
        key.reveal();

        assertThat(service.asked()).hasSize(2);
    }

    @Test
    void manyThatAskAtOnceCauseOneRead() throws Exception {
        holds("first");
        CountDownLatch together = new CountDownLatch(1);
        List<Future<String>> revealed = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                revealed.add(
                        threads.submit(
                                () -> {
                                    together.await();
                                    return key.reveal();
                                }));
            }
            together.countDown();
        }

        for (Future<String> each : revealed) {
            assertThat(each.get()).isEqualTo("first");
        }
        assertThat(service.asked()).hasSize(1);
    }

    @Test
    void nobodyWaitsForARefreshWhileTheKnownKeysServe() throws Exception {
        holds("first");
        key.reveal();
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        service.answer(
                _ -> {
                    reading.countDown();
                    await(goOn);
                    return new AwsStub.Answer(200, secretOf("second"));
                });
        later(Duration.ofMinutes(5));

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> refreshing = threads.submit(key::reveal);
            await(reading);
            assertThat(key.reveal()).isEqualTo("first");
            goOn.countDown();
            assertThat(refreshing.get()).isEqualTo("second");
        }
    }

    @Test
    void anEntryThatIsNotThereIsAMissingKey() {
        service.answer(
                200, "{\"SecretString\":\"{\\\"OTHER\\\":[1],\\\"OPENAI_API_KEY\\\":\\\" \\\"}\"}");

        assertMissing();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"SecretString\":\"[]\"}", "{\"SecretString\":\"sk-not-json\"}"})
    void aSecretThatIsNoObjectIsAMissingKeyAndTheSecretIsNotQuoted(String answer) {
        service.answer(200, answer);

        assertMissing();
        assertThat(heard).hasSize(1);
        assertThat(heard.getFirst()).doesNotContain("sk-");
    }

    @Test
    void holdsNoKeyOnceItHasForgotten() throws ProviderException {
        holds("first");
        key.reveal();

        secret.forget();
        key.refused();

        assertThat(key.reveal()).isEqualTo("first");
        assertThat(service.asked()).hasSize(2);
    }

    @Test
    void aVariableGoesBeforeTheSecretAndNeitherIsAMissingKey() throws ProviderException {
        holds("of the secret");
        Environment environment = Environment.of(Map.of("ANTHROPIC_API_KEY", "of the variable"));

        ProviderKeys both = new ProviderKeys(environment, secret);
        assertThat(both.named("ANTHROPIC_API_KEY").reveal()).isEqualTo("of the variable");
        assertThat(both.named("OPENAI_API_KEY").reveal()).isEqualTo("of the secret");
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(
                        () -> new ProviderKeys(environment, null).named("OPENAI_API_KEY").reveal())
                .satisfies(
                        e -> assertThat(e.failure()).isEqualTo(new ProviderFailure.KeyMissing()));
    }

    private void assertMissing() {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(key::reveal)
                .satisfies(
                        e -> assertThat(e.failure()).isEqualTo(new ProviderFailure.KeyMissing()));
    }

    private void holds(String value) {
        service.answer(200, secretOf(value));
    }

    private static String secretOf(String value) {
        return "{\"SecretString\":\"{\\\"OPENAI_API_KEY\\\":\\\"" + value + "\\\"}\"}";
    }

    private void later(Duration duration) {
        now.addAndGet(duration.toNanos());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
