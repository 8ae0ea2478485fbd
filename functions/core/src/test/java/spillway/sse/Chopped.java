package spillway.sse;

import java.io.InputStream;

/** Bytes that come in reads of given sizes, as from a network; the last size stays. */
public final class Chopped extends InputStream {
    private final byte[] bytes;
    private final int[] sizes;
    private int at;
    private int reads;

    /**
     * @param sizes how many bytes each read gives, each at least 1
     */
    public Chopped(byte[] bytes, int... sizes) {
        this.bytes = bytes.clone();
        this.sizes = sizes.clone();
    }

    @Override
    public int read() {
        return at == bytes.length ? -1 : bytes[at++] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int most) {
        if (at == bytes.length) {
            return -1;
        }
        int size = sizes[Math.min(reads++, sizes.length - 1)];
        int count = Math.min(Math.min(size, most), bytes.length - at);
        System.arraycopy(bytes, at, into, offset, count);
        at += count;
        return count;
    }
}
