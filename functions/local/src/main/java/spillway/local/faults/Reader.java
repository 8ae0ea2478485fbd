package spillway.local.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import spillway.testkit.provider.ScriptedProviderServer;

/**
 * Asks the gateway once, on a connection of its own, and hears the answer to its end or for as long
 * as its patience lasts.
 */
final class Reader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int READ = 16 * 1024;

    private final long due;
    private final Map<String, String> headers = new HashMap<>();
    private final List<Heard.Event> events = new ArrayList<>();
    private @Nullable JsonNode document;
    private long asked;
    private int status;
    private boolean leak;

    private Reader(Duration patience) {
        this.due = System.nanoTime() + patience.toNanos();
    }

    /** Asks. Never throws for what the gateway does: that is what is to be judged. */
    static Heard ask(int port, String body, Duration patience) {
        Reader reader = new Reader(patience);
        Heard.End end;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            reader.send(socket, body);
            reader.hear(new Patient(socket, reader.due));
            end = Heard.End.IN_ORDER;
        } catch (SocketTimeoutException _) {
            end = Heard.End.TOO_LATE;
        } catch (IOException _) {
            end = Heard.End.CUT;
        }
        return new Heard(
                reader.asked,
                System.nanoTime(),
                end,
                reader.status,
                Map.copyOf(reader.headers),
                List.copyOf(reader.events),
                reader.document,
                reader.leak);
    }

    private void send(Socket socket, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        byte[] head =
                ("POST /v1/stream/generate HTTP/1.1\r\nhost: 127.0.0.1\r\n"
                                + "content-type: application/json\r\nconnection: close\r\n"
                                + "content-length: "
                                + bytes.length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + bytes.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(bytes, 0, all, head.length, bytes.length);
        asked = System.nanoTime();
        socket.getOutputStream().write(all);
    }

    private void hear(InputStream in) throws IOException {
        String first = line(in);
        String[] parts = first.split(" ", 3);
        if (parts.length < 2 || !parts[1].matches("\\d{3}")) {
            throw new IOException("no status line");
        }
        status = Integer.parseInt(parts[1]);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        InputStream body =
                headers.getOrDefault("transfer-encoding", "").equals("chunked")
                        ? new Chunks(in)
                        : whole(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
        if (headers.getOrDefault("content-type", "").startsWith("text/event-stream")) {
            events(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8), READ));
        } else {
            String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            watch(text);
            document = text.startsWith("{") ? JSON.readTree(text) : null;
        }
    }

    private static InputStream whole(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the body was cut");
        }
        return new ByteArrayInputStream(bytes);
    }

    private void events(BufferedReader lines) throws IOException {
        String name = "";
        String data = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            watch(line);
            if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.isEmpty() && !name.isEmpty()) {
                events.add(new Heard.Event(name, JSON.readTree(data), System.nanoTime()));
                name = "";
                data = "";
            }
        }
    }

    private void watch(String text) {
        leak |= text.contains(ScriptedProviderServer.PROVIDER_TEXT) || text.contains("sk-abc");
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.length() > READ) {
                throw new EOFException("the response was cut");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    /** What a socket brings until the patience is over. */
    private static final class Patient extends InputStream {
        private final Socket socket;
        private final InputStream in;
        private final long due;
        private final byte[] buffer = new byte[READ];
        private int at;
        private int end;

        Patient(Socket socket, long due) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.due = due;
        }

        @Override
        public int read() throws IOException {
            return fill() ? buffer[at++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, end - at);
            System.arraycopy(buffer, at, into, offset, count);
            at += count;
            return count;
        }

        private boolean fill() throws IOException {
            if (at < end) {
                return true;
            }
            long left = (due - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("the patience is over");
            }
            socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
            at = 0;
            end = Math.max(0, in.read(buffer));
            return end > 0;
        }
    }

    /** A chunked body; one that is cut ends by an exception. */
    private static final class Chunks extends InputStream {
        private final InputStream in;
        private long left;
        private boolean ended;

        Chunks(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0 && !ended) {
                left = Long.parseLong(line(in).strip(), 16);
                ended = left == 0;
                if (ended) {
                    line(in);
                }
            }
            if (ended) {
                return -1;
            }
            int count = in.read(into, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the body was cut");
            }
            left -= count;
            if (left == 0) {
                line(in);
            }
            return count;
        }
    }
}
