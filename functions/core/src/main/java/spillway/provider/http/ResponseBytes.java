package spillway.provider.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import okhttp3.MediaType;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;

/** The body of a response, by what its headers say of it. */
final class ResponseBytes {
    /** More than any error needs; the rest is not read. */
    private static final int MOST = 64 * 1024;

    /** The status is known; its body must not hold up what follows from it. */
    private static final Duration LONGEST_READ = Duration.ofSeconds(1);

    private final Response response;
    private final @Nullable MediaType type;

    ResponseBytes(Response response) {
        this.response = response;
        this.type = response.body().contentType();
    }

    boolean isEventStream() {
        return type != null && type.type().equals("text") && type.subtype().equals("event-stream");
    }

    boolean isJson() {
        return type != null && type.subtype().endsWith("json");
    }

    /** The kind of content, without anything that the provider may have chosen freely. */
    String typeForLogs() {
        if (type == null) {
            return "no_content_type";
        }
        return switch (type.subtype()) {
            case "html" -> "html";
            case "json" -> "json_document";
            default -> "content_type";
        };
    }

    /** The body, unpacked: we ask for none of it, but a proxy may have packed it all the same. */
    InputStream decoded() throws ProviderException {
        InputStream raw = response.body().byteStream();
        String encoding = response.header("content-encoding", "identity");
        return switch (encoding.toLowerCase(Locale.ROOT)) {
            case "identity", "" -> raw;
            case "gzip", "x-gzip" -> new Unzipped(raw);
            default ->
                    throw new ProviderException(new ProviderFailure.Malformed("content_encoding"));
        };
    }

    /** The first bytes of an error; fewer when it is cut or slow, since the status tells enough. */
    byte[] read() {
        response.body().source().timeout().deadline(LONGEST_READ.toMillis(), TimeUnit.MILLISECONDS);
        byte[] bytes = new byte[MOST];
        int length = 0;
        try (InputStream in = decoded()) {
            int count = 0;
            while (count >= 0 && length < MOST) {
                length += count;
                count = in.read(bytes, length, MOST - length);
            }
        } catch (IOException | ProviderException _) {
            // What has come must do.
        }
        return Arrays.copyOf(bytes, length);
    }

    /** Opens its gzip header at the first read: the bytes may take their time. */
    private static final class Unzipped extends InputStream {
        private final InputStream packed;
        private @Nullable InputStream plain;

        Unzipped(InputStream packed) {
            this.packed = packed;
        }

        @Override
        public int read() throws IOException {
            return open().read();
        }

        @Override
        public int read(byte[] into, int offset, int most) throws IOException {
            return open().read(into, offset, most);
        }

        @Override
        public void close() throws IOException {
            packed.close();
        }

        private InputStream open() throws IOException {
            InputStream opened = plain == null ? new GZIPInputStream(packed, 8192) : plain;
            plain = opened;
            return opened;
        }
    }
}
