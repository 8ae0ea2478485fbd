package spillway.provider.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import spillway.chat.ProviderFailure;
import spillway.sse.SseReader;

/** What went wrong on the way, by the exception that tells of it; never by its message alone. */
final class TransportFailure {
    private TransportFailure() {}

    /** There is no response. */
    static ProviderFailure beforeResponse(IOException e, Duration connectTimeout) {
        return switch (e) {
            // Reads have no timer of their own, so this one can only be the connection's.
            case SocketTimeoutException _ ->
                    new ProviderFailure.TimedOut(ProviderFailure.Phase.CONNECT, connectTimeout);
            case InterruptedIOException _ -> stopped(ProviderFailure.Phase.HEADERS);
            case UnknownHostException _ -> new ProviderFailure.Unreachable("no_such_host");
            case SSLException _ -> new ProviderFailure.Unreachable("tls");
            case ConnectException _, NoRouteToHostException _ ->
                    new ProviderFailure.Unreachable("refused");
            case ProtocolException _ -> new ProviderFailure.Malformed("http");
            default -> new ProviderFailure.Unreachable(how(e));
        };
    }

    /** The stream broke. */
    static ProviderFailure inStream(IOException e) {
        return switch (e) {
            case SseReader.TooLargeException _ -> new ProviderFailure.Malformed("too_large");
            case ZipException _ -> new ProviderFailure.Malformed("gzip");
            case InterruptedIOException _ -> stopped(ProviderFailure.Phase.NEXT_EVENT);
            default -> new ProviderFailure.CutOff(how(e));
        };
    }

    private static ProviderFailure stopped(ProviderFailure.Phase phase) {
        return Thread.currentThread().isInterrupted()
                ? new ProviderFailure.CutOff("interrupted")
                : new ProviderFailure.TimedOut(phase, ProviderHttp.LONGEST_CALL);
    }

    private static String how(IOException e) {
        return switch (e) {
            case EOFException _, ProtocolException _ -> "connection_closed";
            case SocketException _ -> "connection_reset";
            default -> e.getCause() instanceof EOFException ? "connection_closed" : "io";
        };
    }
}
