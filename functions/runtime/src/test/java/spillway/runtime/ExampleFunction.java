package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** A function for tests in processes of its own; the event says what it is to do. */
final class ExampleFunction implements RequestStreamHandler, SnapshotHook {
    private ExampleFunction() {}

    public static void main(String[] arguments) {
        if (System.getenv("FAIL_INIT") != null) {
            LambdaRuntime.run(
                    _ -> {
                        throw new IllegalStateException("FAIL_INIT is set");
                    });
        }
        ExampleFunction function = new ExampleFunction();
        LambdaRuntime.run(function, function);
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context)
            throws IOException {
        String wish = new String(in.readAllBytes(), UTF_8).replace("\"", "");
        switch (wish) {
            case "stream" -> stream(out);
            case "empty" -> {}
            case "fail" -> throw new IllegalStateException("secret");
            case "fail late" -> {
                out.write("begun".getBytes(UTF_8));
                out.flush();
                throw new IllegalStateException("secret");
            }
            case "exit" -> Runtime.getRuntime().halt(7);
            default -> {
                int chunks = Integer.parseInt(wish);
                byte[] chunk = "data: {\"text\":\"token\"}\n\n".getBytes(UTF_8);
                for (int i = 0; i < chunks; i++) {
                    out.write(chunk);
                    out.flush();
                }
            }
        }
    }

    private static void stream(OutputStream out) throws IOException {
        ResponseStream response = ResponseStream.of(out);
        response.httpPrelude(201, Map.of("content-type", "text/event-stream"), List.of("a=b"));
        for (int i = 1; i <= 3; i++) {
            response.write(("data: " + i + "\n\n").getBytes(UTF_8));
            response.flush();
        }
    }
}
