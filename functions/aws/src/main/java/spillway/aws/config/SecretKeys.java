package spillway.aws.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.provider.ApiKey;
import spillway.time.Ticker;

/**
 * Keys in a secret of Secrets Manager, which holds a JSON object of keys by name.
 *
 * <p>Read at the first use and not before, so that no snapshot holds a key; kept for five minutes;
 * read again at once, but no more than every 30 s, when a provider refuses a key that came from
 * here. While the secret cannot be read, the keys known stay in use. Many threads may ask: one
 * reads, the others wait for it only when there is nothing to go on with.
 */
public final class SecretKeys {
    static final Duration FRESH = Duration.ofMinutes(5);
    static final Duration BETWEEN_READS = Duration.ofSeconds(30);

    private static final JsonFactory JSON = new JsonFactory();

    private final Supplier<SecretsManagerClient> client;
    private final String secret;
    private final Ticker ticker;
    private final SecretListener listener;
    private final ReentrantLock reading = new ReentrantLock();

    private volatile @Nullable Read known;

    /**
     * Nothing is read yet, and no client is made.
     *
     * @param secret its ARN or name
     * @param listener hears of each failure to read
     */
    public SecretKeys(
            Supplier<SecretsManagerClient> client,
            String secret,
            Ticker ticker,
            SecretListener listener) {
        this.client = client;
        this.secret = secret;
        this.ticker = ticker;
        this.listener = listener;
    }

    /** The key of that name, looked up each time it is revealed. */
    public ApiKey named(String name) {
        return new ApiKey() {
            @Override
            public String reveal() throws ProviderException {
                String key = keys().get(name);
                if (key == null) {
                    throw new ProviderException(new ProviderFailure.KeyMissing());
                }
                return key;
            }

            @Override
            public void refused() {
                Read read = known;
                if (read != null) {
                    read.refused = true;
                }
            }
        };
    }

    /** Forgets all keys: before a snapshot, which must not hold any. */
    public void forget() {
        known = null;
    }

    private Map<String, String> keys() {
        Read read = known;
        if (read != null && !read.isDue(ticker.nanos())) {
            return read.keys;
        }
        if (read != null && !read.keys.isEmpty() && !read.refused) {
            // Somebody reads already, and these keys still serve.
            if (!reading.tryLock()) {
                return read.keys;
            }
        } else {
            reading.lock();
        }
        try {
            Read latest = known;
            if (latest != null && !latest.isDue(ticker.nanos())) {
                return latest.keys;
            }
            Read next = readAgain(latest);
            known = next;
            return next.keys;
        } finally {
            reading.unlock();
        }
    }

    private Read readAgain(@Nullable Read before) {
        try {
            String text = client.get().getSecretValue(get -> get.secretId(secret)).secretString();
            return new Read(parse(text), ticker.nanos(), FRESH);
        } catch (SdkException | IOException e) {
            // Its message may quote the secret: the type alone is told.
            listener.unreadable(secret, e.getClass().getSimpleName());
            return new Read(before == null ? Map.of() : before.keys, ticker.nanos(), BETWEEN_READS);
        }
    }

    private static Map<String, String> parse(@Nullable String text) throws IOException {
        if (text == null) {
            throw new IOException("the secret is binary");
        }
        Map<String, String> keys = new HashMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the secret is not a JSON object");
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_STRING && !json.getText().isBlank()) {
                    keys.put(name, json.getText().strip());
                } else {
                    json.skipChildren();
                }
            }
        }
        return Map.copyOf(keys);
    }

    /** Hears that the secret cannot be read. Safe to call from many threads; must not block. */
    @FunctionalInterface
    public interface SecretListener {
        /**
         * It could not be read.
         *
         * @param cause the kind of failure, in one word
         */
        void unreadable(String secret, String cause);
    }

    /** What one read gave. */
    private static final class Read {
        private final Map<String, String> keys;
        private final long at;
        private final Duration fresh;
        private volatile boolean refused;

        private Read(Map<String, String> keys, long at, Duration fresh) {
            this.keys = keys;
            this.at = at;
            this.fresh = fresh;
        }

        private boolean isDue(long now) {
            Duration age = Duration.ofNanos(now - at);
            return age.compareTo(fresh) >= 0 || (refused && age.compareTo(BETWEEN_READS) >= 0);
        }
    }
}
