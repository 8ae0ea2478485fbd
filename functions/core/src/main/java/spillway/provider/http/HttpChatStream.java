package spillway.provider.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import spillway.chat.FinishReason;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;
import spillway.chat.StreamEvent;
import spillway.provider.ChatStream;
import spillway.sse.SseReader;

/**
 * An answer over HTTP: sends, reads and says how it ended.
 *
 * <p>Whoever closes it cancels the call; the response itself is let go by the thread that reads it,
 * or by the closing one when nobody reads, since a body must not be read and closed at once.
 */
final class HttpChatStream implements ChatStream {
    /** How long a whole answer waits for the vendor's last event: its usage may still come. */
    private static final Duration LAST_EVENT_WAIT = Duration.ofSeconds(2);

    private final OkHttpClient client;
    private final Clock clock;
    private final WireCall wire;
    private final Duration connectTimeout;
    private final StreamDecoder decoder;
    private final Queue<StreamEvent> pending = new ArrayDeque<>();
    private @Nullable SseReader reader;
    private boolean hasContent;
    private boolean waitsForLast;

    private final Object lock = new Object();
    // Guarded by the lock.
    private @Nullable Call call;
    private @Nullable Response response;
    private boolean reading;
    private boolean closed;
    private boolean finished;

    HttpChatStream(OkHttpClient client, Clock clock, WireCall wire, Duration connectTimeout) {
        this.client = client;
        this.clock = clock;
        this.wire = wire;
        this.connectTimeout = connectTimeout;
        this.decoder = wire.decoder();
    }

    @Override
    public StreamEvent next() throws ProviderException {
        startReading();
        try {
            return reader == null ? open() : read(reader);
        } catch (ProviderException e) {
            boolean byReader = isClosed();
            close();
            throw byReader ? closedException() : e;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        } finally {
            stopReading();
        }
    }

    @Override
    public void close() {
        Call cancelled;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            cancelled = finished ? null : call;
        }
        if (cancelled != null) {
            cancelled.cancel();
        }
        letGoIfUnread();
    }

    private void startReading() throws ProviderException {
        synchronized (lock) {
            if (closed) {
                throw closedException();
            }
            reading = true;
        }
    }

    private void stopReading() {
        synchronized (lock) {
            reading = false;
        }
        letGoIfUnread();
    }

    private void letGoIfUnread() {
        Response unread;
        boolean reusable;
        synchronized (lock) {
            unread = closed && !reading ? response : null;
            response = unread == null ? response : null;
            reusable = finished;
        }
        if (unread != null && reusable) {
            // Reads the rest of the body, for up to 100 ms, so that the connection can be used
            // again; whoever closes must not wait for that.
            Thread.ofVirtual().name("drain").start(unread::close);
        } else if (unread != null) {
            unread.close();
        }
    }

    private StreamEvent open() throws ProviderException {
        Response answer = send(wire.request());
        ResponseBytes body = new ResponseBytes(answer);
        if (!answer.isSuccessful()) {
            throw refused(
                    ProviderError.ofResponse(
                            answer.code(),
                            answer::header,
                            body.read(),
                            clock.instant(),
                            wire::added));
        }
        if (!body.isEventStream()) {
            ProviderFailure told =
                    body.isJson() ? ProviderError.inDocument(body.read(), clock.instant()) : null;
            throw told == null
                    ? new ProviderException(new ProviderFailure.Malformed(body.typeForLogs()))
                    : refused(told);
        }
        reader = new SseReader(body.decoded());
        return new StreamEvent.Opened();
    }

    /**
     * Sends the request; once more, on a new connection, if it went out on an idle one just as the
     * provider closed that: nobody has failed then.
     */
    private Response send(Request request) throws ProviderException {
        Trip first = new Trip(connectTimeout);
        try {
            return send(request, first);
        } catch (IOException e) {
            if (isClosed() || !first.metStaleConnection(e)) {
                throw unanswered(e);
            }
        }
        // Whatever has been idle beside it is most likely as stale.
        client.connectionPool().evictAll();
        try {
            return send(request, new Trip(connectTimeout));
        } catch (IOException e) {
            throw unanswered(e);
        }
    }

    private Response send(Request request, Trip trip) throws IOException, ProviderException {
        Call prepared = client.newCall(request.newBuilder().tag(Trip.class, trip).build());
        synchronized (lock) {
            call = prepared;
            if (closed) {
                throw closedException();
            }
        }
        Response answer = prepared.execute();
        synchronized (lock) {
            response = answer;
        }
        return answer;
    }

    private ProviderException unanswered(IOException e) {
        return new ProviderException(TransportFailure.beforeResponse(e, connectTimeout), e);
    }

    private StreamEvent read(SseReader events) throws ProviderException {
        StreamEvent event = pending.poll();
        if (event == null) {
            event = readMore(events);
        }
        switch (event) {
            case StreamEvent.Content _ -> hasContent = true;
            case StreamEvent.Finish(var reason) -> requireContent(reason);
            case StreamEvent.Opened _, StreamEvent.Alive _, StreamEvent.UsageReport _ -> {}
        }
        return event;
    }

    private StreamEvent readMore(SseReader events) throws ProviderException {
        try {
            return switch (events.next()) {
                case EVENT -> decode(events);
                case ALIVE -> new StreamEvent.Alive();
                case END -> decoder.end("clean_end");
                case CUT -> decoder.end("inside_event");
            };
        } catch (SocketTimeoutException e) {
            // Only a whole answer waits with a timer.
            return decoder.end("silence");
        } catch (IOException e) {
            if (decoder.isWhole() && !isClosed()) {
                return decoder.end("broken_end");
            }
            throw new ProviderException(TransportFailure.inStream(e), e);
        }
    }

    private StreamEvent decode(SseReader events) throws ProviderException, IOException {
        try {
            decoder.decode(events.name(), events.data(), events.dataLength(), pending);
        } catch (JsonProcessingException e) {
            throw new ProviderException(new ProviderFailure.Malformed("json"), e);
        } catch (ProviderException e) {
            throw refused(e.failure());
        }
        if (decoder.isWhole() && !waitsForLast) {
            waitsForLast = true;
            waitBriefly();
        }
        StreamEvent first = pending.poll();
        return first == null ? new StreamEvent.Alive() : first;
    }

    private void waitBriefly() {
        Response open;
        synchronized (lock) {
            open = Objects.requireNonNull(response);
        }
        // A deadline, which signs of life do not put off.
        open.body().source().timeout().deadline(LAST_EVENT_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void requireContent(FinishReason reason) throws ProviderException {
        boolean mayBeEmpty = reason == FinishReason.REFUSAL || reason == FinishReason.LENGTH;
        if (!hasContent && !mayBeEmpty) {
            throw new ProviderException(new ProviderFailure.Empty());
        }
        synchronized (lock) {
            finished = true;
        }
    }

    private ProviderException refused(ProviderFailure failure) {
        if (failure instanceof ProviderFailure.AccountRefused(int status, String code)
                && (status == 401
                        || code.equals("authentication_error")
                        || code.equals("invalid_api_key"))) {
            wire.keyRefused();
        }
        return new ProviderException(failure);
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    private static ProviderException closedException() {
        return new ProviderException(new ProviderFailure.CutOff("closed_by_reader"));
    }
}
