package spillway.provider.anthropic;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import spillway.chat.ChatRequest;
import spillway.chat.ProviderException;
import spillway.chat.ToolChoice;
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
 * Messages over HTTP, version {@code 2023-06-01} with the key in {@code x-api-key}: every model and
 * every compatible host takes both, and older models keep their {@code temperature}, which version
 * {@code 2026-10-21} refuses for all.
 */
public final class AnthropicProvider implements ChatProvider {
    private static final String VERSION = "2023-06-01";

    private static final Pattern PREFILLED =
            Pattern.compile(
                    "claude-(instant|[23])([.-].*)?|claude-(opus|sonnet|haiku)-4(-[0-5])?([-@]\\d{8})?");

    private final ProviderHttp http;
    private final HttpUrl url;
    private final ApiKey key;
    private final AnthropicRequestEncoder encoder;

    /**
     * A provider at that place.
     *
     * @param baseUrl without {@code /v1}, as the official SDKs read it
     * @throws IllegalArgumentException when the URL is not one of HTTP
     */
    public AnthropicProvider(ProviderHttp http, URI baseUrl, ApiKey key) {
        this.http = http;
        this.url = ProviderUrl.of(baseUrl, "v1/messages");
        this.key = key;
        this.encoder =
                new AnthropicRequestEncoder(
                        url.host().toLowerCase(Locale.ROOT).equals("api.anthropic.com"));
    }

    @Override
    public ChatStream call(ChatRequest request, Duration connectTimeout) {
        return http.stream(new Wire(request), connectTimeout);
    }

    /**
     * Models before 4.6 do. Later ones answer 400: "This model does not support assistant message
     * prefill. The conversation must end with a user message."
     */
    @Override
    public boolean acceptsPrefill(String model) {
        return PREFILLED.matcher(model).matches();
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
                    .header("x-api-key", HttpKey.of(key))
                    .header("anthropic-version", VERSION)
                    .header("accept", "text/event-stream")
                    .header("accept-encoding", "identity")
                    .post(RequestBody.create(encoder.encode(request), WireJson.MEDIA_TYPE))
                    .build();
        }

        @Override
        public boolean added(String field) {
            return switch (field) {
                case "max_tokens" -> request.maxTokens() == null;
                case "tool_choice" -> request.toolChoice() instanceof ToolChoice.Auto;
                default -> false;
            };
        }

        @Override
        public StreamDecoder decoder() {
            return new AnthropicStreamDecoder(http.clock());
        }

        @Override
        public void keyRefused() {
            key.refused();
        }
    }
}
