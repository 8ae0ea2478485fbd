package spillway.local.measure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import spillway.local.http.Header;
import spillway.local.http.HttpHandler;
import spillway.local.http.HttpRequest;
import spillway.local.http.HttpResponse;
import spillway.local.http.HttpServer;
import spillway.local.http.Limits;

/**
 * An OpenAI-compatible provider, in a process of its own, whose tokens say who they are and when
 * they were sent: {@code stream.sequence.nanos}. {@link System#nanoTime} is the same clock in every
 * process of a machine.
 *
 * <p>The prompt says what to do: {@code stream=7 tokens=60 first=100 gap=100}, in milliseconds. The
 * pace is kept from the first token on, so a late one does not delay the rest.
 */
final class PacedProvider implements HttpHandler {
    private static final Pattern ASKED =
            Pattern.compile("stream=(\\d+) tokens=(\\d+) first=(\\d+) gap=(\\d+)");
    private static final String CHUNK =
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                    + "\"choices\":[{\"index\":0,\"delta\":{";
    private static final String END =
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                    + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                    + "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                    + "\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,"
                    + "\"completion_tokens\":60,\"total_tokens\":69}}\n\n"
                    + "data: [DONE]\n\n";

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();

    /** Prints its port, then serves until its standard input ends. */
    static void run() throws IOException {
        HttpServer server =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new PacedProvider(),
                        Limits.FUNCTION_URL);
        System.out.println(server.port());
        while (System.in.read() >= 0) {}
        server.close();
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws IOException {
        if (request.path().equals("/peak")) {
            byte[] streams = Integer.toString(peak.get()).getBytes(StandardCharsets.US_ASCII);
            response.send(200, List.of(), streams);
            return;
        }
        String body = new String(request.body(), StandardCharsets.UTF_8);
        Matcher asked = ASKED.matcher(body);
        if (!asked.find()) {
            response.send(400, List.of(), new byte[0]);
            return;
        }
        int now = open.incrementAndGet();
        peak.accumulateAndGet(now, Math::max);
        try {
            answer(asked, response);
        } finally {
            open.decrementAndGet();
        }
    }

    private static void answer(Matcher asked, HttpResponse response) throws IOException {
        int tokens = Integer.parseInt(asked.group(2));
        long due = System.nanoTime() + millis(asked.group(3));
        response.begin(200, List.of(new Header("content-type", "text/event-stream")));
        send(
                response,
                CHUNK + "\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n");
        for (int i = 0; i < tokens; i++) {
            waitUntil(due);
            String token = asked.group(1) + "." + i + "." + System.nanoTime() + " ";
            send(response, CHUNK + "\"content\":\"" + token + "\"},\"finish_reason\":null}]}\n\n");
            due += millis(asked.group(4));
        }
        send(response, END);
        response.end();
    }

    private static long millis(String text) {
        return Long.parseLong(text) * 1_000_000;
    }

    private static void waitUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void send(HttpResponse response, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] buffer = new byte[HttpResponse.CHUNK_HEAD + bytes.length + HttpResponse.CHUNK_TAIL];
        System.arraycopy(bytes, 0, buffer, HttpResponse.CHUNK_HEAD, bytes.length);
        response.chunk(buffer, HttpResponse.CHUNK_HEAD, HttpResponse.CHUNK_HEAD + bytes.length);
    }
}
