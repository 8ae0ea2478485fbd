package spillway.provider.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLException;
import okhttp3.Request;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;

/**
 * One way of a request to its provider: how long it may take to connect, and whether it had to. The
 * client tells, the stream asks.
 */
final class Trip {
    private final Duration connectTimeout;
    private volatile boolean connects;

    Trip(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /** That of a request of ours. */
    static Trip of(Request request) {
        return Objects.requireNonNull(request.tag(Trip.class));
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    /** A connection is being made for it. */
    void connects() {
        connects = true;
    }

    /**
     * Whether the request was lost with an idle connection that the provider was about to close.
     * Only for what ended it before the headers of a response.
     */
    boolean metStaleConnection(IOException e) {
        if (connects) {
            return false;
        }
        return switch (e) {
            case ConnectionShutdownException _ -> true;
            // By RFC 9113, 8.7 such a request was not processed.
            case StreamResetException reset -> reset.errorCode == ErrorCode.REFUSED_STREAM;
            // Interrupted, timed out, or answered in no HTTP.
            case InterruptedIOException _, ProtocolException _ -> false;
            case SocketException _, SSLException _ -> true;
            default -> e.getCause() instanceof EOFException;
        };
    }
}
