package spillway.provider.http;

import java.io.IOException;
import java.util.Queue;
import spillway.chat.ProviderException;
import spillway.chat.StreamEvent;

/** A vendor's events, one after another, to ours. Used by one thread. */
public interface StreamDecoder {
    /**
     * Decodes one event.
     *
     * @param name the event's name
     * @param data its data from 0 to {@code length}; not kept
     * @param out takes what it means, in order; nothing, when it only shows that the provider is
     *     alive. {@link StreamEvent.Finish} when it was the vendor's last
     * @throws IOException when the data is not the vendor's protocol
     * @throws ProviderException when the event is an error
     */
    void decode(String name, byte[] data, int length, Queue<StreamEvent> out)
            throws IOException, ProviderException;

    /**
     * The bytes have ended before the vendor's last event.
     *
     * @param how they ended
     * @return the last event, if the answer was whole all the same
     * @throws ProviderException when it was cut off
     */
    StreamEvent.Finish end(String how) throws ProviderException;

    /**
     * Whether the answer is whole already, though the vendor's last event is yet to come: there is
     * no point in waiting long for it.
     */
    boolean isWhole();
}
