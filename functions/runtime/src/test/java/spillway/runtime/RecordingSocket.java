package spillway.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A connection that answers what the test says and keeps each write apart. */
final class RecordingSocket extends Socket {
    private final InputStream answers;
    private final List<String> writes = new ArrayList<>();
    private int writesUntilBroken = Integer.MAX_VALUE;
    private int writesUntilStuck = Integer.MAX_VALUE;
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    RecordingSocket(String answers) {
        this.answers = new ByteArrayInputStream(answers.getBytes(ISO_8859_1));
    }

    /** After that many more writes, the connection is broken. */
    RecordingSocket breakAfter(int more) {
        writesUntilBroken = more;
        return this;
    }

    /**
     * After that many more writes, nobody reads: the next one waits until the connection is closed.
     */
    RecordingSocket stickAfter(int more) {
        writesUntilStuck = more;
        return this;
    }

    void awaitStuck() throws InterruptedException {
        stuck.await();
    }

    List<String> writes() {
        return writes;
    }

    boolean wasClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public InputStream getInputStream() {
        return answers;
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (writesUntilBroken-- <= 0) {
                    throw new IOException("Broken pipe");
                }
                if (writesUntilStuck-- <= 0) {
                    stuck.countDown();
                    awaitClose();
                    throw new IOException("Socket closed");
                }
                writes.add(new String(bytes, offset, length, ISO_8859_1));
            }
        };
    }

    void awaitClose() {
        boolean interrupted = false;
        while (closed.getCount() > 0) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
