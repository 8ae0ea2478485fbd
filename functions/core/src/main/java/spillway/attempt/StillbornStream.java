package spillway.attempt;

import spillway.chat.ProviderException;
import spillway.chat.StreamEvent;
import spillway.provider.ChatStream;

/** Stands for the stream of a provider that threw when it was called. */
record StillbornStream(ProviderException failure) implements ChatStream {
    @Override
    public StreamEvent next() throws ProviderException {
        throw failure;
    }

    @Override
    public void close() {}
}
