package spillway.local.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Commands to a page over the DevTools protocol. Used by one thread. */
final class DevTools implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECONDS = 15;

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final WebSocket socket;

    DevTools(URI address) {
        socket = client.newWebSocketBuilder().buildAsync(address, new Listener()).join();
    }

    /** Calls a method of the protocol and returns its result. */
    JsonNode call(String method, Map<String, ?> parameters) throws IOException {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        socket.sendText(message.toString(), true).join();
        try {
            JsonNode said = answer.get(SECONDS, TimeUnit.SECONDS);
            if (said.has("error")) {
                throw new IOException(method + ": " + said.get("error"));
            }
            return said.get("result");
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new IOException(method + " was not answered", e);
        }
    }

    @Override
    public void close() {
        socket.abort();
        client.close();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                answer(text.toString());
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        private void answer(String message) {
            try {
                JsonNode heard = JSON.readTree(message);
                CompletableFuture<JsonNode> waiting = answers.remove(heard.path("id").asInt());
                if (waiting != null) {
                    waiting.complete(heard);
                }
            } catch (IOException e) {
                throw new IllegalStateException("the browser says no JSON", e);
            }
        }
    }
}
