package spillway.aws.config;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An AWS service on loopback that answers what it is told to. */
public final class AwsStub implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile Function<String, Answer> script = _ -> new Answer(500, "{}");

    public AwsStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    String request =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.ISO_8859_1);
                    asked.add(request);
                    Answer answer = script.apply(request);
                    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("content-type", answer.type());
                    if (answer.type().contains("cbor")) {
                        exchange.getResponseHeaders().set("smithy-protocol", "rpc-v2-cbor");
                        body = answer.body().getBytes(StandardCharsets.ISO_8859_1);
                    }
                    exchange.sendResponseHeaders(answer.status(), body.length);
                    try (var out = exchange.getResponseBody()) {
                        out.write(body);
                    }
                });
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public void answer(int status, String json) {
        script = _ -> new Answer(status, json);
    }

    public void answer(Function<String, Answer> answers) {
        script = answers;
    }

    public List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    public record Answer(int status, String body, String type) {
        public Answer(int status, String body) {
            this(status, body, "application/x-amz-json-1.1");
        }
    }
}
