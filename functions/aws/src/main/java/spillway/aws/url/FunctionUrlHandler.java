package spillway.aws.url;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import spillway.api.Refusal;
import spillway.http.Endpoint;
import spillway.http.Request;
import spillway.http.ResponseSink;
import spillway.runtime.ResponseStream;
import spillway.time.Deadline;
import spillway.time.Ticker;

/**
 * Serves an endpoint behind a Function URL with response streaming. Safe to use from many threads.
 *
 * <p>Whatever comes gets an HTTP answer; only an endpoint that breaks its contract fails the
 * invocation.
 */
public final class FunctionUrlHandler implements RequestStreamHandler {
    private final Endpoint endpoint;
    private final Ticker ticker;

    public FunctionUrlHandler(Endpoint endpoint, Ticker ticker) {
        this.endpoint = endpoint;
        this.ticker = ticker;
    }

    @Override
    public void handleRequest(InputStream event, OutputStream out, Context context)
            throws IOException {
        LambdaSink sink = new LambdaSink(ResponseStream.of(out));
        serve(
                event,
                sink,
                context.getAwsRequestId(),
                Duration.ofMillis(context.getRemainingTimeInMillis()));
        if (!sink.isStarted()) {
            throw new IllegalStateException("the endpoint has given no answer");
        }
    }

    /**
     * Answers one event, wherever the answer goes.
     *
     * @param fallbackId names the request when the event does not
     * @param left how much time there is to answer
     */
    public void serve(InputStream event, ResponseSink sink, String fallbackId, Duration left)
            throws IOException {
        FunctionUrlEvent read = new FunctionUrlEvent(fallbackId);
        Request request;
        try {
            request = read.read(event, Deadline.after(left, ticker));
        } catch (MalformedEventException e) {
            Refusal.send(read.id(), "The request cannot be read: " + e.getMessage() + ".", sink);
            return;
        }
        endpoint.handle(request, sink);
    }
}
