package spillway.aws.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Testcontainers;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import spillway.aws.LocalStack;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.provider.ApiKey;

/** Against a Secrets Manager that keeps secrets. */
@Tag("docker")
@Testcontainers(disabledWithoutDocker = true)
class LocalStackSecretKeysTest {
    private static SecretsManagerClient client;

    private final AtomicLong now = new AtomicLong();
    private final List<String> heard = new ArrayList<>();

    @BeforeAll
    static void open() {
        client = LocalStack.client(SecretsManagerClient.builder());
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @Test
    void revealsByNameOrArnWhatWasPutAndWhatReplacedItAfterARefusal() throws ProviderException {
        String arn =
                client.createSecret(
                                create ->
                                        create.name("keys")
                                                .secretString("{\"OPENAI_API_KEY\": \"first\"}"))
                        .arn();
        ApiKey byName = keys("keys").named("OPENAI_API_KEY");
        ApiKey byArn = keys(arn).named("OPENAI_API_KEY");
        assertThat(byName.reveal()).isEqualTo("first");
        assertThat(byArn.reveal()).isEqualTo("first");

        client.putSecretValue(
                put -> put.secretId(arn).secretString("{\"OPENAI_API_KEY\": \"second\"}"));
        now.addAndGet(Duration.ofSeconds(30).toNanos());
        byArn.refused();

        assertThat(byArn.reveal()).isEqualTo("second");
        assertThat(byName.reveal()).isEqualTo("first");
        assertThat(heard).isEmpty();
    }

    @Test
    void aSecretThatIsNotThereOrIsBinaryIsToldByItsKindAlone() {
        client.createSecret(
                create -> create.name("binary").secretBinary(SdkBytes.fromUtf8String("sk-hidden")));

        assertMissing(keys("nowhere").named("OPENAI_API_KEY"));
        assertMissing(keys("binary").named("OPENAI_API_KEY"));

        assertThat(heard)
                .containsExactly("nowhere ResourceNotFoundException", "binary IOException");
    }

    private static void assertMissing(ApiKey key) {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(key::reveal)
                .satisfies(
                        e -> assertThat(e.failure()).isEqualTo(new ProviderFailure.KeyMissing()));
    }

    private SecretKeys keys(String secret) {
        return new SecretKeys(
                () -> client, secret, now::get, (name, cause) -> heard.add(name + " " + cause));
    }
}
