package spillway.local;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import spillway.local.http.HttpHandler;
import spillway.local.http.HttpRequest;
import spillway.local.http.HttpResponse;

/** Lets requests wait until what they are for has started. */
final class Gate implements HttpHandler {
    private final CompletableFuture<HttpHandler> behind = new CompletableFuture<>();

    void open(HttpHandler handler) {
        behind.complete(handler);
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws IOException {
        behind.join().handle(request, response);
    }
}
