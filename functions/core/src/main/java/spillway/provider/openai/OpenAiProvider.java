package spillway.provider.openai;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderException;
import spillway.provider.ApiKey;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.provider.http.HttpKey;
import spillway.provider.http.ProviderHttp;
import spillway.provider.http.ProviderUrl;
import spillway.provider.http.StreamDecoder;
import spillway.provider.http.WireCall;
import spillway.provider.http.WireJson;

/**
 * Chat Completions over HTTP. OpenAI itself gets its newer fields; any other host gets those that
 * compatible hosts have long known ({@code max_tokens}, no {@code include_obfuscation}).
 */
public final class OpenAiProvider implements ChatProvider {
    private final ProviderHttp http;
    private final HttpUrl url;
    private final ApiKey key;
    private final OpenAiRequestEncoder encoder;

    /**
     * A provider at that place.
     *
     * @param baseUrl with {@code /v1}, as the official SDKs read it
     * @throws IllegalArgumentException when the URL is not one of HTTP
     */
    public OpenAiProvider(ProviderHttp http, URI baseUrl, ApiKey key) {
        this.http = http;
        this.url = ProviderUrl.of(baseUrl, "chat/completions");
        this.key = key;
        this.encoder = new OpenAiRequestEncoder(isOpenAi(url.host()));
    }

    @Override
    public ChatStream call(ChatRequest request, Duration connectTimeout) {
        return http.stream(new Wire(request), connectTimeout);
    }

    private static boolean isOpenAi(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("api.openai.com") || name.endsWith(".api.openai.com");
    }

    private final class Wire implements WireCall {
        private final ChatRequest request;

        Wire(ChatRequest request) {
            this.request = request;
        }

        @Override
        public Request request() throws ProviderException {
            return new Request.Builder()
                    .url(url)
                    .header("authorization", "Bearer " + HttpKey.of(key))
                    .header("accept", "text/event-stream")
                    .header("accept-encoding", "identity")
                    .post(RequestBody.create(encoder.encode(request), WireJson.MEDIA_TYPE))
                    .build();
        }

        @Override
        public boolean added(String field) {
            return field.equals("stream_options")
                    || field.equals("include_usage")
                    || field.equals("include_obfuscation");
        }

        @Override
        public StreamDecoder decoder() {
            return new OpenAiStreamDecoder(http.clock());
        }

        @Override
        public void keyRefused() {
            key.refused();
        }
    }
}
