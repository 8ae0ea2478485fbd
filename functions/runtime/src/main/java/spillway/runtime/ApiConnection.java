package spillway.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A kept-alive connection to the Runtime API, opened when it is needed. One thread at a time uses
 * it; {@link #close} may come from any, and cuts what is under way.
 */
final class ApiConnection {
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MOST_HEADERS = 100;

    /**
     * An answer.
     *
     * @param headers names in lower case
     * @param body null when it was larger than allowed; the connection is then closed
     */
    // The array is shared, not copied: an event has up to 6 MB.
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(int status, Map<String, String> headers, byte @Nullable [] body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    private final ApiAddress address;
    private final Dialer dialer;
    private final byte[] buffer = new byte[8 * 1024];
    private int at;
    private int end;
    private volatile @Nullable Socket socket;

    ApiConnection(ApiAddress address, Dialer dialer) {
        this.address = address;
        this.dialer = dialer;
    }

    ApiAddress address() {
        return address;
    }

    /** Sends a request without a body. */
    void get(String call) throws IOException {
        begin((head("GET", call) + "\r\n").getBytes(ISO_8859_1));
    }

    /** Sends an error, whole. */
    void postError(String call, ErrorReport report) throws IOException {
        byte[] json = report.json();
        String lines =
                head("POST", call)
                        + "Content-Type: application/json\r\n"
                        + "Lambda-Runtime-Function-Error-Type: "
                        + report.type()
                        + "\r\nContent-Length: "
                        + json.length
                        + "\r\n\r\n";
        byte[] head = lines.getBytes(ISO_8859_1);
        byte[] all = Arrays.copyOf(head, head.length + json.length);
        System.arraycopy(json, 0, all, head.length, json.length);
        begin(all);
    }

    private String head(String method, String call) {
        return method
                + " "
                + address.base()
                + "/runtime/"
                + call
                + " HTTP/1.1\r\nHost: "
                + address.authority()
                + "\r\nConnection: keep-alive\r\n";
    }

    /**
     * Sends the first bytes of a request: on the connection that is there, or when that has died
     * meanwhile, on a new one.
     */
    void begin(byte[] bytes) throws IOException {
        if (socket != null) {
            try {
                send(bytes, 0, bytes.length);
                return;
            } catch (IOException e) {
                if (socket == null) {
                    // Cut by another thread, for good.
                    throw e;
                }
                close();
            }
        }
        socket = dialer.dial(address.host(), address.port());
        at = 0;
        end = 0;
        send(bytes, 0, bytes.length);
    }

    /** Sends more of a request, in one write. */
    void send(byte[] bytes, int offset, int length) throws IOException {
        Socket open = open();
        // An interrupt that is none of ours would close the socket of a virtual thread.
        boolean interrupted = Thread.interrupted();
        try {
            open.getOutputStream().write(bytes, offset, length);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits, without limit, for the answer. */
    Answer receive(int mostBytes) throws IOException {
        InputStream in = open().getInputStream();
        String statusLine = line(in);
        if (statusLine.length() < 12 || !statusLine.startsWith("HTTP/1.")) {
            throw new IOException("not an answer of HTTP/1: " + statusLine.length() + " bytes");
        }
        int status = number(statusLine.substring(9, 12), 10);
        Map<String, String> headers = headers(in);
        byte[] body = body(in, status, headers, mostBytes);
        if (body == null || headers.getOrDefault("connection", "").equalsIgnoreCase("close")) {
            close();
        }
        return new Answer(status, headers, body);
    }

    private Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (int count = 0; count < MOST_HEADERS; count++) {
            String line = line(in);
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        throw new IOException("more than " + MOST_HEADERS + " headers in an answer");
    }

    private byte @Nullable [] body(
            InputStream in, int status, Map<String, String> headers, int mostBytes)
            throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return chunks(in, mostBytes);
        }
        String length = headers.get("content-length");
        if (length == null) {
            if (status == 204) {
                return new byte[0];
            }
            throw new IOException("an answer of unknown length");
        }
        int size = number(length, 10);
        if (size > mostBytes) {
            return null;
        }
        byte[] body = new byte[size];
        fill(in, body, 0);
        return body;
    }

    private byte @Nullable [] chunks(InputStream in, int mostBytes) throws IOException {
        byte[] body = new byte[0];
        while (true) {
            int size = number(line(in), 16);
            if (size == 0) {
                headers(in);
                return body;
            }
            if (size > mostBytes - body.length) {
                return null;
            }
            int before = body.length;
            body = Arrays.copyOf(body, before + size);
            fill(in, body, before);
            if (!line(in).isEmpty()) {
                throw new IOException("a chunk is longer than its size");
            }
        }
    }

    private void fill(InputStream in, byte[] body, int from) throws IOException {
        int held = Math.min(end - at, body.length - from);
        System.arraycopy(buffer, at, body, from, held);
        at += held;
        int wanted = body.length - from - held;
        if (in.readNBytes(body, from + held, wanted) < wanted) {
            throw new EOFException("the Runtime API hung up inside a body");
        }
    }

    private String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (line.length() < LONGEST_LINE) {
            if (at == end) {
                at = 0;
                end = Math.max(0, in.read(buffer));
                if (end == 0) {
                    throw new EOFException("the Runtime API hung up");
                }
            }
            char c = (char) (buffer[at++] & 0xff);
            if (c == '\n') {
                return line.toString();
            }
            if (c != '\r') {
                line.append(c);
            }
        }
        throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
    }

    private static int number(String text, int radix) throws IOException {
        try {
            int number = Integer.parseInt(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IOException("not a number in an answer: " + text);
    }

    private Socket open() throws IOException {
        Socket open = socket;
        if (open == null) {
            throw new IOException("the connection to the Runtime API is closed");
        }
        return open;
    }

    void close() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is closed for us in any case.
            }
        }
    }
}
