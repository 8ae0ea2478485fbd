package spillway.provider.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import spillway.provider.ChatStream;

/**
 * The HTTP client that all vendors share: it sends each request once, to the host it names, and
 * waits as long as its caller does.
 *
 * <p>No redirect, and no retry but of a request that met a stale connection: either may bill a
 * prompt twice or carry a key to a stranger. No timer but the connection's, since the attempt holds
 * the timers; a call that its caller has forgotten ends after {@link #LONGEST_CALL}. A name is
 * looked up before the connection's timer runs, and TLS is agreed on after it: the attempt's timer
 * of the headers covers both.
 *
 * <p>Calls run on the threads of their callers, without limit. Safe to use from many threads.
 */
public final class ProviderHttp implements AutoCloseable {
    /** The longest that any call may last, whoever forgot it. */
    static final Duration LONGEST_CALL = Duration.ofMinutes(10);

    private static final Duration PING = Duration.ofSeconds(20);
    private static final int IDLE_CONNECTIONS = 64;
    private static final Duration IDLE = Duration.ofSeconds(50);

    private final Clock clock;
    private final OkHttpClient client;

    /**
     * A client with connections of its own.
     *
     * @param clock tells how far off a time is that a provider names
     */
    public ProviderHttp(Clock clock) {
        this(clock, new OkHttpClient.Builder());
    }

    /**
     * The same, trusting whom the builder trusts.
     *
     * @param builder becomes this client's own
     */
    ProviderHttp(Clock clock, OkHttpClient.Builder builder) {
        this.clock = clock;
        this.client =
                builder.retryOnConnectionFailure(false)
                        .followRedirects(false)
                        .followSslRedirects(false)
                        .readTimeout(Duration.ZERO)
                        .writeTimeout(Duration.ZERO)
                        .callTimeout(LONGEST_CALL)
                        .pingInterval(PING)
                        .connectionPool(
                                new ConnectionPool(
                                        IDLE_CONNECTIONS, IDLE.toMillis(), TimeUnit.MILLISECONDS))
                        .addInterceptor(new ConnectTimeout())
                        .eventListener(new Connecting())
                        .build();
    }

    /**
     * Prepares a call; nothing is sent until the first {@link ChatStream#next}.
     *
     * @param connectTimeout the longest wait for a connection, at least 1 ms
     */
    public ChatStream stream(WireCall wire, Duration connectTimeout) {
        if (connectTimeout.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "connectTimeout is " + connectTimeout + "; at least 1 ms is needed");
        }
        return new HttpChatStream(client, clock, wire, connectTimeout);
    }

    /** Tells how far off a time is that a provider names. */
    public Clock clock() {
        return clock;
    }

    /** Closes the connections that nobody uses, such as before a snapshot. */
    public void closeIdle() {
        client.connectionPool().evictAll();
    }

    /** Closes the connections that nobody uses and lets no thread linger. Open streams go on. */
    @Override
    public void close() {
        closeIdle();
        client.dispatcher().executorService().shutdown();
    }

    /** Tells each call's trip when it needs a connection of its own. */
    static final class Connecting extends EventListener {
        @Override
        public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
            Trip.of(call.request()).connects();
        }

        /**
         * Ends a call that was cancelled between its connection and its handshake: OkHttp 5.5.1
         * ({@code ConnectPlan}) hears of it neither there nor later, and the handshake has no
         * timer.
         */
        @Override
        public void secureConnectStart(Call call) {
            if (call.isCanceled()) {
                throw new UncheckedIOException(new IOException("Canceled"));
            }
        }
    }

    /** Gives each call the connect timeout of its trip. */
    private static final class ConnectTimeout implements Interceptor {
        @Override
        public Response intercept(Chain chain) throws IOException {
            Request request = chain.request();
            Duration timeout = Trip.of(request).connectTimeout();
            int millis = (int) Math.min(timeout.toMillis(), LONGEST_CALL.toMillis());
            return chain.withConnectTimeout(millis, TimeUnit.MILLISECONDS).proceed(request);
        }
    }
}
